package dev.tailrace.fakeserver.query.stage;

import dev.tailrace.fakeserver.error.CommandFailure;
import dev.tailrace.fakeserver.error.ErrorCode;
import org.bson.BsonDocument;
import org.bson.BsonValue;
import org.jspecify.annotations.Nullable;

/**
 * {@code {$changeStreamSplitLargeEvent: {}}}. The change stream that it ends does what it says, and
 * takes it off before its pipeline is parsed; so a pipeline that still has it is no change stream.
 */
public final class SplitLargeEvent {

  public static final String NAME = "$changeStreamSplitLargeEvent";

  private SplitLargeEvent() {}

  /**
   * Refuses an argument of the stage that is not the empty object.
   *
   * @throws CommandFailure 7182800
   */
  public static void requireEmpty(@Nullable BsonValue spec) {
    if (!(spec instanceof BsonDocument document) || !document.isEmpty()) {
      throw new CommandFailure(7_182_800, NAME + " spec should be an empty object");
    }
  }

  /** The refusal of the stage in a pipeline that is no change stream. */
  static CommandFailure refusal(BsonValue spec) {
    requireEmpty(spec);
    return new CommandFailure(
        ErrorCode.ILLEGAL_OPERATION, NAME + " can only be used in a $changeStream pipeline");
  }
}
