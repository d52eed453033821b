package dev.tailrace.conformance.tls;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import javax.net.ssl.SSLContext;
import okhttp3.tls.HandshakeCertificates;
import okhttp3.tls.HeldCertificate;

/** Certificates of one authority, for the members of a set and for a client, and a stranger's. */
final class Certificates {

  static final HeldCertificate AUTHORITY =
      new HeldCertificate.Builder().commonName("authority").certificateAuthority(0).build();

  static final HeldCertificate MEMBER = member("127.0.0.1");

  static final HeldCertificate CLIENT =
      new HeldCertificate.Builder()
          .commonName("alice")
          .organizationalUnit("clients")
          .signedBy(AUTHORITY)
          .rsa2048()
          .build();

  static final HeldCertificate STRANGER =
      new HeldCertificate.Builder().addSubjectAlternativeName("127.0.0.1").build();

  private Certificates() {}

  /** A member's, for another host than it may have. */
  static HeldCertificate member(String host) {
    return new HeldCertificate.Builder()
        .addSubjectAlternativeName(host)
        .signedBy(AUTHORITY)
        .build();
  }

  /** A member's that was good until yesterday. */
  static HeldCertificate expired() {
    return new HeldCertificate.Builder()
        .addSubjectAlternativeName("127.0.0.1")
        .validityInterval(1_000_000_000_000L, 1_100_000_000_000L)
        .signedBy(AUTHORITY)
        .build();
  }

  /** Believes the authority, and shows a certificate where one is given. */
  static SSLContext context(HeldCertificate... shown) {
    HandshakeCertificates.Builder builder =
        new HandshakeCertificates.Builder().addTrustedCertificate(AUTHORITY.certificate());
    Arrays.stream(shown).forEach(builder::heldCertificate);
    return builder.build().sslContext();
  }

  /** How RFC 2253 writes whose certificate it is. */
  static String subject(HeldCertificate certificate) {
    return certificate.certificate().getSubjectX500Principal().getName();
  }

  /** The options of a connection string that believe the authority. */
  static String believing(Path directory) throws IOException {
    return "&tlsCAFile="
        + Files.writeString(directory.resolve("ca.pem"), AUTHORITY.certificatePem());
  }

  /** The options that show a certificate beside that. */
  static String showing(Path directory, HeldCertificate certificate) throws IOException {
    Path file =
        Files.writeString(
            directory.resolve("client.pem"),
            certificate.privateKeyPkcs8Pem() + certificate.certificatePem());
    return believing(directory) + "&tlsCertificateKeyFile=" + file;
  }
}
