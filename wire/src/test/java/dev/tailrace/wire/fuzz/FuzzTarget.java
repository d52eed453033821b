package dev.tailrace.wire.fuzz;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tailrace.engine.bytes.BsonStructure;
import dev.tailrace.engine.bytes.Elements;
import dev.tailrace.engine.bytes.MalformedBsonException;
import dev.tailrace.engine.transport.DocumentSlice;
import dev.tailrace.wire.compression.OpCompressed;
import dev.tailrace.wire.frame.BadMessageException;
import dev.tailrace.wire.frame.Frame;
import dev.tailrace.wire.frame.FrameReader;
import dev.tailrace.wire.frame.Message;
import dev.tailrace.wire.frame.MessageHeader;
import dev.tailrace.wire.tcp.ConnectionString;
import dev.tailrace.wire.tcp.ConnectionStringException;
import dev.tailrace.wire.topology.BadHelloException;
import dev.tailrace.wire.topology.ConnectionMode;
import dev.tailrace.wire.topology.HelloReply;
import dev.tailrace.wire.topology.ServerAddress;
import dev.tailrace.wire.topology.ServerType;
import dev.tailrace.wire.topology.TopologyMachine;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** A reader of strangers' bytes. Whatever these are, it accepts them or refuses them in its way. */
enum FuzzTarget {

  /** The first byte says how the rest is cut on its way. */
  FRAME_READER {
    @Override
    void read(byte[] input) {
      if (input.length == 0) {
        return;
      }
      int chunk = 1 + (input[0] & 0xFF);
      FrameReader reader = new FrameReader();
      try {
        for (int from = 1; from < input.length; from += chunk) {
          reader.feed(ByteBuffer.wrap(input, from, Math.min(chunk, input.length - from)));
          Optional<Frame> frame = reader.poll();
          while (frame.isPresent()) {
            Message.decode(frame.get());
            frame = reader.poll();
          }
        }
      } catch (BadMessageException e) {
        requireReason(e);
      }
    }
  },

  /** What passes the check can be walked through. */
  BSON {
    @Override
    void read(byte[] input) {
      DocumentSlice document = new DocumentSlice(input, 0, input.length);
      try {
        BsonStructure.check(document);
      } catch (MalformedBsonException e) {
        requireReason(e);
        return;
      }
      Elements elements = Elements.of(document);
      while (elements.next()) {
        if (!elements.isNamed("_id")) {
          elements.name();
        }
      }
    }
  },

  /** The input is what stands behind the header. */
  COMPRESSED {
    @Override
    void read(byte[] input) {
      int length = MessageHeader.LENGTH + input.length;
      ByteBuffer bytes =
          ByteBuffer.allocate(length)
              .order(ByteOrder.LITTLE_ENDIAN)
              .putInt(length)
              .putInt(1)
              .putInt(0)
              .putInt(OpCompressed.OP_CODE)
              .put(input);
      Frame frame = new Frame(new MessageHeader(length, 1, 0, OpCompressed.OP_CODE), bytes.array());
      try {
        Message.decode(OpCompressed.decompress(frame).message());
      } catch (BadMessageException e) {
        requireReason(e);
      }
    }
  },

  /** The input is the reply, which is well-formed BSON where it comes here. */
  HELLO {
    @Override
    void read(byte[] input) {
      DocumentSlice document = new DocumentSlice(input, 0, input.length);
      try {
        BsonStructure.check(document);
        HelloReply reply = HelloReply.parse(document.asDocument());
        ServerAddress seed = ServerAddress.parse("localhost:27017");
        TopologyMachine machine = new TopologyMachine(List.of(seed), null, ConnectionMode.DISCOVER);
        machine.onHello(seed, reply, 1, 1);
        for (ServerAddress address : List.copyOf(machine.topology().servers().keySet())) {
          machine.onHello(address, reply, 1, 2);
        }
        require(
            machine.topology().servers().values().stream()
                    .filter(server -> server.type() == ServerType.RS_PRIMARY)
                    .count()
                <= 1,
            "two primaries");
      } catch (MalformedBsonException | BadHelloException e) {
        requireReason(e);
      }
    }
  },

  /** What it says of itself, and the message of a refusal, are without the password. */
  CONNECTION_STRING {
    @Override
    void read(byte[] input) {
      String text = new String(input, UTF_8);
      try {
        ConnectionString accepted = ConnectionString.parse(text);
        require(!tells(accepted.toString(), text), "the password is shown");
      } catch (ConnectionStringException e) {
        requireReason(e);
        require(!tells(String.valueOf(e.getMessage()), text), "the password is told");
      }
    }
  };

  /** The password of connection strings that begin with {@link #LOGIN}, which nothing may tell. */
  private static final String SECRET = "hunter2";

  private static final String LOGIN = "mongodb://user:" + SECRET + "@";

  /** Reads an input; throws if it does so in a way that it must not. */
  abstract void read(byte[] input);

  /** The file of inputs that are kept, beside the package. */
  String corpus() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-') + ".hex";
  }

  private static boolean tells(String message, String connectionString) {
    return connectionString.startsWith(LOGIN)
        && connectionString.indexOf(SECRET) == connectionString.lastIndexOf(SECRET)
        && message.contains(SECRET);
  }

  private static void requireReason(Exception refusal) {
    String message = refusal.getMessage();
    require(message != null && !message.isEmpty(), "a refusal without a reason: " + refusal);
  }

  private static void require(boolean holds, String otherwise) {
    if (!holds) {
      throw new AssertionError(otherwise);
    }
  }
}
