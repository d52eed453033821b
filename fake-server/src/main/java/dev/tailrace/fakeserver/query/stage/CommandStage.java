package dev.tailrace.fakeserver.query.stage;

import dev.tailrace.fakeserver.ServerVersion;
import dev.tailrace.fakeserver.error.CommandFailure;
import dev.tailrace.fakeserver.error.ErrorCode;
import dev.tailrace.fakeserver.query.value.BsonTypes;
import dev.tailrace.fakeserver.query.value.ElementText;
import java.util.Iterator;
import java.util.Set;
import org.bson.BsonDocument;
import org.bson.BsonValue;

/**
 * A stage that reads or writes what lies beyond the documents of a pipeline, such as {@code
 * $changeStream}, {@code $collStats} or {@code $merge}: whoever runs the command takes it off the
 * pipeline and does its work.
 */
public final class CommandStage extends Stage {

  private static final Set<String> COLL_STATS_OPTIONS =
      Set.of("latencyStats", "storageStats", "count", "queryExecStats");

  private final String name;
  private final BsonValue spec;

  CommandStage(String name, BsonValue spec) {
    this.name = name;
    this.spec = spec;
  }

  /**
   * A stage with its argument, as far as that is looked at before the stage is put to work.
   *
   * @throws CommandFailure 14, 28803, 40166, 40168 or 40415
   */
  static CommandStage parse(String name, BsonValue spec, ServerVersion version) {
    switch (name) {
      case "$collStats" -> checkCollStats(spec, version);
      case "$indexStats" -> {
        if (!(spec instanceof BsonDocument options) || !options.isEmpty()) {
          throw new CommandFailure(
              28_803, "The $indexStats stage specification must be an empty object");
        }
      }
      case "$currentOp", "$listLocalSessions", "$listSessions" -> {
        if (!spec.isDocument()) {
          throw new CommandFailure(
              ErrorCode.TYPE_MISMATCH,
              name + " options must be specified in an object, but found: " + BsonTypes.name(spec));
        }
      }
      default -> {}
    }
    return new CommandStage(name, spec);
  }

  private static void checkCollStats(BsonValue spec, ServerVersion version) {
    if (!(spec instanceof BsonDocument options)) {
      throw new CommandFailure(
          40_166,
          "$collStats must take a nested object but found: "
              + ElementText.field("$collStats", spec));
    }
    for (String option : options.keySet()) {
      if (!COLL_STATS_OPTIONS.contains(option)) {
        throw version.atLeast(5, 0)
            ? new CommandFailure(
                ErrorCode.IDL_UNKNOWN_FIELD,
                "BSON field '$collStats." + option + "' is an unknown field.")
            : new CommandFailure(40_168, "unrecognized option to $collStats: " + option);
      }
    }
  }

  @Override
  public String name() {
    return name;
  }

  /** The argument of the stage as it was written; of {@code $out} and {@code $merge}, checked. */
  public BsonValue spec() {
    return spec;
  }

  /** Is not to be called. */
  @Override
  public Iterator<BsonDocument> run(Iterator<BsonDocument> input) {
    throw new IllegalStateException(name + " is run by the command, not by the pipeline");
  }
}
