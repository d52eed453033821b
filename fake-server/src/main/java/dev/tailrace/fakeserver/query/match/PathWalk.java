package dev.tailrace.fakeserver.query.match;

import com.google.common.base.Splitter;
import com.google.common.collect.ImmutableList;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonValue;
import org.jspecify.annotations.Nullable;

/**
 * A dotted path of a filter, and the way to all values it leads to. Through an array the path goes
 * on in each of its objects, and, where the next part is a number, at that position too. At its end
 * an array stands for each of its elements and for itself.
 */
final class PathWalk {

  /** What is done with each value; null if it is missing. */
  @FunctionalInterface
  interface Visitor {
    /**
     * Looks at a value.
     *
     * @param outerIndex the position in the outermost array on the way, or −1
     * @return whether this is enough
     */
    boolean visit(@Nullable BsonValue value, int outerIndex);
  }

  private static final Splitter DOTS = Splitter.on('.');

  private final String text;
  private final ImmutableList<String> parts;
  private final int[] positions;
  private final boolean expandsLastArray;

  /**
   * A path.
   *
   * @param expandsLastArray whether an array at the end stands for its elements too
   */
  PathWalk(String path, boolean expandsLastArray) {
    this.text = path;
    this.parts = ImmutableList.copyOf(DOTS.split(path));
    this.positions = parts.stream().mapToInt(PathWalk::position).toArray();
    this.expandsLastArray = expandsLastArray;
  }

  /** The array position that a part can stand for; −1 if none. Leading zeros make it a name. */
  private static int position(String part) {
    boolean digits = !part.isEmpty() && part.length() < 10;
    digits = digits && part.chars().allMatch(c -> c >= '0' && c <= '9');
    boolean leadingZero = part.startsWith("0") && part.length() > 1;
    return digits && !leadingZero ? Integer.parseInt(part) : -1;
  }

  /** Visits values until it is enough, and says whether it was. */
  boolean visit(BsonDocument document, Visitor visitor) {
    return at(document.get(parts.get(0)), 1, -1, visitor);
  }

  private boolean at(@Nullable BsonValue value, int depth, int outerIndex, Visitor visitor) {
    if (depth == parts.size()) {
      return atEnd(value, outerIndex, visitor);
    }
    if (value instanceof BsonDocument document) {
      return at(document.get(parts.get(depth)), depth + 1, outerIndex, visitor);
    }
    if (value instanceof BsonArray array) {
      boolean endsWithDot = depth == parts.size() - 1 && parts.get(depth).isEmpty();
      return endsWithDot
          ? atEnd(array, outerIndex, visitor)
          : throughArray(array, depth, outerIndex, visitor);
    }
    return visitor.visit(null, outerIndex);
  }

  private boolean atEnd(@Nullable BsonValue value, int outerIndex, Visitor visitor) {
    if (expandsLastArray && value instanceof BsonArray array) {
      int index = 0;
      for (BsonValue element : array) {
        if (visitor.visit(element, outerIndex < 0 ? index : outerIndex)) {
          return true;
        }
        index++;
      }
    }
    return visitor.visit(value, outerIndex);
  }

  private boolean throughArray(BsonArray array, int depth, int outerIndex, Visitor visitor) {
    int index = 0;
    for (BsonValue element : array) {
      int outer = outerIndex < 0 ? index : outerIndex;
      boolean enough =
          element instanceof BsonDocument document
              && at(document.get(parts.get(depth)), depth + 1, outer, visitor);
      if (enough || (positions[depth] == index && atPosition(element, depth + 1, outer, visitor))) {
        return true;
      }
      index++;
    }
    return false;
  }

  /** At an element that the path names by position: at the end it stands for itself alone. */
  private boolean atPosition(BsonValue element, int depth, int outerIndex, Visitor visitor) {
    if (depth == parts.size()) {
      return visitor.visit(element, outerIndex);
    }
    boolean goesOn = element instanceof BsonDocument || element instanceof BsonArray;
    return goesOn && at(element, depth, outerIndex, visitor);
  }

  /** The dotted path. */
  @Override
  public String toString() {
    return text;
  }
}
