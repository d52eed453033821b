package dev.tailrace.fakeserver.query.update;

import com.google.common.collect.ImmutableList;
import dev.tailrace.fakeserver.query.value.ElementText;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonValue;

/**
 * How far a path leads in a document that is being updated: to a value, or to the last value before
 * it breaks off.
 *
 * @param components the part of the path that exists
 * @param missing the part that does not
 * @param parents the values on the way, the document first; one more than the components, and the
 *     last is what the path leads to
 */
record Location(
    ImmutableList<UpdateLog.Component> components,
    ImmutableList<String> missing,
    ImmutableList<BsonValue> parents) {

  /** The position in an array that a name stands for, if it is a number. */
  static OptionalInt arrayIndex(String name) {
    boolean digits = !name.isEmpty() && name.chars().allMatch(c -> c >= '0' && c <= '9');
    if (!digits) {
      return OptionalInt.empty();
    }
    BigInteger number = new BigInteger(name);
    if (number.bitLength() > 32) {
      return OptionalInt.empty();
    }
    return OptionalInt.of((int) Math.min(number.longValue(), Integer.MAX_VALUE));
  }

  static Location find(BsonDocument document, List<String> path) {
    ImmutableList.Builder<UpdateLog.Component> components = ImmutableList.builder();
    ImmutableList.Builder<BsonValue> parents = ImmutableList.builder();
    BsonValue value = document;
    parents.add(value);
    int depth = 0;
    while (depth < path.size()) {
      String part = path.get(depth);
      BsonValue next = null;
      if (value instanceof BsonDocument object) {
        next = object.get(part);
        if (next != null) {
          components.add(new UpdateLog.Component.FieldName(part));
        }
      } else if (value instanceof BsonArray array) {
        int index = arrayIndex(part).orElse(Integer.MAX_VALUE);
        if (index < array.size()) {
          next = array.get(index);
          components.add(new UpdateLog.Component.ArrayIndex(index));
        }
      }
      if (next == null) {
        break;
      }
      parents.add(next);
      value = next;
      depth++;
    }
    return new Location(
        components.build(),
        ImmutableList.copyOf(path.subList(depth, path.size())),
        parents.build());
  }

  /** Whether the path leads to a value. */
  boolean exists() {
    return missing.isEmpty();
  }

  /** What the path, or its existing part, leads to. */
  BsonValue value() {
    return parents.get(parents.size() - 1);
  }

  /** What holds {@link #value}; only below the top. */
  BsonValue parent() {
    return parents.get(parents.size() - 2);
  }

  /** The last name of the existing part; empty at the top. */
  String name() {
    return components.isEmpty() ? "" : components.get(components.size() - 1).text();
  }

  /** The existing part, with dots. */
  String dotted() {
    return String.join(".", path());
  }

  /** The whole path, with dots. */
  String whole() {
    return missing.isEmpty()
        ? dotted()
        : (components.isEmpty() ? "" : dotted() + ".") + String.join(".", missing);
  }

  /** The last name of the existing part with the value there, as messages show it. */
  String element() {
    return ElementText.field(name(), value());
  }

  /** The path of an element of the array that the path leads to. */
  List<String> pathOfElement(int index) {
    List<String> path = new ArrayList<>(path());
    path.add(String.valueOf(index));
    return path;
  }

  /** The existing part. */
  List<String> path() {
    return components.stream().map(UpdateLog.Component::text).toList();
  }

  /** Puts another value in the place of the one the path leads to; tells of the place anew. */
  Location replacedBy(BsonValue newValue) {
    UpdateLog.Component last = components.get(components.size() - 1);
    if (parent() instanceof BsonDocument object) {
      object.put(last.text(), newValue);
    } else if (last instanceof UpdateLog.Component.ArrayIndex position) {
      parent().asArray().set(position.index(), newValue);
    }
    ImmutableList.Builder<BsonValue> newParents = ImmutableList.builder();
    newParents.addAll(parents.subList(0, parents.size() - 1)).add(newValue);
    return new Location(components, missing, newParents.build());
  }

  boolean isInArray() {
    return !components.isEmpty()
        && components.get(components.size() - 1) instanceof UpdateLog.Component.ArrayIndex;
  }
}
