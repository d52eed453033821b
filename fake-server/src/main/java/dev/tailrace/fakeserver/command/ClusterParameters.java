package dev.tailrace.fakeserver.command;

import dev.tailrace.fakeserver.error.CommandFailure;
import dev.tailrace.fakeserver.error.ErrorCode;
import dev.tailrace.fakeserver.idl.Idl;
import dev.tailrace.fakeserver.storage.Change;
import dev.tailrace.fakeserver.storage.Namespace;
import dev.tailrace.fakeserver.storage.NewDocument;
import dev.tailrace.fakeserver.storage.RawDocuments;
import dev.tailrace.fakeserver.storage.State;
import dev.tailrace.fakeserver.storage.StoredCollection;
import java.util.OptionalLong;
import java.util.Set;
import org.bson.BsonDocument;
import org.bson.BsonInt64;
import org.bson.BsonNumber;
import org.bson.BsonString;
import org.bson.BsonTimestamp;
import org.bson.BsonType;
import org.bson.BsonValue;
import org.jspecify.annotations.Nullable;

/**
 * The one parameter that a whole set shares: how long images are kept. It is a document of {@code
 * config.clusterParameters}, and so replicated like any other.
 */
public final class ClusterParameters {

  static final String CHANGE_STREAM_OPTIONS = "changeStreamOptions";

  private static final Namespace STORED = new Namespace("config", "clusterParameters");
  private static final BsonString ID = new BsonString(CHANGE_STREAM_OPTIONS);
  private static final String IMAGES = "preAndPostImages";
  private static final String SECONDS = "expireAfterSeconds";
  private static final BsonString OFF = new BsonString("off");

  private ClusterParameters() {}

  /** After how many seconds images go; empty if they stay as long as their events. */
  public static OptionalLong imagesExpireAfterSeconds(State state) {
    return seconds(state) instanceof BsonInt64 seconds
        ? OptionalLong.of(seconds.getValue())
        : OptionalLong.empty();
  }

  /** A number as a long, whatever it was given as; or {@code off}. */
  private static BsonValue seconds(State state) {
    BsonDocument stored = stored(state);
    return stored != null
            && stored.get(IMAGES) instanceof BsonDocument images // Anybody may write there.
            && images.get(SECONDS) instanceof BsonNumber number
        ? new BsonInt64(number.longValue())
        : OFF;
  }

  /** The parameter as {@code getClusterParameter} shows it. */
  static BsonDocument changeStreamOptions(State state) {
    BsonDocument stored = stored(state);
    return new BsonDocument("_id", ID)
        .append(
            "clusterParameterTime",
            stored != null && stored.get("clusterParameterTime") instanceof BsonTimestamp time
                ? time
                : new BsonTimestamp(0, 0))
        .append(IMAGES, new BsonDocument(SECONDS, seconds(state)));
  }

  private static @Nullable BsonDocument stored(State state) {
    StoredCollection collection = state.collection(STORED);
    return collection == null ? null : collection.documentById(ID);
  }

  /**
   * Refuses what is no value for the parameter.
   *
   * @throws CommandFailure 2, whatever is wrong with it
   */
  static void check(BsonDocument value) {
    BsonValue seconds;
    try {
      seconds = parse(value);
    } catch (CommandFailure e) {
      // Sic: nothing is between the two.
      throw new CommandFailure(
          ErrorCode.BAD_VALUE, "Failed parsing new changeStreamOptions value" + e.getMessage());
    }
    if (seconds instanceof BsonNumber number) {
      if (number.longValue() <= 0) {
        throw new CommandFailure(
            ErrorCode.BAD_VALUE, "Numeric value of 'expireAfterSeconds' should be positive");
      }
    } else if (!seconds.equals(OFF)) {
      throw new CommandFailure(
          ErrorCode.BAD_VALUE, "Non-numeric value of 'expireAfterSeconds' should be 'off'");
    }
  }

  private static BsonValue parse(BsonDocument value) {
    BsonValue images = value.get(IMAGES);
    if (images == null) {
      throw Idl.missingField(CHANGE_STREAM_OPTIONS + "." + IMAGES);
    }
    String path = CHANGE_STREAM_OPTIONS + "." + IMAGES;
    if (!(images instanceof BsonDocument document)) {
      throw Idl.wrongType(path, images, BsonType.DOCUMENT);
    }
    BsonValue seconds = document.get(SECONDS);
    if (seconds == null) {
      throw Idl.missingField(CHANGE_STREAM_OPTIONS + "." + SECONDS);
    }
    Idl.requireKnown(CHANGE_STREAM_OPTIONS, value, Set.of(IMAGES));
    Idl.requireKnown(path, document, Set.of(SECONDS));
    if (!seconds.isString() && !seconds.isNumber() && !seconds.isDecimal128()) {
      throw Idl.wrongType(
          path + "." + SECONDS,
          seconds,
          BsonType.STRING,
          BsonType.INT64,
          BsonType.INT32,
          BsonType.DECIMAL128,
          BsonType.DOUBLE);
    }
    return seconds;
  }

  /** Gives the parameter a value. */
  static void set(Invocation call, BsonDocument value) {
    WriteTarget target = call.target();
    StoredCollection collection = CreateCommand.existingOrCreated(call, target, STORED);
    BsonDocument document =
        new BsonDocument("_id", ID)
            .append("clusterParameterTime", call.set().journal().timeAt(call.member().applied()));
    document.putAll(value);
    NewDocument stored = new NewDocument(ID, RawDocuments.of(document));
    Long recordId = collection.recordIdOf(ID);
    if (recordId == null) {
      target.write(
          new Change.Insert(STORED, collection.uuid(), stored),
          target.state().with(collection.insert(stored)));
    } else {
      target.write(
          new Change.Replace(
              STORED, collection.uuid(), new BsonDocument("_id", ID), stored.document(), null),
          target.state().with(collection.update(recordId, stored.document())));
    }
  }
}
