package dev.tailrace.fakeserver.query.stage;

import dev.tailrace.fakeserver.error.CommandFailure;
import dev.tailrace.fakeserver.error.ErrorCode;
import java.util.Iterator;
import org.bson.BsonDocument;
import org.bson.BsonString;
import org.bson.BsonValue;

/**
 * A stage that the release has and the fake has not. It is known by its name, so that what may not
 * stand where it does is refused as by the server; what is left of it is refused for what it is.
 */
final class ForeignStage extends Stage {

  private final String written;
  private final String name;

  /**
   * A stage that was written as {@code written}.
   *
   * @param name the first stage that the server makes of it
   */
  private ForeignStage(String written, String name) {
    this.written = written;
    this.name = name;
  }

  static Stage parse(String written, BsonValue spec) {
    return new ForeignStage(
        written,
        switch (written) {
          case "$setWindowFields", "$fill" ->
              isSorted(spec) ? "$sort" : "$_internalSetWindowFields";
          case "$densify" -> "$sort";
          default -> written;
        });
  }

  /** Whether documents are put in order before they are looked at through a window. */
  private static boolean isSorted(BsonValue spec) {
    if (!(spec instanceof BsonDocument options)) {
      return false;
    }
    BsonValue partition = options.get("partitionBy");
    return options.get("sortBy") instanceof BsonDocument
        || options.containsKey("partitionByFields")
        || partition instanceof BsonDocument
        || (partition instanceof BsonString path && path.getValue().startsWith("$"));
  }

  @Override
  public String name() {
    return name;
  }

  /** Is refused. */
  @Override
  public Stage optimized() {
    throw refusal();
  }

  /** Is refused. */
  @Override
  public Iterator<BsonDocument> run(Iterator<BsonDocument> input) {
    throw refusal();
  }

  private CommandFailure refusal() {
    return new CommandFailure(
        ErrorCode.NOT_IMPLEMENTED, "the fake server does not have the stage " + written);
  }
}
