package dev.tailrace.cli;

import dev.tailrace.cli.certificate.MadeCertificate;
import dev.tailrace.fakeserver.FakeReplicaSet;
import dev.tailrace.wire.tls.PemException;
import dev.tailrace.wire.tls.SslContexts;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** The options by which {@code serve} encrypts its ports, and what they take. */
final class ServedTls implements AutoCloseable {

  @Option(
      names = "--tls",
      description =
          "speak TLS, by a certificate made for this run; the connection string that is printed"
              + " names a file with its authority")
  private boolean made;

  @Option(
      names = "--tls-certificate-key-file",
      paramLabel = "FILE",
      description = "speak TLS, by the certificate and the key in this PEM file")
  private @Nullable String certificateKeyFile;

  @Option(
      names = "--tls-ca-file",
      paramLabel = "FILE",
      description =
          "with --tls-certificate-key-file: a PEM file with authorities, of one of which every"
              + " client has to show a certificate")
  private @Nullable String caFile;

  @Option(
      names = "--x509-user",
      paramLabel = "SUBJECT",
      description =
          "with --tls-ca-file: a user whom a certificate of this subject names, CN=alice,OU=clients"
              + " for one; may be repeated")
  private List<String> users = List.of();

  private Optional<MadeCertificate> certificate = Optional.empty();

  /**
   * Has a set speak TLS, if it is to.
   *
   * @throws ParameterException if the options do not fit together, or name what cannot be used
   */
  void apply(FakeReplicaSet.Builder builder, CommandSpec command) {
    check(command, !(made && certificateKeyFile != null), "--tls: expected no other certificate");
    check(
        command,
        certificateKeyFile != null || caFile == null,
        "--tls-ca-file: expected --tls-certificate-key-file with it");
    check(
        command, caFile != null || users.isEmpty(), "--x509-user: expected --tls-ca-file with it");
    try {
      if (made) {
        MadeCertificate fresh = MadeCertificate.make();
        certificate = Optional.of(fresh);
        builder.tls(fresh.context());
      } else if (certificateKeyFile != null) {
        builder.tls(
            SslContexts.ofFiles(certificateKeyFile, Optional.empty(), Optional.ofNullable(caFile)));
      }
      if (caFile != null) {
        builder.demandClientCertificates();
      }
      users.forEach(builder::x509User);
    } catch (PemException | IllegalArgumentException refused) {
      throw new ParameterException(
          command.commandLine(), String.valueOf(refused.getMessage()), refused);
    }
  }

  private static void check(CommandSpec command, boolean fits, String otherwise) {
    if (!fits) {
      throw new ParameterException(command.commandLine(), otherwise);
    }
  }

  /** A connection string to the set, for whoever has no authority of its own to believe. */
  String believedIn(String connectionString) {
    return certificate.map(made -> made.believedIn(connectionString)).orElse(connectionString);
  }

  @Override
  public void close() {
    certificate.ifPresent(MadeCertificate::close);
  }
}
