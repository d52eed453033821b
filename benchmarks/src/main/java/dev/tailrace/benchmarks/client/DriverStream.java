package dev.tailrace.benchmarks.client;

import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.MongoCursor;
import java.util.function.Consumer;
import java.util.function.Function;
import org.bson.Document;

/** A change stream of the official synchronous driver, with a client of its own. */
final class DriverStream<T> implements EventSource {

  private final MongoClient client;
  private final MongoCursor<T> cursor;
  private final Consumer<? super T> consumer;

  private DriverStream(MongoClient client, MongoCursor<T> cursor, Consumer<? super T> consumer) {
    this.client = client;
    this.cursor = cursor;
    this.consumer = consumer;
  }

  static <T> EventSource open(
      String connectionString,
      Function<MongoCollection<Document>, ? extends MongoCursor<T>> watch,
      Consumer<? super T> consumer) {
    MongoClient client = MongoClients.create(connectionString);
    MongoCursor<T> cursor = watch.apply(client.getDatabase("shop").getCollection("orders"));
    return new DriverStream<>(client, cursor, consumer);
  }

  @Override
  public void next() {
    consumer.accept(cursor.next());
  }

  @Override
  public void close() {
    cursor.close();
    client.close();
  }
}
