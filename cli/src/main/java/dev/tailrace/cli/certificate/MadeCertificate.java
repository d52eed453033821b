package dev.tailrace.cli.certificate;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import okhttp3.tls.HandshakeCertificates;
import okhttp3.tls.HeldCertificate;

/**
 * A certificate for servers on this machine, by an authority of its own. Both keys are made for one
 * run and never leave its memory; the authority's certificate is in a file, for clients to believe,
 * until this is closed.
 */
public final class MadeCertificate implements AutoCloseable {

  private static final int VALID_DAYS = 30;

  private final SSLContext context;
  private final Path authorityFile;

  private MadeCertificate(SSLContext context, Path authorityFile) {
    this.context = context;
    this.authorityFile = authorityFile;
  }

  /**
   * Makes one.
   *
   * @throws UncheckedIOException if the file cannot be written
   */
  public static MadeCertificate make() {
    HeldCertificate authority =
        new HeldCertificate.Builder()
            .commonName("tailrace")
            .certificateAuthority(0)
            .duration(VALID_DAYS, TimeUnit.DAYS)
            .build();
    HeldCertificate servers =
        new HeldCertificate.Builder()
            .commonName("fake set")
            .addSubjectAlternativeName("127.0.0.1")
            .addSubjectAlternativeName("localhost")
            .duration(VALID_DAYS, TimeUnit.DAYS)
            .signedBy(authority)
            .build();
    try {
      Path file = Files.createTempFile("tailrace-ca-", ".pem");
      Files.writeString(file, authority.certificatePem());
      return new MadeCertificate(
          new HandshakeCertificates.Builder().heldCertificate(servers).build().sslContext(), file);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write the authority's certificate", e);
    }
  }

  /** What servers speak TLS by. */
  public SSLContext context() {
    return context;
  }

  /** A connection string to such a server, with the authority to believe. */
  public String believedIn(String connectionString) {
    return connectionString
        + "&tlsCAFile="
        + URLEncoder.encode(authorityFile.toString(), StandardCharsets.UTF_8).replace("+", "%20");
  }

  @Override
  public void close() {
    try {
      Files.deleteIfExists(authorityFile);
    } catch (IOException e) {
      // A small file stays behind, among others of its kind.
    }
  }
}
