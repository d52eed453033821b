package dev.tailrace.fakeserver.query.update;

import com.google.common.collect.ImmutableMap;
import dev.tailrace.fakeserver.error.CommandFailure;
import dev.tailrace.fakeserver.error.ErrorCode;
import dev.tailrace.fakeserver.query.QueryContext;
import dev.tailrace.fakeserver.query.match.Matcher;
import dev.tailrace.fakeserver.query.value.BsonTypes;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonValue;

/**
 * The option {@code arrayFilters}: for each identifier of {@code $[identifier]} a filter that sees
 * an array element under that name.
 */
final class ArrayFilters {

  private ArrayFilters() {}

  static ImmutableMap<String, Matcher> parse(BsonArray filters, QueryContext context) {
    Map<String, Matcher> parsed = new LinkedHashMap<>();
    for (BsonValue filter : filters) {
      if (!(filter instanceof BsonDocument document)) {
        throw new CommandFailure(
            ErrorCode.TYPE_MISMATCH,
            "BSON field 'update.updates.arrayFilters' is the wrong type '%s', expected type 'object'"
                .formatted(BsonTypes.name(filter)));
      }
      Matcher matcher = matcher(document, context);
      String identifier = identifier(matcher);
      if (parsed.put(identifier, matcher) != null) {
        throw new CommandFailure(
            ErrorCode.FAILED_TO_PARSE,
            "Found multiple array filters with the same top-level field name " + identifier);
      }
    }
    return ImmutableMap.copyOf(parsed);
  }

  private static Matcher matcher(BsonDocument filter, QueryContext context) {
    try {
      return Matcher.parsePart(filter, context);
    } catch (CommandFailure failure) {
      throw failure.causedIn("Error parsing array filter");
    }
  }

  /** The name under which the filter sees the element: the first part of all its paths. */
  private static String identifier(Matcher matcher) {
    Set<String> names = new LinkedHashSet<>();
    matcher.forEachPath(
        path -> {
          int dot = path.indexOf('.');
          names.add(dot < 0 ? path : path.substring(0, dot));
        });
    if (names.isEmpty()) {
      throw new CommandFailure(
          ErrorCode.FAILED_TO_PARSE,
          "Cannot use an expression without a top-level field name in arrayFilters");
    }
    String[] all = names.toArray(new String[0]);
    if (all.length > 1) {
      throw new CommandFailure(
              ErrorCode.FAILED_TO_PARSE,
              "Expected a single top-level field name, found '%s' and '%s'"
                  .formatted(all[0], all[1]))
          .causedIn("Error parsing array filter");
    }
    if (!isWord(all[0])) {
      throw new CommandFailure(
              ErrorCode.BAD_VALUE,
              "The top-level field name must be an alphanumeric string beginning with a lowercase"
                  + " letter, found '"
                  + all[0]
                  + "'")
          .causedIn("Error parsing array filter");
    }
    return all[0];
  }

  private static boolean isWord(String name) {
    boolean startsWell = !name.isEmpty() && name.charAt(0) >= 'a' && name.charAt(0) <= 'z';
    return startsWell
        && name.chars()
            .allMatch(
                c -> (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'));
  }
}
