package dev.tailrace.benchmarks.client;

import com.mongodb.client.MongoCollection;
import com.mongodb.client.MongoCursor;
import com.mongodb.client.model.changestream.ChangeStreamDocument;
import dev.tailrace.engine.ChangeStreamOptions;
import dev.tailrace.engine.ChangeStreams;
import dev.tailrace.engine.event.ChangeEvent;
import java.util.List;
import org.bson.BsonDocument;
import org.bson.Document;
import org.bson.RawBsonDocument;

/**
 * What is compared, and how fast it is meant to be. One line here is one row of the table; a {@link
 * Goal} in it is one ratio.
 */
@SuppressWarnings(
    "ImmutableEnumChecker") // Its fields are constants, lambdas that keep nothing among them.
public enum Client {
  BARE_SOCKET("bare socket, stepping over each event", Count.RAW, BareSocket::open),

  DRIVER_TYPED(
      "driver, watch() as ChangeStreamDocument<Document>",
      Count.DECODED,
      uri -> DriverStream.open(uri, orders -> orders.watch().cursor(), Client::look)),
  DRIVER_DOCUMENT(
      "driver, watch() as Document",
      Count.DECODED,
      uri ->
          DriverStream.open(
              uri,
              orders -> orders.watch().withDocumentClass(Document.class).cursor(),
              Sink::take)),
  DRIVER_RAW(
      "driver, watch() as RawBsonDocument",
      Count.RAW,
      uri ->
          DriverStream.open(
              uri,
              orders -> orders.watch().withDocumentClass(RawBsonDocument.class).cursor(),
              Sink::take)),
  DRIVER_RAW_AGGREGATE(
      "driver, aggregate() as RawBsonDocument",
      Count.RAW,
      uri -> DriverStream.open(uri, Client::aggregate, Sink::take)),

  TAILRACE_RAW(
      "Tailrace, raw",
      Count.RAW,
      uri -> TailraceStream.open(uri, ChangeStreams::open, Sink::take),
      new Goal(DRIVER_RAW, 3),
      new Goal(DRIVER_TYPED, 8),
      new Goal(BARE_SOCKET, 0.6)),
  TAILRACE_EVENTS_UNREAD(
      "Tailrace, ChangeEvent, no field read",
      Count.RAW,
      uri -> TailraceStream.open(uri, orders -> orders.events().open(), Sink::take),
      new Goal(DRIVER_RAW, 3),
      new Goal(DRIVER_TYPED, 8),
      new Goal(BARE_SOCKET, 0.6)),
  TAILRACE_EVENTS(
      "Tailrace, ChangeEvent, two fields read",
      Count.RAW,
      uri -> TailraceStream.open(uri, orders -> orders.events().open(), Client::look),
      new Goal(DRIVER_RAW, 3),
      new Goal(DRIVER_TYPED, 8),
      new Goal(BARE_SOCKET, 0.6)),
  TAILRACE_PREFETCHING(
      "Tailrace, raw, with prefetch",
      Count.RAW,
      uri ->
          TailraceStream.open(
              uri,
              orders -> orders.with(ChangeStreamOptions.builder().prefetch(true).build()).open(),
              Sink::take),
      new Goal(BARE_SOCKET, 0.6)),
  TAILRACE_DOCUMENT(
      "Tailrace, Document",
      Count.DECODED,
      uri -> TailraceStream.open(uri, orders -> orders.as(Document.class).open(), Sink::take),
      new Goal(DRIVER_DOCUMENT, 1));

  private final String title;
  private final int count;
  private final Opening opening;
  private final List<Goal> goals;

  Client(String title, int count, Opening opening, Goal... goals) {
    this.title = title;
    this.count = count;
    this.opening = opening;
    this.goals = List.of(goals);
  }

  /** What it is, for people. */
  public String title() {
    return title;
  }

  /** How many events it reads to be measured: what takes some clients a second, and none many. */
  public int count() {
    return count;
  }

  /** What it is held against. */
  public List<Goal> goals() {
    return goals;
  }

  /** Opens a stream on {@code shop.orders}, which begins now. */
  public EventSource open(String connectionString) throws Exception {
    return opening.open(connectionString);
  }

  private static MongoCursor<RawBsonDocument> aggregate(MongoCollection<Document> orders) {
    BsonDocument changeStream = new BsonDocument("$changeStream", new BsonDocument());
    return orders.aggregate(List.of(changeStream), RawBsonDocument.class).cursor();
  }

  private static void look(ChangeStreamDocument<Document> event) {
    Sink.take(event.getOperationType());
    Sink.take(event.getDocumentKey());
  }

  private static void look(ChangeEvent event) {
    Sink.take(event.operationType());
    Sink.take(event.documentKey());
  }

  /**
   * How fast a client is meant to be.
   *
   * @param peer the client that it is compared with
   * @param atLeast how many times as many events in a second it is to read
   */
  public record Goal(Client peer, double atLeast) {}

  private interface Opening {
    EventSource open(String connectionString) throws Exception;
  }

  /** How many events to read. */
  private static final class Count {
    static final int RAW = 3_000_000;
    static final int DECODED = 300_000;
  }
}
