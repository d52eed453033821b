package dev.tailrace.benchmarks.canned;

import dev.tailrace.benchmarks.process.ParentProcess;
import dev.tailrace.wire.frame.BadMessageException;
import dev.tailrace.wire.frame.Frame;
import dev.tailrace.wire.frame.FrameReader;
import dev.tailrace.wire.frame.Message;
import dev.tailrace.wire.frame.OpMsg;
import dev.tailrace.wire.frame.OpReply;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;
import org.bson.BsonDocument;

/**
 * The only member of a replica set whose change streams are never at their end: it answers every
 * {@code getMore} at once, with the same batch, in one write of bytes that were encoded before.
 * Listens on the loopback interface only.
 */
public final class CannedServer {

  /** Where the number of the request that is answered lies in a message. */
  private static final int RESPONSE_TO_OFFSET = 8;

  private final ServerSocket listener;
  private final String address;
  private final BsonDocument hello;
  private final byte[] aggregate = encode(CannedReplies.aggregate());
  private final byte[] getMore = encode(CannedReplies.getMore());
  private final byte[] done = encode(CannedReplies.done());

  private CannedServer(ServerSocket listener) {
    this.listener = listener;
    this.address = listener.getInetAddress().getHostAddress() + ":" + listener.getLocalPort();
    this.hello = CannedReplies.hello(address);
  }

  /** Prints the connection string, and serves until its standard input is closed. */
  public static void main(String[] arguments) throws IOException {
    ParentProcess.endWithIt();
    try (ServerSocket listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      CannedServer server = new CannedServer(listener);
      System.out.println("mongodb://" + server.address + "/?replicaSet=" + CannedReplies.SET_NAME);
      server.accept();
    }
  }

  private void accept() throws IOException {
    while (true) {
      Socket client = listener.accept();
      client.setTcpNoDelay(true);
      Thread thread = new Thread(() -> serve(client), "client " + client.getPort());
      thread.setDaemon(true);
      thread.start();
    }
  }

  private void serve(Socket client) {
    // Of its own: the number in it is another one for each request.
    byte[] batch = getMore.clone();
    try (client) {
      InputStream in = client.getInputStream();
      OutputStream out = client.getOutputStream();
      FrameReader reader = new FrameReader();
      for (Optional<Frame> frame = read(in, reader); frame.isPresent(); frame = read(in, reader)) {
        out.write(reply(Message.decode(frame.get()), batch));
      }
    } catch (BadMessageException e) {
      throw new IllegalStateException("a client that does not keep to the protocol", e);
    } catch (IOException e) {
      // The client went away, as one does that has been measured.
    }
  }

  private static Optional<Frame> read(InputStream in, FrameReader reader)
      throws IOException, BadMessageException {
    Optional<Frame> frame = reader.poll();
    while (frame.isEmpty()) {
      ByteBuffer room = reader.room();
      int count = in.read(room.array(), room.arrayOffset() + room.position(), room.remaining());
      if (count < 0) {
        return Optional.empty();
      }
      reader.received(count);
      frame = reader.poll();
    }
    return frame;
  }

  private byte[] reply(Message request, byte[] batch) {
    if (!(request instanceof OpMsg message)) {
      return bytes(OpReply.encode(0, request.requestId(), OpReply.AWAIT_CAPABLE, hello));
    }
    return switch (message.body().asDocument().getFirstKey()) {
      case "hello", "isMaster", "ismaster" -> bytes(OpMsg.encode(0, message.requestId(), 0, hello));
      case "getMore" -> answering(message, batch);
      case "aggregate" -> answering(message, aggregate.clone());
      default -> answering(message, done.clone());
    };
  }

  private static byte[] answering(OpMsg request, byte[] reply) {
    ByteBuffer.wrap(reply)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putInt(RESPONSE_TO_OFFSET, request.requestId());
    return reply;
  }

  private static byte[] encode(BsonDocument reply) {
    return bytes(OpMsg.encode(0, 0, 0, reply));
  }

  private static byte[] bytes(ByteBuffer frame) {
    byte[] bytes = new byte[frame.remaining()];
    frame.get(bytes);
    return bytes;
  }
}
