package dev.tailrace.fakeserver.command;

import com.google.common.math.LongMath;
import dev.tailrace.fakeserver.error.CommandFailure;
import dev.tailrace.fakeserver.error.ErrorCode;
import dev.tailrace.fakeserver.idl.Idl;
import dev.tailrace.fakeserver.query.QueryContext;
import dev.tailrace.fakeserver.query.match.Matcher;
import dev.tailrace.fakeserver.query.value.BsonOrder;
import dev.tailrace.fakeserver.query.value.ElementText;
import dev.tailrace.fakeserver.storage.Namespace;
import dev.tailrace.fakeserver.storage.State;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonInt64;
import org.bson.BsonNumber;
import org.bson.BsonString;
import org.bson.BsonTimestamp;
import org.bson.BsonType;
import org.bson.BsonValue;
import org.jspecify.annotations.Nullable;

/** {@code count} and {@code distinct}. */
final class CountAndDistinct {

  private static final Set<String> COUNT_FIELDS =
      Set.of("query", "limit", "skip", "hint", "fields", "collation", "queryOptions");

  private static final Set<String> DISTINCT_FIELDS =
      Set.of("key", "query", "collation", "hint", GenericFields.COMMENT);

  private CountAndDistinct() {}

  static Outcome count(Invocation call) {
    GenericFields.requireKnown(
        call.request(), call.version(), GenericFields.Style.IDL, COUNT_FIELDS);
    QueryArguments arguments = new QueryArguments(call);
    checkHint(call);
    Idl.requireType("count.fields", Idl.given(call.request().body(), "fields"), BsonType.DOCUMENT);
    long skip = skip(call);
    long limit = limit(call);
    Stream<? extends BsonDocument> found = matching(call, arguments).skip(skip);
    long count = limit == 0 ? found.count() : found.limit(limit).count();
    return new Outcome.Reply(
        new BsonDocument(
            "n", count <= Integer.MAX_VALUE ? new BsonInt32((int) count) : new BsonInt64(count)));
  }

  private static long skip(Invocation call) {
    long skip = integer(call, "skip");
    if (skip < 0) {
      throw new CommandFailure(
          ErrorCode.FAILED_TO_PARSE,
          call.version().atLeast(5, 0)
              ? "skip value is negative in count query"
              : "Expected a positive number in: " + shown(call, "skip"));
    }
    return skip;
  }

  /** A negative limit means the same as a positive one. */
  private static long limit(Invocation call) {
    return LongMath.saturatedAbs(integer(call, "limit"));
  }

  private static long integer(Invocation call, String field) {
    BsonValue value = call.request().get(field);
    if (value == null) {
      return 0;
    }
    if (!(value instanceof BsonNumber number)) {
      throw new CommandFailure(ErrorCode.BAD_VALUE, field + " value is not a valid number");
    }
    if (number.doubleValue() != Math.rint(number.doubleValue())) {
      throw new CommandFailure(
          ErrorCode.FAILED_TO_PARSE, "Expected an integer: " + shown(call, field));
    }
    return number.longValue();
  }

  private static String shown(Invocation call, String field) {
    BsonValue value = call.request().get(field);
    return field + ": " + (value == null ? "" : ElementText.value(value));
  }

  /** Refuses what is no hint in the words of the parser that the command has. */
  private static void checkHint(Invocation call) {
    BsonValue hint = call.request().get("hint");
    if (hint != null && !hint.isString() && !hint.isDocument()) {
      throw new CommandFailure(ErrorCode.FAILED_TO_PARSE, "Hint must be a string or an object");
    }
  }

  static Outcome distinct(Invocation call) {
    GenericFields.requireKnown(
        call.request(), call.version(), GenericFields.Style.IDL, DISTINCT_FIELDS);
    BsonValue key = call.request().get("key");
    if (key == null) {
      throw Idl.missingField("distinct.key");
    }
    if (!(key instanceof BsonString path)) {
      throw Idl.wrongType("distinct.key", key, BsonType.STRING);
    }
    QueryArguments arguments = new QueryArguments(call);
    Namespace namespace = Names.read(call);
    BsonOrder order = arguments.context(call.readState().collection(namespace)).order();
    Map<BsonOrder.Key, BsonValue> values = new LinkedHashMap<>();
    List<String> components = List.of(path.getValue().split("\\.", -1));
    matching(call, arguments)
        .forEach(
            document ->
                collect(
                    document, components, 0, value -> values.putIfAbsent(order.key(value), value)));
    BsonDocument reply =
        new BsonDocument("values", new BsonArray(new ArrayList<>(values.values())));
    BsonTimestamp time = call.atClusterTime();
    return new Outcome.Reply(
        time == null ? reply : reply.append(CursorReplies.AT_CLUSTER_TIME, time));
  }

  /** The documents that the command's query finds, also where it is on a view. */
  private static Stream<? extends BsonDocument> matching(
      Invocation call, QueryArguments arguments) {
    Namespace namespace = Names.read(call);
    State state = call.readState();
    QueryContext context = arguments.context(state.collection(namespace));
    Matcher matcher = Matcher.parse(arguments.document("query"), context);
    if (state.view(namespace) != null) {
      Iterator<BsonDocument> viewed = Pipelines.run(call, namespace, List.of());
      List<BsonDocument> found = new ArrayList<>();
      viewed.forEachRemaining(found::add);
      return found.stream().filter(matcher::matches);
    }
    Hints.check(
        state.collection(namespace),
        call.request().get("hint"),
        PlannedQuery.of(arguments.document("query")).in(arguments.document("collation")));
    return Scan.records(state.collection(namespace), matcher, new BsonDocument(), context)
        .map(Map.Entry::getValue);
  }

  private static void collect(
      @Nullable BsonValue value, List<String> path, int depth, Consumer<BsonValue> found) {
    if (depth == path.size()) {
      if (value instanceof BsonArray array) {
        array.forEach(found);
      } else if (value != null) {
        found.accept(value);
      }
    } else if (value instanceof BsonDocument document) {
      collect(document.get(path.get(depth)), path, depth + 1, found);
    } else if (value instanceof BsonArray array) {
      String component = path.get(depth);
      boolean isIndex = component.matches("0|[1-9][0-9]{0,8}");
      if (isIndex && Integer.parseInt(component) < array.size()) {
        collect(array.get(Integer.parseInt(component)), path, depth + 1, found);
      }
      for (BsonValue element : array) {
        if (element.isDocument()) {
          collect(element, path, depth, found);
        }
      }
    }
  }
}
