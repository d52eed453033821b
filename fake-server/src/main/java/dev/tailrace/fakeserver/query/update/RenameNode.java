package dev.tailrace.fakeserver.query.update;

import com.google.common.base.Splitter;
import dev.tailrace.fakeserver.error.CommandFailure;
import dev.tailrace.fakeserver.error.ErrorCode;
import dev.tailrace.fakeserver.query.QueryContext;
import dev.tailrace.fakeserver.query.value.ElementText;
import java.util.List;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonString;
import org.bson.BsonValue;

/**
 * {@code $rename}, standing at its destination; a {@link #placeholder} keeps its source free of
 * other operators.
 */
final class RenameNode extends UpdateNode {

  private final List<String> source;

  private RenameNode(List<String> source) {
    this.source = source;
  }

  /** The path that a value is moved to. */
  static String destination(String source, BsonValue argument) {
    if (!(argument instanceof BsonString target)) {
      throw badValue(
          "The 'to' field for $rename must be a string: " + ElementText.field(source, argument));
    }
    return target.getValue();
  }

  static UpdateNode parse(String source, BsonValue argument, QueryContext context) {
    String text = ElementText.field(source, argument);
    String target = destination(source, argument);
    if (target.indexOf('\0') >= 0) {
      throw badValue("The 'to' field for $rename cannot contain an embedded null byte");
    }
    if (source.equals(target)) {
      throw badValue("The source and target field for $rename must differ: " + text);
    }
    if (source.startsWith(target + ".") || target.startsWith(source + ".")) {
      throw badValue(
          "The source and target field for $rename must not be on the same path: " + text);
    }
    if (isDynamic(source)) {
      throw badValue("The source field for $rename may not be dynamic: " + source);
    }
    if (isDynamic(target)) {
      throw badValue("The destination field for $rename may not be dynamic: " + target);
    }
    return new RenameNode(Splitter.on('.').splitToList(source));
  }

  private static boolean isDynamic(String path) {
    return Splitter.on('.')
        .splitToStream(path)
        .anyMatch(part -> part.equals(FieldNode.POSITIONAL) || UpdateParser.isIdentifier(part));
  }

  /** A node that does nothing, but that no other can stand beside. */
  static UpdateNode placeholder() {
    return new UpdateNode() {
      @Override
      boolean apply(List<String> path, Application application) {
        return false;
      }
    };
  }

  @Override
  boolean apply(List<String> path, Application application) {
    Location from = application.locate(source);
    if (!from.exists()) {
      requireViable(from);
      return false;
    }
    requireNoArray("source", String.join(".", source), from, true, application);
    Location to = application.locate(path);
    requireNoArray("destination", String.join(".", path), to, to.exists(), application);
    application.set(to, from.value());
    UnsetModifier.remove(from, application);
    return true;
  }

  private void requireViable(Location from) {
    BsonValue last = from.value();
    String next = from.missing().get(0);
    boolean viable =
        last instanceof BsonDocument
            || (last instanceof BsonArray && Location.arrayIndex(next).isPresent());
    if (!viable) {
      throw new CommandFailure(
          ErrorCode.PATH_NOT_VIABLE,
          "cannot use the part (%s of %s) to traverse the element ({%s})"
              .formatted(from.name(), String.join(".", source), from.element()));
    }
  }

  /**
   * Refuses a path through an array.
   *
   * @param exists whether the path leads to a value, which itself may be an array
   */
  private static void requireNoArray(
      String role, String path, Location location, boolean exists, Application application) {
    int parents = exists ? location.parents().size() - 1 : location.parents().size();
    for (int i = parents - 1; i > 0; i--) {
      if (location.parents().get(i) instanceof BsonArray) {
        throw badValue(
            "The %s field cannot be an array element, '%s' in doc with %s has an array field called '%s'"
                .formatted(
                    role, path, application.idText(), location.components().get(i - 1).text()));
      }
    }
  }

  private static CommandFailure badValue(String message) {
    return new CommandFailure(ErrorCode.BAD_VALUE, message);
  }
}
