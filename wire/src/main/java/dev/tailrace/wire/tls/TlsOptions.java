package dev.tailrace.wire.tls;

import java.util.Optional;

/**
 * The TLS options of a connection string (URI options specification). The text of one does not show
 * the password.
 *
 * @param enabled options tls and ssl: whether connections are encrypted. Where neither is given,
 *     any other of these options says so
 * @param caFile option tlsCAFile: a PEM file with the authorities to be believed; empty for those
 *     of the JVM
 * @param certificateKeyFile option tlsCertificateKeyFile: a PEM file with the client's certificate,
 *     what leads from it to an authority, and its private key
 * @param certificateKeyFilePassword option tlsCertificateKeyFilePassword: what that key is
 *     encrypted with
 * @param allowInvalidCertificates options tlsAllowInvalidCertificates and tlsInsecure: whoever
 *     answers is believed, if the certificate it shows is for its host
 * @param allowInvalidHostnames options tlsAllowInvalidHostnames and tlsInsecure: the certificate
 *     may be for any host
 * @param disableOcspEndpointCheck option tlsDisableOCSPEndpointCheck: nobody is asked whether a
 *     certificate was revoked. The JVM does not ask anyway, unless its property {@code
 *     com.sun.net.ssl.checkRevocation} says so
 * @param disableCertificateRevocationCheck option tlsDisableCertificateRevocationCheck: the same
 */
public record TlsOptions(
    boolean enabled,
    Optional<String> caFile,
    Optional<String> certificateKeyFile,
    Optional<String> certificateKeyFilePassword,
    boolean allowInvalidCertificates,
    boolean allowInvalidHostnames,
    boolean disableOcspEndpointCheck,
    boolean disableCertificateRevocationCheck) {

  /** Whether any of them asks for another {@code SSLContext} than the JVM's own. */
  public boolean asksForContext() {
    return caFile.isPresent()
        || certificateKeyFile.isPresent()
        || allowInvalidCertificates
        || disableOcspEndpointCheck
        || disableCertificateRevocationCheck;
  }

  @Override
  public String toString() {
    return "TlsOptions[%s, caFile %s, certificateKeyFile %s, invalid certificates %s, invalid hostnames %s]"
        .formatted(
            enabled ? "enabled" : "disabled",
            caFile.orElse("of the JVM"),
            certificateKeyFile.orElse("none"),
            allowInvalidCertificates ? "allowed" : "refused",
            allowInvalidHostnames ? "allowed" : "refused");
  }
}
