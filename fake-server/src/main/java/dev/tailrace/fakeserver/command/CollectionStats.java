package dev.tailrace.fakeserver.command;

import dev.tailrace.fakeserver.error.CommandFailure;
import dev.tailrace.fakeserver.error.ErrorCode;
import dev.tailrace.fakeserver.idl.Idl;
import dev.tailrace.fakeserver.query.value.ElementText;
import dev.tailrace.fakeserver.storage.Index;
import dev.tailrace.fakeserver.storage.Namespace;
import dev.tailrace.fakeserver.storage.StoredCollection;
import java.util.List;
import java.util.Set;
import org.bson.BsonBoolean;
import org.bson.BsonDateTime;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonInt64;
import org.bson.BsonNumber;
import org.bson.BsonString;
import org.bson.BsonValue;
import org.jspecify.annotations.Nullable;

/**
 * What {@code $collStats} tells of a collection. Of the storage only what there is without a disk:
 * documents count with their BSON size, and an index takes no room. Nothing keeps latencies, so
 * {@code latencyStats} is refused rather than answered with zeros.
 */
final class CollectionStats {

  private static final Set<String> OPTIONS =
      Set.of("latencyStats", "storageStats", "count", "queryExecStats");

  private static final int NOT_A_DOCUMENT = 40_166;
  private static final int UNKNOWN_OPTION = 40_168;

  /**
   * Numbers below this are written as int32 where either will do (BSONObjBuilder::appendNumber).
   */
  private static final long INT32_BELOW = 1L << 30;

  private CollectionStats() {}

  /**
   * The one document that the stage begins with.
   *
   * @throws CommandFailure if the specification is none, or asks for what is not kept
   */
  static BsonDocument of(Invocation call, Namespace namespace, BsonValue spec) {
    BsonDocument wanted = checked(call, spec);
    StoredCollection collection = call.readState().collection(namespace);
    BsonDocument stats =
        new BsonDocument("ns", new BsonString(namespace.toString()))
            .append("host", new BsonString(call.member().address()))
            .append("localTime", new BsonDateTime(call.wallMillis()));
    if (wanted.containsKey("storageStats")) {
      stats.append("storageStats", storageStats(call, collection, scale(wanted)));
    }
    if (wanted.containsKey("count")) {
      if (collection == null) {
        throw new CommandFailure(
            ErrorCode.NAMESPACE_NOT_FOUND,
            "Unable to retrieve count in $collStats stage :: caused by :: Collection [%s] not found."
                .formatted(namespace));
      }
      stats.append("count", number(collection.count()));
    }
    return stats;
  }

  private static BsonDocument checked(Invocation call, BsonValue spec) {
    if (!(spec instanceof BsonDocument wanted)) {
      throw new CommandFailure(
          NOT_A_DOCUMENT,
          "$collStats must take a nested object but found: $collStats: " + ElementText.value(spec));
    }
    for (String option : wanted.keySet()) {
      if (!OPTIONS.contains(option)) {
        throw call.version().atLeast(5, 0)
            ? Idl.unknownField("$collStats." + option)
            : new CommandFailure(UNKNOWN_OPTION, "unrecognized option to $collStats: " + option);
      }
    }
    for (String unkept : List.of("latencyStats", "queryExecStats")) {
      if (wanted.containsKey(unkept)) {
        throw new CommandFailure(ErrorCode.NOT_IMPLEMENTED, "the fake server keeps no " + unkept);
      }
    }
    return wanted;
  }

  /** By what sizes are divided: {@code storageStats: {scale: n}}. */
  private static long scale(BsonDocument wanted) {
    BsonValue asked =
        wanted.get("storageStats") instanceof BsonDocument options ? options.get("scale") : null;
    if (asked == null) {
      return 1;
    }
    if (!(asked instanceof BsonNumber scale) || scale.longValue() < 1) {
      throw new CommandFailure(ErrorCode.BAD_VALUE, "scale has to be >= 1");
    }
    return scale.longValue();
  }

  private static BsonDocument storageStats(
      Invocation call, @Nullable StoredCollection collection, long scale) {
    long count = collection == null ? 0 : collection.count();
    long bytes = collection == null ? 0 : collection.dataBytes();
    List<Index> indexes = collection == null ? List.of() : collection.indexes();
    BsonDocument stats =
        new BsonDocument("size", number(bytes / scale)).append("count", number(count));
    if (count > 0) {
      stats.append("avgObjSize", number(bytes / count));
    }
    stats.append("storageSize", number(bytes / scale));
    if (collection != null) {
      appendCapped(call, collection, scale, stats);
    }
    BsonDocument indexSizes = new BsonDocument();
    indexes.forEach(index -> indexSizes.append(index.name(), number(0)));
    return stats
        .append("nindexes", number(indexes.size()))
        .append("totalIndexSize", number(0))
        .append("totalSize", number(bytes / scale))
        .append("indexSizes", indexSizes)
        .append("scaleFactor", number(scale));
  }

  private static void appendCapped(
      Invocation call, StoredCollection collection, long scale, BsonDocument stats) {
    BsonDocument options = collection.options();
    stats.append("capped", BsonBoolean.valueOf(collection.isCapped()));
    if (collection.isCapped()) {
      long unlimited = call.version().atLeast(5, 0) ? 0 : -1;
      long max = options.isNumber("max") ? options.getNumber("max").longValue() : unlimited;
      stats
          .append("max", number(max))
          .append("maxSize", number(options.getNumber("size").longValue() / scale));
    }
  }

  private static BsonValue number(long value) {
    boolean isSmall = -INT32_BELOW < value && value < INT32_BELOW;
    return isSmall ? new BsonInt32((int) value) : new BsonInt64(value);
  }
}
