package dev.tailrace.engine.face;

import dev.tailrace.engine.transport.DocumentSlice;
import dev.tailrace.engine.transport.Outcome;
import dev.tailrace.engine.transport.Request;
import dev.tailrace.engine.transport.ServerKind;
import dev.tailrace.engine.transport.ServerRef;
import dev.tailrace.engine.transport.Timers;
import dev.tailrace.engine.transport.Transport;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.bson.BsonBinaryWriter;
import org.bson.BsonDocument;
import org.bson.BsonInt64;
import org.bson.RawBsonDocument;
import org.bson.io.BasicOutputBuffer;

/**
 * A transport in memory, behind which so many things happen, and then what is watched is gone: the
 * last event closes the cursor. Everything is answered at once. Its clock stands still.
 */
final class GeneratingTransport implements Transport, Timers {

  private static final ServerRef SERVER =
      new ServerRef("a:27017", 25, ServerKind.REPLICA_SET_MEMBER);

  private final long events;
  private final int batchSize;
  private final Executor executor;

  /** How far each open cursor has come. */
  private final Map<Long, Long> cursors = new ConcurrentHashMap<>();

  private final AtomicLong lastCursor = new AtomicLong();
  final AtomicInteger getMores = new AtomicInteger();
  final AtomicInteger sessionsOpen = new AtomicInteger();

  /**
   * @param events how many events there are
   * @param batchSize how many a batch has at the most; the first one has none, unless there never
   *     is one
   * @param executor brings the answers
   */
  GeneratingTransport(long events, int batchSize, Executor executor) {
    this.events = events;
    this.batchSize = batchSize;
    this.executor = executor;
  }

  /** The place of an event, from 0. */
  static long indexOf(RawBsonDocument event) {
    return Long.parseLong(event.getDocument("_id").getString("_data").getValue(), 16);
  }

  int cursorsOpen() {
    return cursors.size();
  }

  @Override
  public Exchange send(Request request, Consumer<Outcome> handler) {
    executor.execute(() -> handler.accept(new Outcome.Replied(SERVER, answer(request.command()))));
    return () -> {};
  }

  private DocumentSlice answer(BsonDocument command) {
    switch (command.getFirstKey()) {
      case "aggregate" -> {
        long cursor = events == 0 ? 0 : lastCursor.incrementAndGet();
        if (cursor != 0) {
          cursors.put(cursor, 0L);
        }
        return reply(cursor, 0, 0);
      }
      case "getMore" -> {
        getMores.incrementAndGet();
        long cursor = command.getInt64("getMore").getValue();
        Long from = cursors.get(cursor);
        if (from == null) {
          return slice("{ok: 0, code: 43, codeName: 'CursorNotFound'}");
        }
        long to = from + Math.min(batchSize, events - from);
        if (to < events) {
          cursors.replace(cursor, to);
          return reply(cursor, from, to);
        }
        cursors.remove(cursor);
        return reply(0, from, to);
      }
      case "killCursors" -> {
        command.getArray("cursors").forEach(id -> cursors.remove(id.asInt64().getValue()));
        return slice("{ok: 1}");
      }
      default -> throw new AssertionError("unexpected: " + command);
    }
  }

  private static DocumentSlice reply(long cursor, long from, long to) {
    BasicOutputBuffer buffer = new BasicOutputBuffer();
    try (BsonBinaryWriter writer = new BsonBinaryWriter(buffer)) {
      writer.writeStartDocument();
      writer.writeStartDocument("cursor");
      writer.writeInt64("id", cursor);
      writer.writeString("ns", "shop.orders");
      writer.writeStartArray("nextBatch");
      for (long i = from; i < to; i++) {
        writer.writeStartDocument();
        writer.writeStartDocument("_id");
        writer.writeString("_data", Long.toHexString(i));
        writer.writeEndDocument();
        writer.writeEndDocument();
      }
      writer.writeEndArray();
      writer.writeEndDocument();
      writer.writeDouble("ok", 1);
      writer.writeEndDocument();
    }
    return new DocumentSlice(buffer.getInternalBuffer(), 0, buffer.getPosition());
  }

  private static DocumentSlice slice(String json) {
    ByteBuffer bytes = RawBsonDocument.parse(json).getByteBuffer().asNIO();
    return new DocumentSlice(bytes.array(), bytes.arrayOffset(), bytes.remaining());
  }

  // ---------------------------------------------------------------- time, sessions

  @Override
  public Timers timers() {
    return this;
  }

  @Override
  public long nanoTime() {
    return 0;
  }

  @Override
  public Timers.Alarm schedule(long atNanos, Runnable task) {
    return () -> {};
  }

  @Override
  public void await(BooleanSupplier done, long untilNanos) throws InterruptedException {
    while (!done.getAsBoolean()) {
      LockSupport.park(this);
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
    }
  }

  @Override
  public BsonDocument startSession() {
    return new BsonDocument("id", new BsonInt64(sessionsOpen.incrementAndGet()));
  }

  @Override
  public void endSession(BsonDocument lsid) {
    sessionsOpen.decrementAndGet();
  }

  @Override
  public void close() {}
}
