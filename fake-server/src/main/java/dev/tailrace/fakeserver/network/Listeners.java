package dev.tailrace.fakeserver.network;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.util.ArrayList;
import java.util.List;

/** The listening sockets of a set's members, on the loopback interface. */
public final class Listeners implements AutoCloseable {

  private static final String HOST = "127.0.0.1";

  private static final int LAST_PORT = 65_535;

  private final List<ServerSocketChannel> channels;

  private Listeners(List<ServerSocketChannel> channels) {
    this.channels = channels;
  }

  /**
   * Opens one socket for each member.
   *
   * @param firstPort the first member's port, the others' following; 0 for any that are free
   * @throws IllegalArgumentException if there are no such ports
   * @throws UncheckedIOException if a port is taken
   */
  public static Listeners open(int members, int firstPort) {
    if (firstPort < 0 || firstPort > LAST_PORT + 1 - members) {
      throw new IllegalArgumentException(
          "firstPort: expected 0 to %d for %d members, found %d"
              .formatted(LAST_PORT + 1 - members, members, firstPort));
    }
    List<ServerSocketChannel> channels = new ArrayList<>();
    try {
      for (int i = 0; i < members; i++) {
        int port = firstPort == 0 ? 0 : firstPort + i;
        ServerSocketChannel channel = ServerSocketChannel.open();
        channels.add(channel);
        channel.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        channel.configureBlocking(false);
      }
      return new Listeners(channels);
    } catch (IOException e) {
      channels.forEach(Listeners::closeQuietly);
      int taken = firstPort == 0 ? 0 : firstPort + channels.size() - 1;
      throw new UncheckedIOException("cannot listen on " + HOST + ":" + taken, e);
    }
  }

  /** {@code host:port} of each member. */
  public List<String> addresses() {
    return channels.stream().map(channel -> HOST + ":" + channel.socket().getLocalPort()).toList();
  }

  List<ServerSocketChannel> channels() {
    return channels;
  }

  @Override
  public void close() {
    channels.forEach(Listeners::closeQuietly);
  }

  private static void closeQuietly(ServerSocketChannel channel) {
    try {
      channel.close();
    } catch (IOException e) {
      // Nobody is served by it any more, which is all that is wanted.
    }
  }
}
