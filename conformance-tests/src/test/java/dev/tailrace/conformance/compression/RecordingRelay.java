package dev.tailrace.conformance.compression;

import dev.tailrace.wire.compression.OpCompressed;
import dev.tailrace.wire.frame.BadMessageException;
import dev.tailrace.wire.frame.Frame;
import dev.tailrace.wire.frame.FrameReader;
import dev.tailrace.wire.frame.Message;
import dev.tailrace.wire.frame.OpMsg;
import dev.tailrace.wire.frame.OpQuery;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;

/** Stands between a client and a server, and notes which messages are compressed. */
final class RecordingRelay implements AutoCloseable {

  private final ServerSocket listener;
  private final String host;
  private final int port;

  /** Commands, in arrival order: their names, or {@code compressor name} of a compressed one. */
  private final ConcurrentLinkedQueue<String> commands = new ConcurrentLinkedQueue<>();

  private final ConcurrentLinkedQueue<String> replies = new ConcurrentLinkedQueue<>();
  private final ConcurrentLinkedQueue<Socket> sockets = new ConcurrentLinkedQueue<>();

  private RecordingRelay(ServerSocket listener, String host, int port) {
    this.listener = listener;
    this.host = host;
    this.port = port;
  }

  /** A relay to that server; ends what comes through it when it is closed. */
  static RecordingRelay to(String address) throws IOException {
    String[] parts = address.split(":", -1);
    ServerSocket listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    RecordingRelay relay = new RecordingRelay(listener, parts[0], Integer.parseInt(parts[1]));
    start(relay::accept);
    return relay;
  }

  /** A connection string that leads here, and nowhere else. */
  String connectionString(String options) {
    return "mongodb://127.0.0.1:%d/?directConnection=true&%s"
        .formatted(listener.getLocalPort(), options);
  }

  /** What the client has sent so far. */
  List<String> commands() {
    return new ArrayList<>(commands);
  }

  /** By what the replies were compressed; {@code plain} where not. */
  List<String> replies() {
    return new ArrayList<>(replies);
  }

  private void accept() throws IOException {
    while (true) {
      Socket client = listener.accept();
      Socket server = new Socket(host, port);
      sockets.add(client);
      sockets.add(server);
      start(() -> pump(client, server, frame -> commands.add(command(frame))));
      start(() -> pump(server, client, frame -> replies.add(compressor(frame).orElse("plain"))));
    }
  }

  private static void pump(Socket from, Socket to, Note note) throws IOException {
    FrameReader reader = new FrameReader();
    byte[] buffer = new byte[64 * 1024];
    InputStream in = from.getInputStream();
    OutputStream out = to.getOutputStream();
    for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
      try {
        reader.feed(ByteBuffer.wrap(buffer, 0, count));
        for (Optional<Frame> frame = reader.poll(); frame.isPresent(); frame = reader.poll()) {
          note.take(frame.get());
        }
      } catch (BadMessageException e) {
        throw new IOException(e);
      }
      out.write(buffer, 0, count);
    }
    to.close();
  }

  private static Optional<String> compressor(Frame frame) throws BadMessageException {
    return OpCompressed.is(frame)
        ? Optional.of(OpCompressed.decompress(frame).compressor().compressorName())
        : Optional.empty();
  }

  private static String command(Frame frame) throws BadMessageException {
    Optional<String> compressor = compressor(frame);
    Message message =
        Message.decode(compressor.isPresent() ? OpCompressed.decompress(frame).message() : frame);
    String name =
        message instanceof OpMsg msg
            ? msg.body().asDocument().getFirstKey()
            : ((OpQuery) message).query().asDocument().getFirstKey();
    return compressor.map(by -> by + " " + name).orElse(name);
  }

  private static void start(Pump pump) {
    Thread thread =
        new Thread(
            () -> {
              try {
                pump.run();
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

  private interface Pump {
    void run() throws IOException;
  }

  private interface Note {
    void take(Frame frame) throws BadMessageException;
  }
}
