package dev.tailrace.conformance.documented;

import static java.util.Objects.requireNonNull;

import dev.tailrace.engine.transport.Transport;
import dev.tailrace.fakeserver.FakeReplicaSet;
import dev.tailrace.fakeserver.network.RawConnection;
import dev.tailrace.wire.tcp.TcpTransport;
import java.io.PrintStream;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Flow;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.bson.BsonDocument;
import org.jspecify.annotations.Nullable;

/**
 * What the Javadoc's programs take as given: a transport, an executor, a subscriber; and somebody
 * who writes as soon as their streams wait for events. {@code JavadocTest} makes a class of each
 * program that extends this one, and runs it as a process.
 */
public abstract class Surroundings {

  /** Longer than anything here takes, also on a busy machine. */
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final FakeReplicaSet set = FakeReplicaSet.start(1);
  private final ExecutorService threads = Executors.newCachedThreadPool();

  protected final Transport transport = TcpTransport.connect(set.connectionString());
  protected final Executor executor = threads;
  protected final Flow.Subscriber<Object> subscriber = new PrintsTheFirst();

  /** The program, as it stands in the Javadoc. */
  protected abstract void program() throws Exception;

  /**
   * Runs the program, until each of its streams has printed something and none is open any more.
   *
   * @param streams how many streams it opens
   * @param commands what is done to database {@code shop} when they are open
   */
  protected final void play(int streams, String... commands) throws Exception {
    CountDownLatch lines = new CountDownLatch(streams);
    System.setOut(new CountedLines(System.out, lines));
    try (set;
        transport) {
      Future<?> running =
          threads.submit(
              () -> {
                program();
                return null;
              });
      boolean isWatched = set.awaitWatchers(streams, PATIENCE);
      if (running.isDone()) {
        running.get(); // Throws what the program threw, if it did.
      }
      require(isWatched, "streams are open");
      try (RawConnection connection = set.connect(0)) {
        for (String command : commands) {
          connection.command("shop", BsonDocument.parse(command));
        }
      }
      running.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
      require(lines.await(PATIENCE.toSeconds(), TimeUnit.SECONDS), "a line for each stream");
      require(set.awaitCursors(0, PATIENCE), "streams are closed");
    } finally {
      threads.shutdownNow();
    }
  }

  private static void require(boolean isSo, String what) {
    if (!isSo) {
      throw new AssertionError("not so in time: " + what);
    }
  }

  /** A subscriber that has enough after one event. */
  private static final class PrintsTheFirst implements Flow.Subscriber<Object> {

    private Flow.@Nullable Subscription subscription;

    @Override
    public void onSubscribe(Flow.Subscription given) {
      subscription = given;
      given.request(1);
    }

    @Override
    public void onNext(Object event) {
      System.out.println(event);
      requireNonNull(subscription).cancel();
    }

    @Override
    public void onError(Throwable failure) {
      throw new AssertionError("onError", failure);
    }

    @Override
    public void onComplete() {}
  }

  /** An output that says when so many lines are printed. */
  private static final class CountedLines extends PrintStream {

    private final CountDownLatch lines;

    CountedLines(PrintStream output, CountDownLatch lines) {
      super(output, true);
      this.lines = lines;
    }

    @Override
    public void println(@Nullable Object value) {
      super.println(value);
      lines.countDown();
    }

    @Override
    public void println(@Nullable String line) {
      super.println(line);
      lines.countDown();
    }
  }
}
