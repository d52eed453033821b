package dev.tailrace.benchmarks.client;

import dev.tailrace.engine.ChangeStreams;
import dev.tailrace.engine.Next;
import dev.tailrace.engine.WatchTarget;
import dev.tailrace.engine.face.BlockingChangeStream;
import dev.tailrace.wire.tcp.TcpTransport;
import java.util.function.Consumer;
import org.bson.RawBsonDocument;

/** A change stream of the engine, with a transport of its own. */
final class TailraceStream<T> implements EventSource {

  private final TcpTransport transport;
  private final BlockingChangeStream<T> stream;
  private final Consumer<? super T> consumer;

  private TailraceStream(
      TcpTransport transport, BlockingChangeStream<T> stream, Consumer<? super T> consumer) {
    this.transport = transport;
    this.stream = stream;
    this.consumer = consumer;
  }

  static <T> EventSource open(String connectionString, Face<T> face, Consumer<? super T> consumer)
      throws InterruptedException {
    TcpTransport transport = TcpTransport.connect(connectionString);
    BlockingChangeStream<T> stream =
        face.open(ChangeStreams.watch(transport, WatchTarget.collection("shop", "orders")));
    return new TailraceStream<>(transport, stream, consumer);
  }

  @Override
  public void next() throws InterruptedException {
    if (!(stream.next() instanceof Next.Event<T> event)) {
      throw new IllegalStateException("the stream has ended");
    }
    consumer.accept(event.value());
  }

  @Override
  public void close() {
    stream.close();
    transport.close();
  }

  /** Chooses the form of the events, and opens the stream. */
  interface Face<T> {
    BlockingChangeStream<T> open(ChangeStreams<RawBsonDocument> streams)
        throws InterruptedException;
  }
}
