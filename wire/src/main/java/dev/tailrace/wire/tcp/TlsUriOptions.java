package dev.tailrace.wire.tcp;

import dev.tailrace.wire.tls.TlsOptions;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The TLS options of a connection string, with what the URI options specification forbids. */
final class TlsUriOptions {

  private static final String INSECURE = "tlsInsecure";
  private static final String ANY_CERTIFICATE = "tlsAllowInvalidCertificates";
  private static final String ANY_HOST = "tlsAllowInvalidHostnames";
  private static final String NO_OCSP = "tlsDisableOCSPEndpointCheck";
  private static final String NO_REVOCATION = "tlsDisableCertificateRevocationCheck";

  private static final String CA_FILE = "tlsCAFile";
  private static final String KEY_FILE = "tlsCertificateKeyFile";
  private static final String KEY_FILE_PASSWORD = "tlsCertificateKeyFilePassword";

  /** What makes no sense without TLS. Others that begin with tls are not known, and ignored. */
  private static final List<String> IMPLYING =
      List.of(
          CA_FILE,
          KEY_FILE,
          KEY_FILE_PASSWORD,
          INSECURE,
          ANY_CERTIFICATE,
          ANY_HOST,
          NO_OCSP,
          NO_REVOCATION);

  /** Pairs that must not come together, whatever their values. */
  private static final List<List<String>> CONFLICTS =
      List.of(
          List.of(INSECURE, ANY_CERTIFICATE),
          List.of(INSECURE, ANY_HOST),
          List.of(INSECURE, NO_OCSP),
          List.of(INSECURE, NO_REVOCATION),
          List.of(ANY_CERTIFICATE, NO_OCSP),
          List.of(ANY_CERTIFICATE, NO_REVOCATION),
          List.of(NO_OCSP, NO_REVOCATION));

  private TlsUriOptions() {}

  /**
   * Reads them.
   *
   * @param otherwise whether connections are encrypted where none of the options is given
   * @throws ConnectionStringException if they contradict each other
   */
  static TlsOptions read(UriOptions options, boolean otherwise) {
    for (List<String> pair : CONFLICTS) {
      if (pair.stream().noneMatch(name -> options.list(name).isEmpty())) {
        throw new ConnectionStringException(
            "options %s and %s: expected at most one of them".formatted(pair.get(0), pair.get(1)));
      }
    }
    boolean given = IMPLYING.stream().anyMatch(name -> !options.list(name).isEmpty());
    boolean insecure = options.flag(INSECURE, false);
    return new TlsOptions(
        enabled(options).orElse(given || otherwise),
        options.string(CA_FILE),
        options.string(KEY_FILE),
        options.string(KEY_FILE_PASSWORD),
        insecure || options.flag(ANY_CERTIFICATE, false),
        insecure || options.flag(ANY_HOST, false),
        options.flag(NO_OCSP, false),
        options.flag(NO_REVOCATION, false));
  }

  /**
   * What the options say that turn it on. Unlike other options, one that is no value is an error:
   * to go without encryption would not be what was asked for.
   */
  private static Optional<Boolean> enabled(UriOptions options) {
    Set<String> values = new LinkedHashSet<>(options.list("tls"));
    values.addAll(options.list("ssl"));
    if (!Set.of("true", "false").containsAll(values)) {
      throw new ConnectionStringException("options tls and ssl: expected true or false");
    }
    if (values.size() > 1) {
      throw new ConnectionStringException("options tls and ssl: expected one value, found both");
    }
    return values.stream().findFirst().map(Boolean::valueOf);
  }
}
