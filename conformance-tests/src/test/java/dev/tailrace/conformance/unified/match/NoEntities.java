package dev.tailrace.conformance.unified.match;

import org.bson.BsonDocument;
import org.bson.BsonValue;

/** For expected values that refer to nothing. */
public final class NoEntities implements EntityLookup {

  @Override
  public BsonValue value(String name) {
    throw new AssertionError("nothing is known here, also not " + name);
  }

  @Override
  public BsonDocument sessionLsid(String name) {
    throw new AssertionError("nothing is known here, also not " + name);
  }
}
