package dev.tailrace.benchmarks.jmh;

import static dev.tailrace.benchmarks.canned.CannedReplies.EVENTS_IN_BATCH;

import dev.tailrace.benchmarks.canned.CannedReplies;
import dev.tailrace.engine.ChangeStreams;
import dev.tailrace.engine.Next;
import dev.tailrace.engine.WatchTarget;
import dev.tailrace.engine.bytes.LittleEndian;
import dev.tailrace.engine.event.ChangeEvent;
import dev.tailrace.engine.face.BlockingChangeStream;
import dev.tailrace.engine.transport.DocumentSlice;
import java.util.concurrent.TimeUnit;
import org.bson.RawBsonDocument;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;

/** From the bytes of a reply that is there to each of its events in the user's hands. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@OperationsPerInvocation(EVENTS_IN_BATCH)
@Fork(2)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@State(Scope.Benchmark)
public class BatchBenchmark {

  /** From the beginning of the body to the batch in it: {@code {cursor: {nextBatch: [...]}}}. */
  private static final int BATCH_OFFSET =
      "llll".length() + "tcursor0".length() + "llll".length() + "tnextBatch0".length();

  private final DocumentSlice reply = AnsweringTransport.slice(CannedReplies.getMore());
  private final BlockingChangeStream<RawBsonDocument> raw;
  private final BlockingChangeStream<ChangeEvent> events;

  /** Opens the streams, which stand before a batch from then on whenever a benchmark begins. */
  public BatchBenchmark() {
    try {
      raw = streams().open();
      events = streams().events().open();
    } catch (InterruptedException e) {
      throw new IllegalStateException("nobody interrupts this", e);
    }
  }

  private ChangeStreams<RawBsonDocument> streams() {
    return ChangeStreams.watch(
        new AnsweringTransport(reply), WatchTarget.collection("shop", "orders"));
  }

  /** The engine: its machine, its driver loop and its blocking face. */
  @Benchmark
  public void raw(Blackhole hole) throws InterruptedException {
    handOver(raw, hole);
  }

  /** The same, as events that can be asked for their fields. */
  @Benchmark
  public void events(Blackhole hole) throws InterruptedException {
    handOver(events, hole);
  }

  /** What no reader can do without: going from length to length. */
  @Benchmark
  public void stepOverLengths(Blackhole hole) {
    byte[] bytes = reply.buffer();
    int position = BATCH_OFFSET + Integer.BYTES;
    int terminator = BATCH_OFFSET + LittleEndian.int32(bytes, BATCH_OFFSET) - 1;
    while (position < terminator) {
      while (bytes[position++] != 0) {
        // The element's type and its name, which is the index of the event.
      }
      position += LittleEndian.int32(bytes, position);
      hole.consume(position);
    }
  }

  /** Ends the streams. */
  @TearDown(Level.Trial)
  public void close() {
    raw.close();
    events.close();
  }

  private static <T> void handOver(BlockingChangeStream<T> stream, Blackhole hole)
      throws InterruptedException {
    for (int i = 0; i < EVENTS_IN_BATCH; i++) {
      if (!(stream.next() instanceof Next.Event<T> event)) {
        throw new IllegalStateException("the stream has ended");
      }
      hole.consume(event.value());
    }
  }
}
