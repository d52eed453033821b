package dev.tailrace.engine.face;

import dev.tailrace.engine.ChangeStreams;
import dev.tailrace.engine.WatchTarget;
import java.util.concurrent.Executor;
import java.util.concurrent.Flow;
import org.bson.RawBsonDocument;
import org.reactivestreams.tck.TestEnvironment;
import org.reactivestreams.tck.flow.FlowPublisherVerification;

/**
 * The rules of Reactive Streams, held against our publisher. Run by {@link ReactiveStreamsTckTest}.
 *
 * @see <a href="https://github.com/reactive-streams/reactive-streams-jvm/tree/master/tck">The
 *     TCK</a>
 */
abstract class PublisherRules extends FlowPublisherVerification<RawBsonDocument> {

  /** Waited out wherever no signal may come. */
  private static final long NO_SIGNALS_MILLIS = 50;

  /** Until the garbage collector, which is asked to, must have found a subscriber nobody keeps. */
  private static final long COLLECTION_MILLIS = 1000;

  private static final int BATCH_SIZE = 3;

  private final Executor signals;
  private final Executor server;

  /**
   * Times are for a busy machine, and may be set in the environment as the TCK says.
   *
   * @param timeoutMillis how long a signal may take that is owed; some rules wait it out
   */
  PublisherRules(Executor signals, Executor server, long timeoutMillis) {
    super(
        new TestEnvironment(
            millis("DEFAULT_TIMEOUT_MILLIS", timeoutMillis),
            millis("DEFAULT_NO_SIGNALS_TIMEOUT_MILLIS", NO_SIGNALS_MILLIS)),
        millis("PUBLISHER_REFERENCE_GC_TIMEOUT_MILLIS", COLLECTION_MILLIS));
    this.signals = signals;
    this.server = server;
  }

  @Override
  public Flow.Publisher<RawBsonDocument> createFlowPublisher(long elements) {
    return ChangeStreams.watch(
            new GeneratingTransport(elements, BATCH_SIZE, server),
            WatchTarget.collection("shop", "orders"))
        .publisher(signals);
  }

  @Override
  public Flow.Publisher<RawBsonDocument> createFailedFlowPublisher() {
    ScriptedTransport refusing = new ScriptedTransport();
    refusing.failSends = new IllegalStateException("no network, on purpose");
    return ChangeStreams.watch(refusing, WatchTarget.collection("shop", "orders"))
        .publisher(signals);
  }

  private static long millis(String name, long otherwise) {
    String set = System.getenv(name);
    return set == null ? otherwise : Long.parseLong(set);
  }
}
