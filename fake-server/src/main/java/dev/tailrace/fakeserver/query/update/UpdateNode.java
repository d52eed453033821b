package dev.tailrace.fakeserver.query.update;

import dev.tailrace.fakeserver.error.CommandFailure;
import dev.tailrace.fakeserver.error.ErrorCode;
import java.util.List;

/** A node of the tree of an update by operators; it stands for a path of the document. */
abstract class UpdateNode {

  /**
   * Carries out the updates of this node and those below.
   *
   * @param path the node's place in the document
   * @return whether anything changed
   */
  abstract boolean apply(List<String> path, Application application);

  /**
   * One node that does what two do, where both turn out to mean the same place: by name and by the
   * positional operator, or by several array filters.
   *
   * @throws CommandFailure if both would change the same field
   */
  static UpdateNode merge(UpdateNode a, UpdateNode b, String path) {
    if (a instanceof FieldNode x && b instanceof FieldNode y) {
      return x.mergedWith(y, path);
    }
    if (a instanceof ElementNode x && b instanceof ElementNode y) {
      return x.mergedWith(y, path);
    }
    throw new CommandFailure(
        ErrorCode.CONFLICTING_UPDATE_OPERATORS, "Update created a conflict at '" + path + "'");
  }
}
