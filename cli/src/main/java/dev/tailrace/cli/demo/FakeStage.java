package dev.tailrace.cli.demo;

import dev.tailrace.cli.certificate.MadeCertificate;
import dev.tailrace.fakeserver.FakeReplicaSet;
import dev.tailrace.fakeserver.history.Traffic;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** A fake replica set of three members, in this process, on loopback ports. */
final class FakeStage implements Stage {

  private static final int INTERRUPTED_AT_SHUTDOWN = 11600;
  private static final int CURSOR_NOT_FOUND = 43;

  /** So many bytes of a reply get through before its connection breaks. */
  private static final int TORN_AFTER_BYTES = 100;

  private static final String USER = "demo";

  private final Channel channel;
  private final Optional<MadeCertificate> certificate;
  private final FakeReplicaSet set;

  /** Begins to serve. */
  FakeStage(long seed, Channel channel) {
    this.channel = channel;
    this.certificate = channel.tls() ? Optional.of(MadeCertificate.make()) : Optional.empty();
    FakeReplicaSet.Builder builder = FakeReplicaSet.builder().members(3).seed(seed);
    if (channel.auth()) {
      builder.user(USER, USER);
    }
    certificate.ifPresent(made -> builder.tls(made.context()));
    set = builder.start();
  }

  @Override
  public String description() {
    return "a fake replica set of 3 members, release " + set.serverVersion();
  }

  @Override
  public String connectionString() {
    String uri =
        (channel.auth() ? set.connectionString(USER, USER) : set.connectionString())
            + channel.compressor().map(name -> "&compressors=" + name).orElse("");
    return certificate.map(made -> made.believedIn(uri)).orElse(uri);
  }

  @Override
  public String watcherConnectionString() {
    return connectionString();
  }

  @Override
  public List<String> observed() {
    Traffic traffic = set.traffic();
    List<String> lines = new ArrayList<>();
    lines.add(line("connections   %,9d", traffic.connections()));
    traffic
        .encrypted()
        .forEach((protocol, n) -> lines.add(share(n, traffic.connections(), "by " + protocol)));
    traffic
        .authenticated()
        .forEach(
            (mechanism, n) ->
                lines.add(
                    share(n, traffic.connections(), "authenticated by " + mechanism)
                        + "; the rest check a server, which takes no user, or were cut off"));
    lines.add(line("messages      %,9d", traffic.messages()));
    traffic
        .compressed()
        .forEach((name, n) -> lines.add(share(n, traffic.messages(), "compressed by " + name)));
    return lines;
  }

  private static String share(long part, long whole, String how) {
    return line("  %,d of %,d %s", part, whole, how);
  }

  private static String line(String format, Object... arguments) {
    return String.format(Locale.ROOT, format, arguments);
  }

  @Override
  public List<String> missed() {
    Traffic traffic = set.traffic();
    List<String> missed = new ArrayList<>();
    if (channel.tls() && traffic.encrypted().isEmpty()) {
      missed.add("TLS");
    }
    if (channel.auth() && traffic.authenticated().isEmpty()) {
      missed.add("authentication");
    }
    channel
        .compressor()
        .filter(name -> !traffic.compressed().containsKey(name))
        .ifPresent(missed::add);
    return missed;
  }

  @Override
  public List<Trouble> troubles() {
    return List.of(
        new Trouble("all connections closed", set::closeConnections),
        new Trouble("primary stepped down", set::stepDown),
        new Trouble("cursor killed", set::killCursors),
        new Trouble(
            "labelled error",
            () ->
                set.faults()
                    .on("getMore")
                    .failWithLabels(INTERRUPTED_AT_SHUTDOWN, "ResumableChangeStreamError")),
        new Trouble("cursor not found", () -> set.faults().on("getMore").fail(CURSOR_NOT_FOUND)),
        new Trouble(
            "reply torn off", () -> set.faults().on("getMore").closeMidReply(TORN_AFTER_BYTES)),
        new Trouble(
            "reply lost with its connection",
            () -> set.faults().on("getMore").afterCommand().closeConnection()));
  }

  @Override
  public void close() {
    set.close();
    certificate.ifPresent(MadeCertificate::close);
  }
}
