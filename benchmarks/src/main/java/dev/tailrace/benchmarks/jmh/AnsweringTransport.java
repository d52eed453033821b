package dev.tailrace.benchmarks.jmh;

import dev.tailrace.benchmarks.canned.CannedReplies;
import dev.tailrace.engine.transport.DocumentSlice;
import dev.tailrace.engine.transport.Outcome;
import dev.tailrace.engine.transport.Request;
import dev.tailrace.engine.transport.ServerKind;
import dev.tailrace.engine.transport.ServerRef;
import dev.tailrace.engine.transport.Timers;
import dev.tailrace.engine.transport.Transport;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.bson.BsonBinary;
import org.bson.BsonDocument;
import org.bson.ByteBuf;
import org.bson.RawBsonDocument;
import org.bson.codecs.BsonDocumentCodec;

/** Answers every request before {@link #send} returns, a {@code getMore} always in the same way. */
final class AnsweringTransport implements Transport {

  private static final ServerRef SERVER =
      new ServerRef("memory:27017", 25, ServerKind.REPLICA_SET_MEMBER);

  private final DocumentSlice aggregate = slice(CannedReplies.aggregate());
  private final DocumentSlice done = slice(CannedReplies.done());
  private final DocumentSlice getMore;

  AnsweringTransport(DocumentSlice getMore) {
    this.getMore = getMore;
  }

  /** A document in bytes. */
  static DocumentSlice slice(BsonDocument document) {
    ByteBuf bytes = new RawBsonDocument(document, new BsonDocumentCodec()).getByteBuffer();
    byte[] copy = new byte[bytes.remaining()];
    bytes.get(copy);
    return new DocumentSlice(copy, 0, copy.length);
  }

  @Override
  public Exchange send(Request request, Consumer<Outcome> handler) {
    DocumentSlice reply =
        switch (request.commandName()) {
          case "getMore" -> getMore;
          case "aggregate" -> aggregate;
          default -> done;
        };
    handler.accept(new Outcome.Replied(SERVER, reply));
    return () -> {};
  }

  /** The real clock, and alarms that never ring: nothing here is ever late. */
  @Override
  public Timers timers() {
    return new Timers() {
      @Override
      public long nanoTime() {
        return System.nanoTime();
      }

      @Override
      public Alarm schedule(long atNanos, Runnable task) {
        return () -> {};
      }
    };
  }

  @Override
  public void await(BooleanSupplier done, long untilNanos) {
    throw new IllegalStateException("everything is answered before anybody waits");
  }

  @Override
  public BsonDocument startSession() {
    return new BsonDocument("id", new BsonBinary(new UUID(0, 1)));
  }

  @Override
  public void endSession(BsonDocument lsid) {}

  @Override
  public void close() {}
}
