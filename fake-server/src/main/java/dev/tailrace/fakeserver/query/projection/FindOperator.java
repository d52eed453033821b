package dev.tailrace.fakeserver.query.projection;

import dev.tailrace.fakeserver.error.CommandFailure;
import dev.tailrace.fakeserver.query.match.MatchDetails;
import java.util.ArrayList;
import java.util.List;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonValue;
import org.jspecify.annotations.Nullable;

/** What {@code find} does to a document that is projected already. */
@FunctionalInterface
interface FindOperator {

  BsonDocument apply(BsonDocument projected, MatchDetails details);

  /**
   * {@code {path: {$slice: ...}}}: a part of the array at the path.
   *
   * @param skip how many elements to leave out, from the end if negative; null to begin at the
   *     front, or at the end if the limit is negative
   */
  static FindOperator slice(List<String> path, @Nullable Integer skip, int limit) {
    return (projected, details) -> sliced(projected, path, skip, limit);
  }

  private static BsonDocument sliced(
      BsonDocument document, List<String> path, @Nullable Integer skip, int limit) {
    BsonValue value = document.get(path.get(0));
    if (value == null) {
      return document;
    }
    boolean last = path.size() == 1;
    BsonValue changed =
        last && value instanceof BsonArray array
            ? part(array, skip, limit)
            : last ? value : slicedBelow(value, path.subList(1, path.size()), skip, limit);
    BsonDocument result = new BsonDocument();
    result.putAll(document);
    result.put(path.get(0), changed);
    return result;
  }

  private static BsonValue slicedBelow(
      BsonValue value, List<String> path, @Nullable Integer skip, int limit) {
    if (value instanceof BsonDocument document) {
      return sliced(document, path, skip, limit);
    }
    if (value instanceof BsonArray array) {
      List<BsonValue> elements = new ArrayList<>(array.size());
      array.forEach(element -> elements.add(slicedBelow(element, path, skip, limit)));
      return new BsonArray(elements);
    }
    return value;
  }

  private static BsonArray part(BsonArray array, @Nullable Integer skip, int limit) {
    int size = array.size();
    int from;
    if (skip == null) {
      from = limit < 0 ? Math.max(0, size + limit) : 0;
    } else {
      from = skip < 0 ? Math.max(0, size + skip) : Math.min(size, skip);
    }
    long length = skip == null && limit < 0 ? size : limit;
    int to = (int) Math.min(size, from + length);
    return new BsonArray(array.getValues().subList(from, to));
  }

  /** {@code {"path.$": 1}}: of the first array on the path, only the element that matched. */
  static FindOperator positional(List<String> path) {
    return (projected, details) -> onlyMatched(projected, path, details);
  }

  private static BsonDocument onlyMatched(
      BsonDocument document, List<String> path, MatchDetails details) {
    BsonValue value = document.get(path.get(0));
    BsonValue changed;
    if (value instanceof BsonArray array) {
      changed = new BsonArray(List.of(matchedElement(array, details)));
    } else if (value instanceof BsonDocument nested && path.size() > 1) {
      changed = onlyMatched(nested, path.subList(1, path.size()), details);
    } else {
      return document;
    }
    BsonDocument result = new BsonDocument();
    result.putAll(document);
    result.put(path.get(0), changed);
    return result;
  }

  private static BsonValue matchedElement(BsonArray array, MatchDetails details) {
    if (details.arrayIndex().isEmpty()) {
      throw new CommandFailure(
          51_246, "positional operator '.$' couldn't find a matching element in the array");
    }
    int index = details.arrayIndex().getAsInt();
    if (index >= array.size()) {
      throw new CommandFailure(51_247, "positional operator '.$' element mismatch");
    }
    return array.get(index);
  }
}
