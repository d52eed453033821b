package dev.tailrace.conformance.support;

import java.util.List;
import java.util.function.Supplier;

/**
 * A kind of server to run tests against.
 *
 * <p>Without further ado these are fakes, one of each release line and a single server. With {@code
 * -Dtailrace.mongodb.uri=mongodb://...} it is that deployment alone, and with {@code
 * -Dtailrace.mongodb.image=mongo:8.0} one that Testcontainers starts from that image, where a
 * Docker engine answers. Tests drop collections there and set fail points, for which the server
 * needs its parameter {@code enableTestCommands=1}.
 *
 * @param name what it is called in test names, such as {@code fake 8.0}
 * @param isFake whether it is ours
 * @param starter starts one, or waits for its turn with the only one there is
 */
public record ServerProfile(String name, boolean isFake, Supplier<TestServer> starter) {

  private static final List<ServerProfile> FAKES = FakeServer.profiles();

  /** The profiles to run against. */
  public static List<ServerProfile> all() {
    return RealServer.profile().map(List::of).orElse(FAKES);
  }

  /** Starts a server, or waits for its turn with the only one there is. */
  public TestServer start() {
    return starter.get();
  }

  @Override
  public String toString() {
    return name;
  }
}
