package dev.tailrace.fakeserver.query.stage;

import com.google.common.collect.Iterators;
import dev.tailrace.fakeserver.error.CommandFailure;
import dev.tailrace.fakeserver.error.ErrorCode;
import dev.tailrace.fakeserver.query.QueryContext;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.bson.BsonDocument;
import org.bson.BsonString;
import org.bson.BsonValue;
import org.jspecify.annotations.Nullable;

/**
 * {@code $_internalUnpackBucket}, of which the view of a time-series collection is made: out of
 * each bucket the measurements that are in it, with the time and what they share in front.
 */
final class UnpackBucketStage extends Stage {

  private final String timeField;
  private final @Nullable String metaField;

  private UnpackBucketStage(String timeField, @Nullable String metaField) {
    this.timeField = timeField;
    this.metaField = metaField;
  }

  static Stage parse(BsonValue spec, QueryContext context) {
    if (spec instanceof BsonDocument options
        && options.get("timeField") instanceof BsonString time) {
      return new UnpackBucketStage(
          time.getValue(),
          options.get("metaField") instanceof BsonString meta ? meta.getValue() : null);
    }
    throw new CommandFailure(
        ErrorCode.FAILED_TO_PARSE,
        "The $_internalUnpackBucket stage requires a timeField parameter");
  }

  @Override
  public String name() {
    return "$_internalUnpackBucket";
  }

  @Override
  public Iterator<BsonDocument> run(Iterator<BsonDocument> input) {
    return Iterators.concat(Iterators.transform(input, bucket -> unpack(bucket).iterator()));
  }

  private List<BsonDocument> unpack(BsonDocument bucket) {
    List<BsonDocument> measurements = new ArrayList<>();
    BsonDocument data = bucket.getDocument("data");
    for (Map.Entry<String, BsonValue> at : data.getDocument(timeField).entrySet()) {
      BsonDocument measurement = new BsonDocument(timeField, at.getValue());
      if (metaField != null && bucket.containsKey("meta")) {
        measurement.append(metaField, bucket.get("meta"));
      }
      for (Map.Entry<String, BsonValue> column : data.entrySet()) {
        BsonValue value = column.getValue().asDocument().get(at.getKey());
        if (value != null && !column.getKey().equals(timeField)) {
          measurement.append(column.getKey(), value);
        }
      }
      measurements.add(measurement);
    }
    return measurements;
  }
}
