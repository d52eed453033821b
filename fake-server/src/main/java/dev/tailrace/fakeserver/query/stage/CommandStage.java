package dev.tailrace.fakeserver.query.stage;

import java.util.Iterator;
import org.bson.BsonDocument;
import org.bson.BsonValue;

/**
 * A stage that reads or writes what lies beyond the documents of a pipeline, such as {@code
 * $changeStream}, {@code $collStats} or {@code $merge}: whoever runs the command takes it off the
 * pipeline and does its work.
 */
public final class CommandStage extends Stage {

  private final String name;
  private final BsonValue spec;

  CommandStage(String name, BsonValue spec) {
    this.name = name;
    this.spec = spec;
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
