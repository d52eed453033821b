package dev.tailrace.fakeserver.command;

import static java.util.Objects.requireNonNull;

import com.google.common.collect.ImmutableMap;
import dev.tailrace.fakeserver.error.CommandFailure;
import dev.tailrace.fakeserver.error.ErrorCode;
import dev.tailrace.fakeserver.idl.Idl;
import dev.tailrace.fakeserver.storage.Change;
import dev.tailrace.fakeserver.storage.Namespace;
import dev.tailrace.fakeserver.storage.State;
import dev.tailrace.fakeserver.storage.StoredCollection;
import dev.tailrace.fakeserver.storage.StoredView;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.bson.BsonBoolean;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonObjectId;
import org.bson.BsonString;
import org.bson.BsonType;
import org.bson.BsonValue;

/**
 * Time-series collections: a collection {@code system.buckets.NAME} whose documents hold many
 * measurements each, and a view that takes them apart again.
 *
 * <p>They can be created, dropped, inserted into and read; the rest is refused.
 */
final class TimeSeries {

  private static final String OPTION = "timeseries";

  /** The longest time in a bucket, and what its start is rounded to, in seconds. */
  private record Span(int max, int rounding) {}

  private static final ImmutableMap<String, Span> GRANULARITIES =
      ImmutableMap.of(
          "seconds", new Span(3_600, 60),
          "minutes", new Span(86_400, 3_600),
          "hours", new Span(2_592_000, 86_400));

  private TimeSeries() {}

  /** What is known of one, from the options of its buckets. */
  record Options(String timeField, String metaField, int maxSpanSeconds, int roundingSeconds) {

    static Options of(StoredCollection buckets) {
      BsonDocument given = buckets.options().getDocument(OPTION);
      String granularity = given.getString("granularity").getValue();
      Span span = requireNonNull(GRANULARITIES.get(granularity), granularity);
      return new Options(
          given.getString("timeField").getValue(),
          given.getString("metaField", new BsonString("")).getValue(),
          span.max(),
          span.rounding());
    }
  }

  /**
   * Creates one.
   *
   * @param options the options of {@code create}, {@code timeseries} among them
   */
  static void create(Invocation call, Namespace namespace, BsonDocument options) {
    BsonValue given = options.get(OPTION);
    if (!(given instanceof BsonDocument spec)) {
      throw Idl.wrongType("create.timeseries", requireNonNull(given), BsonType.DOCUMENT);
    }
    for (String option : options.keySet()) {
      if (!Set.of(OPTION, Expiry.OPTION, "storageEngine", "collation").contains(option)) {
        throw invalid("%s: 'timeseries' is not allowed with '%s'".formatted(namespace, option));
      }
    }
    BsonDocument series = checked(namespace, spec);
    BsonDocument bucketOptions = new BsonDocument("clusteredIndex", BsonBoolean.TRUE);
    options.forEach(bucketOptions::append);
    bucketOptions.put(OPTION, series);
    CreateCommand.createCollection(call, call.target(), buckets(namespace), bucketOptions);
    BsonDocument unpack = new BsonDocument("timeField", series.get("timeField"));
    if (series.containsKey("metaField")) {
      unpack.append("metaField", series.get("metaField"));
    }
    unpack.append("bucketMaxSpanSeconds", series.get("bucketMaxSpanSeconds"));
    BsonDocument collation =
        options.get("collation") instanceof BsonDocument own ? own : new BsonDocument();
    SystemViews.create(
        call,
        call.target(),
        new StoredView(
            namespace,
            buckets(namespace).collection(),
            List.of(new BsonDocument("$_internalUnpackBucket", unpack)),
            collation));
  }

  private static BsonDocument checked(Namespace namespace, BsonDocument spec) {
    Idl.requireKnown(
        "create.timeseries",
        spec,
        Set.of(
            "timeField",
            "metaField",
            "granularity",
            "bucketMaxSpanSeconds",
            "bucketRoundingSeconds"));
    BsonDocument checked = new BsonDocument();
    for (String field : List.of("timeField", "metaField")) {
      BsonValue name = spec.get(field);
      if (name == null) {
        continue;
      }
      Idl.requireType("create.timeseries." + field, name, BsonType.STRING);
      if (name.asString().getValue().indexOf('.') >= 0) {
        throw invalid(
            "%s: '%s' must be a top-level field and not contain a '.'".formatted(namespace, field));
      }
      checked.append(field, name);
    }
    if (!checked.containsKey("timeField")) {
      throw Idl.missingField("create.timeseries.timeField");
    }
    if (new BsonString("_id").equals(checked.get("metaField"))) {
      throw invalid("'metaField' cannot be \"_id\"");
    }
    if (checked.get("timeField").equals(checked.get("metaField"))) {
      throw invalid("'metaField' cannot be the same as 'timeField'");
    }
    return checked
        .append("granularity", granularity(spec))
        .append("bucketMaxSpanSeconds", new BsonInt32(span(granularity(spec)).max()));
  }

  private static BsonString granularity(BsonDocument spec) {
    if (spec.containsKey("bucketMaxSpanSeconds") || spec.containsKey("bucketRoundingSeconds")) {
      throw new CommandFailure(
          ErrorCode.NOT_IMPLEMENTED,
          "the fake server makes buckets by granularity, not by seconds of one's own");
    }
    BsonValue granularity = spec.get("granularity");
    if (granularity == null) {
      return new BsonString("seconds");
    }
    Idl.requireType("create.timeseries.granularity", granularity, BsonType.STRING);
    if (!GRANULARITIES.containsKey(granularity.asString().getValue())) {
      throw new CommandFailure(
          ErrorCode.BAD_VALUE,
          "Enumeration value '%s' for field 'create.timeseries.granularity' is not a valid value."
              .formatted(granularity.asString().getValue()));
    }
    return granularity.asString();
  }

  private static Span span(BsonString granularity) {
    return requireNonNull(GRANULARITIES.get(granularity.getValue()), "it was checked");
  }

  /** Whether a collection is one of buckets. */
  static boolean isOne(StoredCollection buckets) {
    return buckets.options().containsKey(OPTION);
  }

  /** The collection of the buckets; the view's name is the user's. */
  static Namespace buckets(Namespace namespace) {
    return new Namespace(namespace.db(), StoredView.BUCKETS + namespace.collection());
  }

  /** Whether no measurement in a bucket can be later than that. */
  static boolean isBucketUpTo(StoredCollection buckets, BsonDocument bucket, long millis) {
    long span = TimeUnit.SECONDS.toMillis(Options.of(buckets).maxSpanSeconds());
    return bucket.get("_id") instanceof BsonObjectId id
        && TimeUnit.SECONDS.toMillis(id.getValue().getTimestamp()) + span <= millis;
  }

  /** Its options as {@code listCollections} shows them: what is the buckets' own is left out. */
  static BsonDocument shownOptions(State state, StoredView view) {
    StoredCollection buckets = state.collection(buckets(view.namespace()));
    BsonDocument options = buckets == null ? new BsonDocument() : buckets.options().clone();
    options.remove("clusteredIndex");
    return options;
  }

  /** Drops one: its view first, then its buckets. */
  static void drop(WriteTarget target, StoredView view) {
    SystemViews.drop(target, view);
    State state = target.state();
    StoredCollection buckets = state.collection(buckets(view.namespace()));
    if (buckets != null) {
      target.write(
          new Change.Drop(buckets.namespace(), buckets.uuid()), state.without(buckets.namespace()));
    }
  }

  /** The refusal of what the fake does not do with them. */
  static CommandFailure notDone(Namespace namespace) {
    return new CommandFailure(
        ErrorCode.NOT_IMPLEMENTED,
        "the fake server only creates, drops, fills and reads time-series collections: "
            + namespace);
  }

  private static CommandFailure invalid(String message) {
    return new CommandFailure(ErrorCode.INVALID_OPTIONS, message);
  }
}
