package dev.tailrace.conformance.support;

import dev.tailrace.engine.transport.Transport;
import dev.tailrace.fakeserver.FakeReplicaSet;
import dev.tailrace.fakeserver.ServerVersion;
import java.util.ArrayList;
import java.util.List;

/**
 * A fake of ours, in real time and on ports of its own.
 *
 * @param set the fake
 */
public record FakeServer(FakeReplicaSet set) implements TestServer {

  /** A single server of the newest release, and a set of each release line, the oldest first. */
  static List<ServerProfile> profiles() {
    List<ServerProfile> profiles = new ArrayList<>();
    profiles.add(profile("fake standalone", FakeReplicaSet.builder().standalone()));
    for (ServerVersion version : ServerVersion.ALL) {
      profiles.add(
          profile(
              "fake " + version.major() + "." + version.minor(),
              FakeReplicaSet.builder().serverVersion(version)));
    }
    return List.copyOf(profiles);
  }

  private static ServerProfile profile(String name, FakeReplicaSet.Builder builder) {
    return new ServerProfile(name, true, () -> new FakeServer(builder.start()));
  }

  @Override
  public String connectionString() {
    return set.connectionString();
  }

  @Override
  public Transport loopback() {
    return set.transport();
  }

  @Override
  public int openCursors() {
    return set.openCursors();
  }

  @Override
  public void close() {
    set.close();
  }
}
