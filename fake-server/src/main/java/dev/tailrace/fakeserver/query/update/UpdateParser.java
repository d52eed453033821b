package dev.tailrace.fakeserver.query.update;

import com.google.common.base.Splitter;
import com.google.common.collect.ImmutableMap;
import dev.tailrace.fakeserver.error.CommandFailure;
import dev.tailrace.fakeserver.error.ErrorCode;
import dev.tailrace.fakeserver.query.QueryContext;
import dev.tailrace.fakeserver.query.match.Matcher;
import dev.tailrace.fakeserver.query.value.BsonTypes;
import dev.tailrace.fakeserver.query.value.ElementText;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.bson.BsonDocument;
import org.bson.BsonValue;

/** Reads an update by operators into a tree that has one branch for each path. */
final class UpdateParser {

  private final ImmutableMap<String, Matcher> filters;
  private final QueryContext context;
  private final FieldNode root;
  private final Set<String> usedFilters = new HashSet<>();

  private UpdateParser(ImmutableMap<String, Matcher> filters, QueryContext context) {
    this.filters = filters;
    this.context = context;
    this.root = new FieldNode(context);
  }

  static UpdateNode parse(
      BsonDocument update, ImmutableMap<String, Matcher> filters, QueryContext context) {
    if (update.containsKey("$v")) {
      throw failedToParse("The $v update field is only recognized internally");
    }
    UpdateParser parser = new UpdateParser(filters, context);
    update.forEach(parser::operator);
    parser.requireFiltersUsed(update);
    return parser.root;
  }

  private void requireFiltersUsed(BsonDocument update) {
    for (String identifier : new TreeSet<>(filters.keySet())) {
      if (!usedFilters.contains(identifier)) {
        throw new CommandFailure(
            ErrorCode.FAILED_TO_PARSE,
            "The array filter for identifier '%s' was not used in the update %s"
                .formatted(identifier, ElementText.value(update)));
      }
    }
  }

  private void operator(String name, BsonValue fields) {
    ModifierTable.Parser parser =
        ModifierTable.find(name)
            .orElseThrow(
                () ->
                    failedToParse(
                        "Unknown modifier: "
                            + name
                            + ". Expected a valid update modifier or pipeline-style update specified as an array"));
    if (!(fields instanceof BsonDocument document)) {
      throw failedToParse(
          "Modifiers operate on fields but we found type %s instead. For example: {$mod: {<field>: ...}} not {%s}"
              .formatted(BsonTypes.name(fields), ElementText.field(name, fields)));
    }
    if (document.isEmpty() && !context.atLeast(5, 0)) {
      throw failedToParse(
          "'%s' is empty. You must specify a field like so: {%s: {<field>: ...}}"
              .formatted(name, name));
    }
    document.forEach((field, argument) -> field(name, parser, field, argument));
  }

  private void field(String name, ModifierTable.Parser parser, String field, BsonValue argument) {
    String path = field;
    if (name.equals(ModifierTable.RENAME)) {
      put(field, RenameNode::placeholder);
      path = RenameNode.destination(field, argument);
    }
    put(path, () -> parser.parse(field, argument, context));
  }

  private void put(String dotted, Supplier<UpdateNode> parsed) {
    List<String> path = Splitter.on('.').splitToList(dotted);
    requireUpdatable(dotted, path);
    UpdateNode leaf = parsed.get();
    BranchNode parent = root;
    for (int i = 0; i < path.size() - 1; i++) {
      BranchNode child =
          isIdentifier(path.get(i + 1)) ? new ElementNode(filters) : new FieldNode(context);
      String key = key(path.get(i), dotted);
      UpdateNode existing = parent.child(key);
      if (existing == null) {
        parent.put(key, child);
      } else if (existing.getClass() == child.getClass()) {
        child = (BranchNode) existing;
      } else {
        throw conflict(dotted, String.join(".", path.subList(0, i + 1)));
      }
      parent = child;
    }
    String last = key(path.get(path.size() - 1), dotted);
    if (parent.child(last) != null) {
      throw conflict(dotted, dotted);
    }
    parent.put(last, leaf);
  }

  /** The name under which a tree keeps a part of a path: an identifier without its brackets. */
  private String key(String part, String path) {
    if (!isIdentifier(part)) {
      return part;
    }
    String identifier = part.substring(2, part.length() - 1);
    if (!identifier.isEmpty() && !filters.containsKey(identifier)) {
      throw badValue(
          "No array filter found for identifier '%s' in path '%s'".formatted(identifier, path));
    }
    usedFilters.add(identifier);
    return identifier;
  }

  /** Whether a part of a path is {@code $[]} or {@code $[identifier]}. */
  static boolean isIdentifier(String part) {
    return part.startsWith("$[") && part.endsWith("]");
  }

  private static void requireUpdatable(String dotted, List<String> path) {
    if (dotted.isEmpty()) {
      throw new CommandFailure(ErrorCode.EMPTY_FIELD_NAME, "An empty update path is not valid.");
    }
    if (path.contains("")) {
      throw new CommandFailure(
          ErrorCode.EMPTY_FIELD_NAME,
          "The update path '" + dotted + "' contains an empty field name, which is not allowed.");
    }
    if (Collections.frequency(path, FieldNode.POSITIONAL) > 1) {
      throw badValue("Too many positional (i.e. '$') elements found in path '" + dotted + "'");
    }
    if (path.get(0).equals(FieldNode.POSITIONAL)) {
      throw badValue(
          "Cannot have positional (i.e. '$') element in the first position in path '"
              + dotted
              + "'");
    }
    if (isIdentifier(path.get(0))) {
      throw badValue(
          "Cannot have array filter identifier (i.e. '$[<id>]') element in the first position in path '"
              + dotted
              + "'");
    }
    // No document can be as deep, and the tree need not be.
    if (path.size() > StorageRules.MAX_DEPTH) {
      throw StorageRules.tooDeep();
    }
  }

  private static CommandFailure conflict(String path, String place) {
    return new CommandFailure(
        ErrorCode.CONFLICTING_UPDATE_OPERATORS,
        "Updating the path '%s' would create a conflict at '%s'".formatted(path, place));
  }

  private static CommandFailure badValue(String message) {
    return new CommandFailure(ErrorCode.BAD_VALUE, message);
  }

  private static CommandFailure failedToParse(String message) {
    return new CommandFailure(ErrorCode.FAILED_TO_PARSE, message);
  }
}
