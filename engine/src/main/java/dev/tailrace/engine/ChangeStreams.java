package dev.tailrace.engine;

import static java.util.Objects.requireNonNull;

import dev.tailrace.engine.core.ChangeStreamMachine;
import dev.tailrace.engine.driver.StreamDriver;
import dev.tailrace.engine.event.ChangeEvent;
import dev.tailrace.engine.event.Decoded;
import dev.tailrace.engine.event.EventDecoder;
import dev.tailrace.engine.face.AsyncChangeStream;
import dev.tailrace.engine.face.BlockingChangeStream;
import dev.tailrace.engine.face.ChangeStreamPublisher;
import dev.tailrace.engine.transport.Transport;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import java.util.function.DoubleSupplier;
import org.bson.BsonDocument;
import org.bson.RawBsonDocument;
import org.bson.codecs.Decoder;
import org.bson.codecs.configuration.CodecRegistry;

/**
 * The front door: says what to watch and how its events are handed over, and opens a stream on it.
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
 * <p>The same for programs that do not wait, and for subscribers:
 *
 * <pre>{@code
 * ChangeStreams<ChangeEvent> orders =
 *     ChangeStreams.watch(transport, WatchTarget.collection("shop", "orders")).events();
 * orders
 *     .openAsync()
 *     .thenCompose(stream -> stream.next().whenComplete((next, failure) -> stream.close()))
 *     .thenAccept(System.out::println);
 * orders.publisher(executor).subscribe(subscriber);
 * }</pre>
 *
 * <p>Immutable: each method gives another one, and one may open many streams.
 *
 * @param <T> how events are handed over: {@link RawBsonDocument} at first, {@link ChangeEvent}
 *     after {@link #events}, anything that bson's codecs make after {@link #as}
 */
public final class ChangeStreams<T> {

  private final Transport transport;
  private final WatchTarget target;
  private final ChangeStreamOptions options;
  private final EventDecoder<T> decoder;
  private final Consumer<StreamEvent> listener;
  private final DoubleSupplier chance;

  private ChangeStreams(
      Transport transport,
      WatchTarget target,
      ChangeStreamOptions options,
      EventDecoder<T> decoder,
      Consumer<StreamEvent> listener,
      DoubleSupplier chance) {
    this.transport = requireNonNull(transport, "transport");
    this.target = requireNonNull(target, "target");
    this.options = requireNonNull(options, "options");
    this.decoder = requireNonNull(decoder, "decoder");
    this.listener = requireNonNull(listener, "listener");
    this.chance = requireNonNull(chance, "chance");
  }

  /**
   * A stream on this target, with the default options. Each event is a view of the buffer that it
   * was received in, which it keeps in memory as a whole for as long as it is held.
   */
  public static ChangeStreams<RawBsonDocument> watch(Transport transport, WatchTarget target) {
    return new ChangeStreams<>(
        transport,
        target,
        ChangeStreamOptions.DEFAULTS,
        EventDecoder.raw(),
        event -> {},
        () -> ThreadLocalRandom.current().nextDouble());
  }

  /** The same with these options. */
  public ChangeStreams<T> with(ChangeStreamOptions theOptions) {
    return new ChangeStreams<>(transport, target, theOptions, decoder, listener, chance);
  }

  /**
   * The same with a listener, which hears what happens in the stream's life, on whatever thread is
   * at work for it. It must not block; what it throws is logged.
   */
  public ChangeStreams<T> listener(Consumer<StreamEvent> theListener) {
    return new ChangeStreams<>(transport, target, options, decoder, theListener, chance);
  }

  /**
   * The same with another source of chance, which draws from 0 (inclusive) to 1 (exclusive): a
   * seeded one makes a simulated run repeatable.
   */
  public ChangeStreams<T> chance(DoubleSupplier theChance) {
    return new ChangeStreams<>(transport, target, options, decoder, listener, theChance);
  }

  // ---------------------------------------------------------------- how events are handed over

  /** The same with events as they came: undecoded BSON. */
  public ChangeStreams<RawBsonDocument> raw() {
    return decodedBy(EventDecoder.raw());
  }

  /** The same with events that can be asked for their fields; nothing is decoded before. */
  public ChangeStreams<ChangeEvent> events() {
    return decodedBy(EventDecoder.changeEvents());
  }

  /**
   * The same with each event, as a whole, decoded to a class by bson's own codecs: {@link
   * org.bson.Document}, a map, a record or a bean whose components are named like an event's
   * fields.
   *
   * <p>Decoders run on whatever thread is at work for the stream, and must not block. What happens
   * where one fails is for {@link ChangeStreamOptions#undecodablePolicy}. A record has to be
   * public, with a component of an object's type for each field that may be absent; bson finds out
   * only when it decodes, and also of classes that it takes for beans and are none.
   *
   * @throws org.bson.codecs.configuration.CodecConfigurationException if there is no codec for it
   */
  public <R> ChangeStreams<R> as(Class<R> type) {
    return decodedBy(EventDecoder.to(type));
  }

  /**
   * The same with each event, as a whole, decoded to a class by a registry's codec.
   *
   * @throws org.bson.codecs.configuration.CodecConfigurationException if there is no codec for it
   */
  public <R> ChangeStreams<R> as(Class<R> type, CodecRegistry registry) {
    return decodedBy(EventDecoder.to(type, registry));
  }

  /** The same with each event, as a whole, decoded by this decoder. */
  public <R> ChangeStreams<R> as(Decoder<R> theDecoder) {
    return decodedBy(EventDecoder.through(theDecoder));
  }

  /** The same with events that cannot be decoded handed over as they came. */
  public ChangeStreams<Decoded<T>> orRaw() {
    return decodedBy(decoder.orRaw());
  }

  private <R> ChangeStreams<R> decodedBy(EventDecoder<R> theDecoder) {
    return new ChangeStreams<>(transport, target, options, theDecoder, listener, chance);
  }

  // ---------------------------------------------------------------- faces

  /**
   * Opens a stream for threads that wait. Blocks until the server has answered.
   *
   * @throws ChangeStreamException if it cannot be opened
   * @throws InterruptedException if the thread is interrupted; nothing stays open then
   */
  public BlockingChangeStream<T> open() throws InterruptedException {
    return BlockingChangeStream.open(driver(/* prefetch= */ false), transport);
  }

  /**
   * Opens a stream whose answers come as stages. Does not block.
   *
   * @return the open stream, or a {@link ChangeStreamException}; cancelling the stage leaves
   *     nothing open
   */
  public CompletionStage<AsyncChangeStream<T>> openAsync() {
    return AsyncChangeStream.open(() -> driver(/* prefetch= */ true));
  }

  /**
   * A publisher of events, which opens a stream for each subscriber. Signals come on whatever
   * thread is at work for the stream: subscribers must not block.
   *
   * @throws IllegalArgumentException if the {@code timeout} is not longer than the {@link
   *     ChangeStreamOptions#awaitTime}: an idle stream would be out of time again and again
   */
  public ChangeStreamPublisher<T> publisher() {
    return publisher(Runnable::run);
  }

  /**
   * The same, with signals that the executor runs: subscribers may block if it can bear it.
   *
   * @throws IllegalArgumentException as {@link #publisher()} does
   */
  public ChangeStreamPublisher<T> publisher(Executor executor) {
    requirePublishable();
    return ChangeStreamPublisher.ofEvents(() -> driver(/* prefetch= */ true), executor);
  }

  /**
   * A publisher of events and of progress: what has no events but moves the stream's token is
   * signalled as {@link Next.Idle}, where there is demand. The end is {@code onComplete}, and never
   * {@link Next.Ended}.
   *
   * @throws IllegalArgumentException as {@link #publisher()} does
   */
  public ChangeStreamPublisher<Next<T>> publisherWithProgress(Executor executor) {
    requirePublishable();
    return ChangeStreamPublisher.ofEventsAndProgress(() -> driver(/* prefetch= */ true), executor);
  }

  private void requirePublishable() {
    Duration await = options.awaitTime();
    Optional<Duration> tooShort = options.timeLimit().filter(limit -> limit.compareTo(await) <= 0);
    if (tooShort.isPresent()) {
      throw new IllegalArgumentException(
          "timeout: expected more than %s, for which the server sits on a getMore, or a maxAwaitTime; found %s"
              .formatted(await, tooShort.get()));
    }
  }

  private StreamDriver<T> driver(boolean prefetch) {
    BsonDocument lsid = options.session().orElseGet(transport::startSession);
    Runnable endOwnSession =
        options.session().isPresent() ? () -> {} : () -> transport.endSession(lsid);
    return new StreamDriver<>(
        new ChangeStreamMachine<>(target, placedOptions(), decoder, prefetch, lsid, chance),
        transport,
        listener,
        endOwnSession);
  }

  /** The options with a read preference, which the transport has where they have none. */
  private ChangeStreamOptions placedOptions() {
    return options.readPreference().isPresent()
        ? options
        : options.toBuilder().readPreference(transport.readPreference()).build();
  }
}
