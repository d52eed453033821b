package dev.tailrace.engine;

import static java.util.Objects.requireNonNull;

import dev.tailrace.engine.core.ChangeStreamMachine;
import dev.tailrace.engine.driver.StreamDriver;
import dev.tailrace.engine.face.BlockingChangeStream;
import dev.tailrace.engine.transport.DocumentSlice;
import dev.tailrace.engine.transport.Transport;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import java.util.function.DoubleSupplier;
import org.bson.BsonDocument;
import org.bson.RawBsonDocument;

/**
 * The front door: says what to watch, and opens a stream on it.
 *
 * <pre>{@code
 * try (var stream =
 *     ChangeStreams.watch(transport, WatchTarget.collection("shop", "orders")).open()) {
 *   for (RawBsonDocument event : stream) {
 *     System.out.println(event.toJson());
 *   }
 * }
 * }</pre>
 *
 * <p>Immutable: each method gives another one, and one may open many streams.
 */
public final class ChangeStreams {

  private final Transport transport;
  private final WatchTarget target;
  private final ChangeStreamOptions options;
  private final Consumer<StreamEvent> listener;
  private final DoubleSupplier chance;

  private ChangeStreams(
      Transport transport,
      WatchTarget target,
      ChangeStreamOptions options,
      Consumer<StreamEvent> listener,
      DoubleSupplier chance) {
    this.transport = requireNonNull(transport, "transport");
    this.target = requireNonNull(target, "target");
    this.options = requireNonNull(options, "options");
    this.listener = requireNonNull(listener, "listener");
    this.chance = requireNonNull(chance, "chance");
  }

  /** A stream on this target, with the default options. */
  public static ChangeStreams watch(Transport transport, WatchTarget target) {
    return new ChangeStreams(
        transport,
        target,
        ChangeStreamOptions.DEFAULTS,
        event -> {},
        () -> ThreadLocalRandom.current().nextDouble());
  }

  /** The same with these options. */
  public ChangeStreams with(ChangeStreamOptions theOptions) {
    return new ChangeStreams(transport, target, theOptions, listener, chance);
  }

  /**
   * The same with a listener, which hears what happens in the stream's life, on whatever thread is
   * at work for it. It must not block; what it throws is logged.
   */
  public ChangeStreams listener(Consumer<StreamEvent> theListener) {
    return new ChangeStreams(transport, target, options, theListener, chance);
  }

  /**
   * The same with another source of chance, which draws from 0 (inclusive) to 1 (exclusive): a
   * seeded one makes a simulated run repeatable.
   */
  public ChangeStreams chance(DoubleSupplier theChance) {
    return new ChangeStreams(transport, target, options, listener, theChance);
  }

  /**
   * Opens a stream for threads that wait. Blocks until the server has answered.
   *
   * @return the open stream; each event is a view of the buffer it was received in, which it keeps
   *     in memory as a whole for as long as it is held
   * @throws ChangeStreamException if it cannot be opened
   * @throws InterruptedException if the thread is interrupted; nothing stays open then
   */
  public BlockingChangeStream<RawBsonDocument> open() throws InterruptedException {
    return BlockingChangeStream.open(driver(), transport, DocumentSlice::asDocument);
  }

  private StreamDriver driver() {
    BsonDocument lsid = options.session().orElseGet(transport::startSession);
    Runnable endOwnSession =
        options.session().isPresent() ? () -> {} : () -> transport.endSession(lsid);
    return new StreamDriver(
        new ChangeStreamMachine(target, options, lsid, chance), transport, listener, endOwnSession);
  }
}
