package dev.tailrace.conformance.support;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Supplier;

/**
 * Stands between clients and servers: each connection that comes in leads to the next of the
 * servers, as a load balancer's do, and somebody may listen to what goes over it. Closing it ends
 * what comes through it.
 */
public final class Relay implements AutoCloseable {

  private static final byte[] LOOPBACK = {127, 0, 0, 1};
  private static final int BACKLOG = 50;
  private static final int CHUNK_BYTES = 64 * 1024;

  private final ServerSocket listener;
  private final List<String> servers;
  private final Supplier<Ear> toServers;
  private final Supplier<Ear> toClients;
  private final ConcurrentLinkedQueue<Socket> sockets = new ConcurrentLinkedQueue<>();

  private Relay(
      ServerSocket listener,
      List<String> servers,
      Supplier<Ear> toServers,
      Supplier<Ear> toClients) {
    this.listener = listener;
    this.servers = servers;
    this.toServers = toServers;
    this.toClients = toClients;
  }

  /** Hears what goes over one connection in one direction. */
  public interface Ear {

    /**
     * Hears the next bytes, before they are passed on.
     *
     * @throws IOException to end the connection
     */
    void hear(ByteBuffer bytes) throws IOException;
  }

  /** A relay before those servers, each {@code host:port}. */
  public static Relay before(List<String> servers) throws IOException {
    Ear deaf = bytes -> {};
    return before(servers, () -> deaf, () -> deaf);
  }

  /**
   * A relay before those servers, each {@code host:port}.
   *
   * @param toServers makes for each connection who hears what its client sends
   * @param toClients makes for each connection who hears what its server sends
   */
  public static Relay before(List<String> servers, Supplier<Ear> toServers, Supplier<Ear> toClients)
      throws IOException {
    ServerSocket listener = new ServerSocket(0, BACKLOG, InetAddress.getByAddress(LOOPBACK));
    Relay relay = new Relay(listener, List.copyOf(servers), toServers, toClients);
    start(relay::accept);
    return relay;
  }

  /** A connection string that leads here. */
  public String connectionString(String options) {
    return "mongodb://127.0.0.1:%d/?%s".formatted(listener.getLocalPort(), options);
  }

  private void accept() throws IOException {
    for (int i = 0; ; i++) {
      Socket client = listener.accept();
      String[] address = servers.get(i % servers.size()).split(":", -1);
      Socket server = new Socket(address[0], Integer.parseInt(address[1]));
      sockets.add(client);
      sockets.add(server);
      start(() -> pump(client, server, toServers.get()));
      start(() -> pump(server, client, toClients.get()));
    }
  }

  private static void pump(Socket from, Socket to, Ear ear) throws IOException {
    byte[] chunk = new byte[CHUNK_BYTES];
    try {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      for (int count = in.read(chunk); count >= 0; count = in.read(chunk)) {
        ear.hear(ByteBuffer.wrap(chunk, 0, count));
        out.write(chunk, 0, count);
      }
    } finally {
      to.close();
    }
  }

  private static void start(Task task) {
    Thread thread =
        new Thread(
            () -> {
              try {
                task.run();
              } catch (IOException ended) {
                // One of the two has hung up.
              }
            },
            "relay");
    thread.setDaemon(true);
    thread.start();
  }

  @Override
  public void close() throws IOException {
    listener.close();
    for (Socket socket : sockets) {
      socket.close();
    }
  }

  private interface Task {
    void run() throws IOException;
  }
}
