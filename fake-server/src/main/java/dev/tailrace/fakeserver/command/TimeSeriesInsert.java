package dev.tailrace.fakeserver.command;

import static java.util.Objects.requireNonNull;

import dev.tailrace.fakeserver.command.CollectionWriter.StatementResult;
import dev.tailrace.fakeserver.command.TimeSeries.Options;
import dev.tailrace.fakeserver.error.CommandFailure;
import dev.tailrace.fakeserver.error.ErrorCode;
import dev.tailrace.fakeserver.storage.Change;
import dev.tailrace.fakeserver.storage.Namespace;
import dev.tailrace.fakeserver.storage.RawDocuments;
import dev.tailrace.fakeserver.storage.State;
import dev.tailrace.fakeserver.storage.StoredCollection;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.bson.BsonDateTime;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonObjectId;
import org.bson.BsonValue;
import org.bson.RawBsonDocument;
import org.jspecify.annotations.Nullable;

/**
 * An insert of measurements. Those of one command that go together fill buckets of their own: what
 * was written before is left alone, as by a server that has just started.
 */
final class TimeSeriesInsert {

  private static final int MAX_MEASUREMENTS = 1000;

  private final Invocation call;
  private final StoredCollection buckets;
  private final Options options;
  private final RetryableWrites retries;
  private final List<Bucket> open = new ArrayList<>();

  private TimeSeriesInsert(Invocation call, StoredCollection buckets, RetryableWrites retries) {
    this.call = call;
    this.buckets = buckets;
    this.retries = retries;
    options = Options.of(buckets);
  }

  /** Measurements that share a bucket. */
  private static final class Bucket {
    final @Nullable BsonValue meta;
    final long fromMillis;
    final List<Integer> statements = new ArrayList<>();
    final BsonDocument data = new BsonDocument();

    Bucket(@Nullable BsonValue meta, long fromMillis) {
      this.meta = meta;
      this.fromMillis = fromMillis;
    }
  }

  static Outcome run(
      Invocation call,
      Namespace namespace,
      List<RawBsonDocument> documents,
      RetryableWrites retries) {
    if (call.transaction() != null) {
      throw TransactionCommands.notSupported(
          "Cannot insert into a time-series collection in a multi-document transaction: "
              + namespace);
    }
    StoredCollection buckets =
        requireNonNull(
            call.target().state().collection(TimeSeries.buckets(namespace)),
            "the view came with its buckets");
    TimeSeriesInsert insert = new TimeSeriesInsert(call, buckets, retries);
    WriteBatch batch = new WriteBatch(call);
    batch.run(documents.size(), i -> insert.put(i, documents.get(i)));
    insert.open.forEach(insert::write);
    return new Outcome.Reply(batch.reply());
  }

  private StatementResult put(int index, RawBsonDocument given) {
    StatementResult done = retries.done(index);
    if (done != null) {
      return done;
    }
    RawBsonDocument measurement = Documents.toInsert(call, given);
    if (!(measurement.get(options.timeField()) instanceof BsonDateTime at)) {
      throw new CommandFailure(
          ErrorCode.BAD_VALUE,
          "'%s' must be present and contain a valid BSON UTC datetime value"
              .formatted(options.timeField()));
    }
    BsonValue meta =
        options.metaField().isEmpty() ? null : sorted(measurement.get(options.metaField()));
    Bucket bucket = bucketFor(meta, at.getValue());
    String row = Integer.toString(bucket.statements.size());
    measurement.forEach(
        (field, value) -> {
          if (!field.equals(options.metaField())) {
            if (!bucket.data.containsKey(field)) {
              bucket.data.append(field, new BsonDocument());
            }
            bucket.data.getDocument(field).append(row, value);
          }
        });
    bucket.statements.add(index);
    return new StatementResult(1, 0, null, null);
  }

  /** What measurements share is kept with its fields by name, so that their order is no matter. */
  private static @Nullable BsonValue sorted(@Nullable BsonValue meta) {
    if (!(meta instanceof BsonDocument document)) {
      return meta;
    }
    BsonDocument sorted = new BsonDocument();
    new TreeMap<>(document).forEach((name, value) -> sorted.append(name, sorted(value)));
    return sorted;
  }

  private Bucket bucketFor(@Nullable BsonValue meta, long millis) {
    for (Bucket bucket : open) {
      long spanMillis = TimeUnit.SECONDS.toMillis(options.maxSpanSeconds());
      boolean fits =
          Objects.equals(bucket.meta, meta)
              && millis >= bucket.fromMillis
              && millis - bucket.fromMillis < spanMillis
              && bucket.statements.size() < MAX_MEASUREMENTS;
      if (fits) {
        return bucket;
      }
    }
    long roundingMillis = TimeUnit.SECONDS.toMillis(options.roundingSeconds());
    Bucket bucket = new Bucket(meta, Math.floorDiv(millis, roundingMillis) * roundingMillis);
    open.add(bucket);
    return bucket;
  }

  private void write(Bucket bucket) {
    BsonDocument document =
        new BsonDocument("_id", new BsonObjectId(call.world().ids().objectId(bucket.fromMillis)))
            .append("control", control(bucket));
    if (bucket.meta != null) {
      document.append("meta", bucket.meta);
    }
    RawBsonDocument stored = RawDocuments.of(document.append("data", bucket.data));
    WriteTarget target = call.target();
    StoredCollection current =
        requireNonNull(target.state().collection(buckets.namespace()), "nothing came between");
    State after = target.state().with(current.insert(stored));
    for (int statement : bucket.statements) {
      after = retries.statement(statement).remember(after, new StatementResult(1, 0, null, null));
    }
    target.write(
        new Change.Insert(current.namespace(), current.uuid(), Documents.key(stored), stored),
        after);
  }

  private BsonDocument control(Bucket bucket) {
    BucketBounds bounds = new BucketBounds();
    bucket.data.forEach(
        (field, column) -> column.asDocument().values().forEach(value -> bounds.add(field, value)));
    BsonDocument min = bounds.min();
    min.put(options.timeField(), new BsonDateTime(bucket.fromMillis));
    return new BsonDocument("version", new BsonInt32(1))
        .append("min", min)
        .append("max", bounds.max());
  }
}
