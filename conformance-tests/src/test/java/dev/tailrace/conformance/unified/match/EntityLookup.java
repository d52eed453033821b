package dev.tailrace.conformance.unified.match;

import org.bson.BsonDocument;
import org.bson.BsonValue;

/** What an expected value may refer to by name. */
public interface EntityLookup {

  /** The value that was saved under this name. */
  BsonValue value(String name);

  /** The {@code lsid} of the session of this name. */
  BsonDocument sessionLsid(String name);
}
