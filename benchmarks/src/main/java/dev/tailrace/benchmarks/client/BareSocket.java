package dev.tailrace.benchmarks.client;

import com.mongodb.ConnectionString;
import dev.tailrace.engine.bytes.LittleEndian;
import dev.tailrace.wire.frame.OpMsg;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.List;
import org.bson.BsonDocument;
import org.bson.BsonInt64;
import org.bson.BsonString;

/**
 * As little as can be done: asks for a batch, reads it into the one buffer there is, and steps over
 * its events by their lengths. Trusts every byte, and knows where the canned server's batch begins.
 */
final class BareSocket implements EventSource {

  private static final int HEADER_LENGTH = 16;

  /** From the beginning of a reply to that of its batch: {@code {cursor: {nextBatch: [...]}}}. */
  private static final int BATCH_OFFSET =
      HEADER_LENGTH
          + "ffffk".length()
          + "llll".length()
          + "tcursor0llll".length()
          + "tnextBatch0".length();

  private final Socket socket;
  private final InputStream in;
  private final byte[] getMore;
  private byte[] reply = new byte[HEADER_LENGTH];
  private int position;

  /** Where the batch ends; {@link #position} is there when there is no event left. */
  private int end;

  private BareSocket(Socket socket) throws IOException {
    this.socket = socket;
    this.in = socket.getInputStream();
    ByteBuffer request =
        OpMsg.encode(
            1,
            0,
            0,
            new BsonDocument("getMore", new BsonInt64(1))
                .append("collection", new BsonString("orders"))
                .append("$db", new BsonString("shop")));
    getMore = new byte[request.remaining()];
    request.get(getMore);
  }

  static EventSource open(String connectionString) throws IOException {
    List<String> hosts = new ConnectionString(connectionString).getHosts();
    String[] address = hosts.get(0).split(":", 2);
    Socket socket = new Socket(address[0], Integer.parseInt(address[1]));
    socket.setTcpNoDelay(true);
    return new BareSocket(socket);
  }

  @Override
  public void next() throws IOException {
    if (position == end) {
      readBatch();
    }
    while (reply[position++] != 0) {
      // The element's type and its name, which is the index of the event.
    }
    position += LittleEndian.int32(reply, position);
  }

  private void readBatch() throws IOException {
    socket.getOutputStream().write(getMore);
    in.readNBytes(reply, 0, HEADER_LENGTH);
    int length = LittleEndian.int32(reply, 0);
    if (reply.length < length) {
      reply = new byte[length];
    }
    in.readNBytes(reply, HEADER_LENGTH, length - HEADER_LENGTH);
    position = BATCH_OFFSET + Integer.BYTES;
    end = BATCH_OFFSET + LittleEndian.int32(reply, BATCH_OFFSET) - 1;
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
