package dev.tailrace.fakeserver.command;

import dev.tailrace.fakeserver.error.CommandFailure;
import dev.tailrace.fakeserver.error.ErrorCode;
import dev.tailrace.fakeserver.query.value.ElementText;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonRegularExpression;
import org.bson.BsonValue;

/** A filter as the server's messages print it: a tree, one condition a line. */
final class FilterText {

  private static final String INDENTATION = "    ";

  /** The kinds of conditions in the order in which the planner sorts them. */
  private static final List<String> KINDS =
      List.of(
          "$and",
          "$or",
          "$elemMatch",
          "$size",
          "$eq",
          "$lte",
          "$lt",
          "$gt",
          "$gte",
          "$regex",
          "$mod",
          "$exists",
          "$in",
          "$not",
          "$nor",
          "$type");

  private static final List<String> IN_PARTIAL_INDEXES =
      List.of("$eq", "$lte", "$lt", "$gt", "$gte", "$exists", "$type");

  private FilterText() {}

  /**
   * @param kind the operator
   * @param path the field; empty for what joins other conditions
   * @param text the whole line of a condition on a field
   */
  private record Node(String kind, String path, String text, List<Node> children) {

    static Node join(String kind, List<Node> children) {
      return new Node(kind, "", kind, children);
    }

    String print(int depth) {
      return INDENTATION.repeat(depth)
          + text
          + "\n"
          + children.stream().map(child -> child.print(depth + 1)).collect(Collectors.joining());
    }

    Node sorted() {
      List<Node> inOrder =
          children.stream()
              .map(Node::sorted)
              .sorted(
                  Comparator.<Node>comparingInt(node -> KINDS.indexOf(node.kind))
                      .thenComparing(Node::path))
              .toList();
      return new Node(kind, path, text, inOrder);
    }
  }

  /** The filter of a query, as the planner has it. */
  static String of(BsonDocument filter) {
    return parse(filter).sorted().print(0);
  }

  /**
   * Refuses what the filter of a partial index may not ask for.
   *
   * @throws CommandFailure 67
   */
  static void requireFitForPartialIndex(BsonDocument filter) {
    requireFit(parse(filter), 0);
  }

  private static void requireFit(Node node, int depth) {
    if (node.kind.equals("$and")) {
      if (depth > 0) {
        throw new CommandFailure(
            ErrorCode.CANNOT_CREATE_INDEX,
            "$and only supported in partialFilterExpression at top level");
      }
      node.children.forEach(child -> requireFit(child, depth + 1));
    } else if (!IN_PARTIAL_INDEXES.contains(node.kind)) {
      throw new CommandFailure(
          ErrorCode.CANNOT_CREATE_INDEX,
          "unsupported expression in partial index: " + node.print(0));
    }
  }

  private static Node parse(BsonDocument filter) {
    List<Node> nodes = new ArrayList<>();
    for (Map.Entry<String, BsonValue> field : filter.entrySet()) {
      String name = field.getKey();
      BsonValue value = field.getValue();
      if (name.equals("$comment")) {
        continue;
      }
      if (value instanceof BsonArray parts && List.of("$and", "$or", "$nor").contains(name)) {
        List<Node> children =
            parts.stream()
                .filter(BsonValue::isDocument)
                .map(part -> parse(part.asDocument()))
                .toList();
        nodes.add(Node.join(name, children));
      } else if (value instanceof BsonDocument operators && isOperators(operators)) {
        operators.forEach((operator, operand) -> nodes.add(condition(name, operator, operand)));
      } else {
        nodes.add(condition(name, "$eq", value));
      }
    }
    return nodes.size() == 1 ? nodes.get(0) : Node.join("$and", nodes);
  }

  private static boolean isOperators(BsonDocument value) {
    return !value.isEmpty() && value.getFirstKey().startsWith("$");
  }

  private static Node condition(String path, String operator, BsonValue operand) {
    if (operator.equals("$ne")) {
      return Node.join("$not", List.of(condition(path, "$eq", operand)));
    }
    if (operator.equals("$nin")) {
      return Node.join("$not", List.of(condition(path, "$in", operand)));
    }
    if (operator.equals("$not") && operand instanceof BsonDocument inner) {
      return Node.join("$not", List.of(parse(new BsonDocument(path, inner))));
    }
    boolean isAbsent =
        operator.equals("$exists")
            && !(operand.isBoolean()
                ? operand.asBoolean().getValue()
                : operand.isNumber() && operand.asNumber().doubleValue() != 0);
    if (isAbsent) {
      return Node.join("$not", List.of(leaf("$exists", path, " exists")));
    }
    if (operand instanceof BsonRegularExpression regex && operator.equals("$eq")) {
      return leaf("$regex", path, " regex /" + regex.getPattern() + "/" + regex.getOptions());
    }
    return switch (operator) {
      case "$exists" -> leaf("$exists", path, " exists");
      case "$in" -> leaf("$in", path, " $in " + list(operand));
      default -> leaf(operator, path, " " + operator + " " + ElementText.value(operand));
    };
  }

  private static Node leaf(String kind, String path, String rest) {
    return new Node(kind, path, path + rest, List.of());
  }

  private static String list(BsonValue operand) {
    if (!(operand instanceof BsonArray values)) {
      return ElementText.value(operand);
    }
    return values.stream().map(ElementText::value).collect(Collectors.joining(" ", "[ ", " ]"));
  }
}
