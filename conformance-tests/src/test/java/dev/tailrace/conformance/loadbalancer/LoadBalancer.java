package dev.tailrace.conformance.loadbalancer;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;

/** Spreads the connections that come in over several servers, one after the other. */
final class LoadBalancer implements AutoCloseable {

  private static final byte[] LOOPBACK = {127, 0, 0, 1};

  private final ServerSocket listener;
  private final List<String> servers;
  private final ConcurrentLinkedQueue<Socket> sockets = new ConcurrentLinkedQueue<>();

  private LoadBalancer(ServerSocket listener, List<String> servers) {
    this.listener = listener;
    this.servers = servers;
  }

  /** A load balancer before those servers, each {@code host:port}. */
  static LoadBalancer before(List<String> servers) throws IOException {
    ServerSocket listener = new ServerSocket(0, 50, InetAddress.getByAddress(LOOPBACK));
    LoadBalancer balancer = new LoadBalancer(listener, List.copyOf(servers));
    start(balancer::accept);
    return balancer;
  }

  /** A connection string that leads here. */
  String connectionString(String options) {
    return "mongodb://127.0.0.1:%d/?%s".formatted(listener.getLocalPort(), options);
  }

  private void accept() throws IOException {
    for (int i = 0; ; i++) {
      Socket client = listener.accept();
      String[] address = servers.get(i % servers.size()).split(":", -1);
      Socket server = new Socket(address[0], Integer.parseInt(address[1]));
      sockets.add(client);
      sockets.add(server);
      start(() -> pump(client, server));
      start(() -> pump(server, client));
    }
  }

  private static void pump(Socket from, Socket to) throws IOException {
    try {
      from.getInputStream().transferTo(to.getOutputStream());
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
            "load-balancer");
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
