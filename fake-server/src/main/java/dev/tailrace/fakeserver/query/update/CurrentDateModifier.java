package dev.tailrace.fakeserver.query.update;

import dev.tailrace.fakeserver.error.CommandFailure;
import dev.tailrace.fakeserver.error.ErrorCode;
import dev.tailrace.fakeserver.query.QueryContext;
import dev.tailrace.fakeserver.query.value.BsonTypes;
import java.util.Map;
import org.bson.BsonBoolean;
import org.bson.BsonDateTime;
import org.bson.BsonDocument;
import org.bson.BsonString;
import org.bson.BsonTimestamp;
import org.bson.BsonValue;

/** {@code $currentDate}: the time, as a date or as a timestamp. */
final class CurrentDateModifier extends ValueModifier {

  private final boolean asTimestamp;

  private CurrentDateModifier(boolean asTimestamp) {
    this.asTimestamp = asTimestamp;
  }

  static UpdateNode parse(String field, BsonValue type, QueryContext context) {
    if (type instanceof BsonBoolean) {
      return new CurrentDateModifier(false);
    }
    if (type instanceof BsonDocument document) {
      return new CurrentDateModifier(type(document).equals("timestamp"));
    }
    throw badValue(
        BsonTypes.name(type)
            + " is not valid type for $currentDate. Please use a boolean ('true') or a $type"
            + " expression ({$type: 'timestamp/date'}).");
  }

  private static String type(BsonDocument options) {
    String type = "";
    for (Map.Entry<String, BsonValue> option : options.entrySet()) {
      if (!option.getKey().equals("$type")) {
        throw badValue("Unrecognized $currentDate option: " + option.getKey());
      }
      type = option.getValue() instanceof BsonString name ? name.getValue() : "";
    }
    if (!type.equals("date") && !type.equals("timestamp")) {
      throw badValue(
          "The '$type' string field is required to be 'date' or 'timestamp': "
              + "{$currentDate: {field : {$type: 'date'}}}");
    }
    return type;
  }

  private static CommandFailure badValue(String message) {
    return new CommandFailure(ErrorCode.BAD_VALUE, message);
  }

  @Override
  BsonValue changed(Location location, Application application) {
    return initial(application);
  }

  @Override
  BsonValue initial(Application application) {
    QueryContext context = application.context();
    if (!asTimestamp) {
      return new BsonDateTime(context.nowMillis());
    }
    BsonTimestamp clusterTime = context.clusterTime();
    return clusterTime == null
        ? new BsonTimestamp((int) (context.nowMillis() / 1000), 1)
        : clusterTime;
  }
}
