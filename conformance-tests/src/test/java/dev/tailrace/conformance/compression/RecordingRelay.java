package dev.tailrace.conformance.compression;

import dev.tailrace.conformance.support.Relay;
import dev.tailrace.wire.compression.OpCompressed;
import dev.tailrace.wire.frame.BadMessageException;
import dev.tailrace.wire.frame.Frame;
import dev.tailrace.wire.frame.FrameReader;
import dev.tailrace.wire.frame.Message;
import dev.tailrace.wire.frame.OpMsg;
import dev.tailrace.wire.frame.OpQuery;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;

/** A relay to one server that notes which messages are compressed. */
final class RecordingRelay implements AutoCloseable {

  private final Relay relay;

  /** Commands, in arrival order: their names, or {@code compressor name} of a compressed one. */
  private final ConcurrentLinkedQueue<String> commands = new ConcurrentLinkedQueue<>();

  private final ConcurrentLinkedQueue<String> replies = new ConcurrentLinkedQueue<>();

  private RecordingRelay(String address) throws IOException {
    this.relay =
        Relay.before(
            List.of(address),
            () -> frames(frame -> commands.add(command(frame))),
            () -> frames(frame -> replies.add(compressor(frame).orElse("plain"))));
  }

  /** A relay to that server; ends what comes through it when it is closed. */
  static RecordingRelay to(String address) throws IOException {
    return new RecordingRelay(address);
  }

  /** A connection string that leads here, and nowhere else. */
  String connectionString(String options) {
    return relay.connectionString("directConnection=true&" + options);
  }

  /** What the client has sent so far. */
  List<String> commands() {
    return new ArrayList<>(commands);
  }

  /** By what the replies were compressed; {@code plain} where not. */
  List<String> replies() {
    return new ArrayList<>(replies);
  }

  private static Relay.Ear frames(Note note) {
    FrameReader reader = new FrameReader();
    return bytes -> {
      try {
        reader.feed(bytes);
        for (Optional<Frame> frame = reader.poll(); frame.isPresent(); frame = reader.poll()) {
          note.take(frame.get());
        }
      } catch (BadMessageException e) {
        throw new IOException(e);
      }
    };
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

  @Override
  public void close() throws IOException {
    relay.close();
  }

  private interface Note {
    void take(Frame frame) throws BadMessageException;
  }
}
