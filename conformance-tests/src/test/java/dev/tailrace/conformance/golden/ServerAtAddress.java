package dev.tailrace.conformance.golden;

import com.mongodb.ConnectionString;
import com.mongodb.ServerAddress;
import dev.tailrace.wire.frame.BadMessageException;
import dev.tailrace.wire.frame.Frame;
import dev.tailrace.wire.frame.FrameReader;
import dev.tailrace.wire.frame.Message;
import dev.tailrace.wire.frame.OpMsg;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonString;
import org.jspecify.annotations.Nullable;

/**
 * A server in another process, or of another kind, in real time and without TLS.
 *
 * @param address where it listens
 */
record ServerAtAddress(ServerAddress address) implements PlayedServer {

  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);

  /** The primary of the set that has these seeds; or, of a single server, that one. */
  static ServerAtAddress primaryOf(String connectionString) throws InterruptedException {
    String seed = new ConnectionString(connectionString).getHosts().get(0);
    ServerAtAddress first = new ServerAtAddress(new ServerAddress(seed));
    try (RawSession session = first.connect()) {
      session.send("admin", new BsonDocument("isMaster", new BsonInt32(1)));
      BsonDocument hello = session.receive(CONNECT_TIMEOUT);
      if (hello == null
          || !hello.containsKey("primary")
          || hello.getBoolean("ismaster").getValue()) {
        return first;
      }
      return new ServerAtAddress(new ServerAddress(hello.getString("primary").getValue()));
    }
  }

  @Override
  public RawSession connect() {
    try {
      Socket socket = new Socket();
      socket.setTcpNoDelay(true);
      socket.connect(
          new InetSocketAddress(address.getHost(), address.getPort()),
          (int) CONNECT_TIMEOUT.toMillis());
      return new Session(address, socket);
    } catch (IOException e) {
      throw new UncheckedIOException("no connection to " + address, e);
    }
  }

  @Override
  public void pause(Duration time) throws InterruptedException {
    TimeUnit.NANOSECONDS.sleep(time.toNanos());
  }

  @Override
  public void close() {}

  private static final class Session implements RawSession {

    private final ServerAddress address;
    private final Socket socket;
    private final FrameReader frames = new FrameReader();
    private int requestId;

    Session(ServerAddress address, Socket socket) {
      this.address = address;
      this.socket = socket;
    }

    @Override
    public void send(String db, BsonDocument command) {
      BsonDocument body = new BsonDocument();
      body.putAll(command);
      body.append("$db", new BsonString(db));
      ByteBuffer frame = OpMsg.encode(++requestId, 0, 0, body);
      try {
        socket.getOutputStream().write(frame.array(), frame.arrayOffset(), frame.remaining());
      } catch (SocketException closedByServer) {
        return; // As receive will find.
      } catch (IOException e) {
        throw new UncheckedIOException("nothing sent to " + address, e);
      }
    }

    @Override
    public @Nullable BsonDocument receive(Duration within) {
      try {
        long deadlineNanos = System.nanoTime() + within.toNanos();
        while (!frames.hasFrame()) {
          long leftMillis = TimeUnit.NANOSECONDS.toMillis(deadlineNanos - System.nanoTime());
          if (leftMillis <= 0 || !readSome((int) leftMillis)) {
            return null;
          }
        }
        Frame frame = frames.poll().orElseThrow();
        return ((OpMsg) Message.decode(frame)).body().asDocument();
      } catch (SocketException closedByServer) {
        return null;
      } catch (IOException | BadMessageException e) {
        throw new IllegalStateException("no reply from " + address, e);
      }
    }

    private boolean readSome(int withinMillis) throws IOException, BadMessageException {
      socket.setSoTimeout(withinMillis);
      ByteBuffer room = frames.room();
      try {
        int count =
            socket
                .getInputStream()
                .read(room.array(), room.arrayOffset() + room.position(), room.remaining());
        if (count < 0) {
          return false;
        }
        frames.received(count);
        return true;
      } catch (SocketTimeoutException late) {
        return false;
      }
    }

    @Override
    public void close() {
      try {
        socket.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
