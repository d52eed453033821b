package dev.tailrace.conformance.unified.entity;

import dev.tailrace.conformance.unified.client.DocumentCursor;
import dev.tailrace.conformance.unified.format.Fields;
import dev.tailrace.conformance.unified.format.UnrunnableTestException;
import java.util.concurrent.Callable;

/** A cursor: a change stream, or that of a find. */
final class CursorEntity implements Entity {

  private final DocumentCursor cursor;

  CursorEntity(DocumentCursor cursor) {
    this.cursor = cursor;
  }

  @Override
  public Callable<Result> prepare(String operation, Fields arguments) {
    return switch (operation) {
      case "iterateUntilDocumentOrError" -> () -> Result.document(cursor.next());
      case "iterateOnce" -> () -> cursor.tryNext().map(Result::document).orElseGet(Result::nothing);
      case "close" ->
          () -> {
            cursor.close();
            return Result.nothing();
          };
      default -> throw new UnrunnableTestException("unsupported cursor operation " + operation);
    };
  }

  @Override
  public void close() {
    cursor.close();
  }
}
