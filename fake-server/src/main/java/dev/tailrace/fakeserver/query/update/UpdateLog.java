package dev.tailrace.fakeserver.query.update;

import com.google.common.collect.ImmutableList;
import java.util.List;
import org.bson.BsonValue;

/**
 * What an update by operators did to a document, change by change, in the order in which the server
 * visits the modified fields. Both forms of oplog entry follow from it: {@code $set} and {@code
 * $unset} of dotted paths (until 4.4), and the delta (from 5.0).
 *
 * @param entries the changes; no path lies within another
 */
public record UpdateLog(ImmutableList<Entry> entries) {

  /** A log without changes. */
  public static final UpdateLog EMPTY = new UpdateLog(ImmutableList.of());

  /** A part of a path: the name of a field, or the position of an array element. */
  public sealed interface Component {

    /** The component as it stands in a dotted path. */
    String text();

    /** A field of a document; its name may consist of digits or contain dots. */
    record FieldName(String name) implements Component {
      @Override
      public String text() {
        return name;
      }
    }

    /** An element of an array. */
    record ArrayIndex(int index) implements Component {
      @Override
      public String text() {
        return String.valueOf(index);
      }
    }
  }

  /** What was done at a path. */
  public sealed interface Change {

    /**
     * A value was set.
     *
     * @param value the value after the update
     * @param replaced whether there was a value before
     */
    record Set(BsonValue value, boolean replaced) implements Change {}

    /**
     * A value was taken away.
     *
     * @param fromArray whether it was an array element, which became null rather than vanish
     */
    record Unset(boolean fromArray) implements Change {}
  }

  /**
   * One change.
   *
   * @param path where it was made, at least one component; what did not exist before the update was
   *     made along the way
   * @param existing how many leading components of the path existed before the update
   */
  public record Entry(ImmutableList<Component> path, int existing, Change change) {

    /** The path with dots between its components. */
    public String dottedPath() {
      List<String> parts = path.stream().map(Component::text).toList();
      return String.join(".", parts);
    }
  }
}
