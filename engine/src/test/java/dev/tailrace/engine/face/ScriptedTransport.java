package dev.tailrace.engine.face;

import static java.util.Objects.requireNonNull;

import dev.tailrace.engine.transport.DocumentSlice;
import dev.tailrace.engine.transport.Outcome;
import dev.tailrace.engine.transport.Request;
import dev.tailrace.engine.transport.ServerKind;
import dev.tailrace.engine.transport.ServerRef;
import dev.tailrace.engine.transport.Timers;
import dev.tailrace.engine.transport.Transport;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.bson.BsonDocument;
import org.bson.RawBsonDocument;
import org.bson.codecs.BsonDocumentCodec;
import org.jspecify.annotations.Nullable;

/** A transport whose other end is the test: it takes what was sent, and answers as it likes. */
final class ScriptedTransport implements Transport, Timers {

  private static final ServerRef SERVER =
      new ServerRef("a:27017", 25, ServerKind.REPLICA_SET_MEMBER);
  private static final long PATIENCE_SECONDS = 20;

  private final BlockingQueue<Sent> sent = new LinkedBlockingQueue<>();
  private final List<Alarm> alarms = new ArrayList<>();
  private final List<Sent> underWay = new ArrayList<>();
  private long nowNanos;
  private boolean timersClosed;
  int sessionsStarted;
  int sessionsEnded;
  int sessionsOpen;
  @Nullable RuntimeException failSends;
  volatile @Nullable Error failSendOnce;
  @Nullable RuntimeException failSessions;
  volatile @Nullable Error failClockOnce;

  /** What happens while a thread waits, before it finds itself interrupted. */
  @Nullable Runnable interruptAfter;

  /** The next request, which must be that command. */
  Sent take(String commandName) throws InterruptedException {
    Sent next = requireNonNull(sent.poll(PATIENCE_SECONDS, TimeUnit.SECONDS), "nothing was sent");
    if (!next.request.commandName().equals(commandName)) {
      throw new AssertionError("expected " + commandName + ", found " + next.request);
    }
    return next;
  }

  boolean isQuiet() {
    return sent.isEmpty();
  }

  /** Moves the clock, and lets the alarms ring that are due. */
  void advance(long nanos) {
    List<Alarm> due;
    synchronized (this) {
      nowNanos += nanos;
      due = alarms.stream().filter(alarm -> alarm.atNanos <= nowNanos).toList();
      alarms.removeAll(due);
    }
    due.stream()
        .sorted(Comparator.comparingLong(Alarm::atNanos))
        .forEach(alarm -> alarm.task.run());
  }

  @Override
  public Exchange send(Request request, Consumer<Outcome> handler) {
    if (failSends != null) {
      throw failSends;
    }
    Error error = failSendOnce;
    failSendOnce = null;
    if (error != null) {
      throw error;
    }
    Sent exchange = new Sent(request, handler);
    synchronized (this) {
      underWay.add(exchange);
    }
    sent.add(exchange);
    return exchange;
  }

  @Override
  public Timers timers() {
    return this;
  }

  @Override
  public synchronized long nanoTime() {
    Error error = failClockOnce;
    failClockOnce = null;
    if (error != null) {
      throw error;
    }
    return nowNanos;
  }

  @Override
  public Timers.Alarm schedule(long atNanos, Runnable task) {
    return schedule(atNanos, task, () -> {});
  }

  @Override
  public Timers.Alarm schedule(long atNanos, Runnable task, Runnable dropped) {
    Alarm alarm = new Alarm(atNanos, task, dropped);
    boolean isDropped;
    synchronized (this) {
      isDropped = timersClosed;
      if (!isDropped) {
        alarms.add(alarm);
      }
    }
    if (isDropped) {
      dropped.run();
    }
    return alarm;
  }

  /** Lets no alarm ring any more, as a transport does that is closed. */
  void closeTimers() {
    List<Alarm> left;
    synchronized (this) {
      timersClosed = true;
      left = List.copyOf(alarms);
      alarms.clear();
    }
    left.forEach(alarm -> alarm.dropped.run());
  }

  synchronized int alarmsSet() {
    return alarms.size();
  }

  /** What was sent, and neither answered nor given up. */
  synchronized List<Request> underWay() {
    return underWay.stream().map(exchange -> exchange.request).toList();
  }

  private synchronized void over(Sent exchange) {
    underWay.remove(exchange);
  }

  @Override
  public void await(BooleanSupplier done, long untilNanos) throws InterruptedException {
    if (interruptAfter != null) {
      interruptAfter.run();
      throw new InterruptedException();
    }
    while (!done.getAsBoolean()) {
      LockSupport.park(this);
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
    }
  }

  @Override
  public synchronized BsonDocument startSession() {
    if (failSessions != null) {
      throw failSessions;
    }
    sessionsStarted++;
    sessionsOpen++;
    return BsonDocument.parse("{id: 'session'}");
  }

  @Override
  public synchronized void endSession(BsonDocument lsid) {
    if (failSessions != null) {
      throw failSessions;
    }
    sessionsEnded++;
    sessionsOpen--;
  }

  @Override
  public void close() {}

  /** A request that is under way. */
  final class Sent implements Exchange {

    final Request request;
    private final Consumer<Outcome> handler;
    volatile boolean abandoned;

    Sent(Request request, Consumer<Outcome> handler) {
      this.request = request;
      this.handler = handler;
    }

    void reply(String json) {
      ByteBuffer bytes =
          new RawBsonDocument(BsonDocument.parse(json), new BsonDocumentCodec())
              .getByteBuffer()
              .asNIO();
      byte[] copy = new byte[bytes.remaining()];
      bytes.get(copy);
      over(this);
      handler.accept(new Outcome.Replied(SERVER, new DocumentSlice(copy, 0, copy.length)));
    }

    /** A batch of events with these tokens, and a postBatchResumeToken behind them. */
    void batch(long cursorId, String postBatchResumeToken, String... tokens) {
      List<String> events = new ArrayList<>();
      for (String token : tokens) {
        events.add("{_id: {_data: '%s'}}".formatted(token));
      }
      reply(
          """
          {cursor: {nextBatch: [%s], postBatchResumeToken: {_data: '%s'},
                    id: {$numberLong: '%d'}, ns: 'shop.orders'}, ok: 1}
          """
              .formatted(String.join(",", events), postBatchResumeToken, cursorId));
    }

    /** A batch of these events, and no postBatchResumeToken. */
    void events(long cursorId, String... events) {
      reply(
          "{cursor: {nextBatch: [%s], id: {$numberLong: '%d'}, ns: 'shop.orders'}, ok: 1}"
              .formatted(String.join(",", events), cursorId));
    }

    /** What nothing can be resumed after. */
    void historyIsLost() {
      reply("{ok: 0, code: 286, codeName: 'ChangeStreamHistoryLost'}");
    }

    void fail(Outcome.Reason reason) {
      over(this);
      handler.accept(new Outcome.Failed(SERVER, reason, "failed: " + reason, null));
    }

    @Override
    public void abandon() {
      abandoned = true;
      over(this);
    }
  }

  /** A task that waits for its time. */
  private final class Alarm implements Timers.Alarm {

    private final long atNanos;
    private final Runnable task;
    private final Runnable dropped;

    Alarm(long atNanos, Runnable task, Runnable dropped) {
      this.atNanos = atNanos;
      this.task = task;
      this.dropped = dropped;
    }

    long atNanos() {
      return atNanos;
    }

    @Override
    public void cancel() {
      synchronized (ScriptedTransport.this) {
        alarms.remove(this);
      }
    }
  }
}
