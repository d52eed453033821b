package dev.tailrace.fakeserver.stream;

import dev.tailrace.engine.token.DecodedToken;
import dev.tailrace.fakeserver.ServerVersion;
import dev.tailrace.fakeserver.error.CommandFailure;
import dev.tailrace.fakeserver.error.ErrorCode;
import dev.tailrace.fakeserver.idl.Idl;
import dev.tailrace.fakeserver.query.value.ElementText;
import dev.tailrace.fakeserver.storage.Namespace;
import dev.tailrace.fakeserver.stream.StreamScope.SystemCollections;
import dev.tailrace.fakeserver.stream.StreamSpec.FullDocument;
import dev.tailrace.fakeserver.stream.StreamSpec.FullDocumentBeforeChange;
import dev.tailrace.fakeserver.stream.StreamSpec.Start;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.bson.BsonArray;
import org.bson.BsonBoolean;
import org.bson.BsonDocument;
import org.bson.BsonType;
import org.bson.BsonValue;
import org.jspecify.annotations.Nullable;

/**
 * Reads the argument of a {@code $changeStream} stage and refuses what the server would, in the
 * order in which it would: 4.4 and 6.0 check the same things in different orders.
 */
public final class StreamSpecParser {

  private static final String STAGE = "$changeStream";

  /** Options by the release that brought them; what is not here is unknown. */
  private static final Map<String, ServerVersion> SINCE =
      Map.ofEntries(
          Map.entry("fullDocument", ServerVersion.V4_2),
          Map.entry("resumeAfter", ServerVersion.V4_2),
          Map.entry("startAfter", ServerVersion.V4_2),
          Map.entry("startAtOperationTime", ServerVersion.V4_2),
          Map.entry("allChangesForCluster", ServerVersion.V4_2),
          Map.entry("showMigrationEvents", ServerVersion.V4_2),
          Map.entry("allowToRunOnConfigDB", ServerVersion.V4_2),
          Map.entry("fullDocumentBeforeChange", ServerVersion.V4_4),
          Map.entry("allowToRunOnSystemNS", ServerVersion.V6_0),
          Map.entry("showSystemEvents", ServerVersion.V6_0),
          Map.entry("showExpandedEvents", ServerVersion.V6_0),
          Map.entry("showRawUpdateDescription", ServerVersion.V6_0),
          Map.entry("showCommitTimestamp", ServerVersion.V8_0),
          Map.entry("supportedEvents", ServerVersion.V8_0),
          Map.entry("matchCollectionUUIDForUpdateLookup", ServerVersion.V8_2));

  private final ServerVersion version;
  private final boolean isReplicaSetMember;
  private final String db;
  private final @Nullable String collection;

  /**
   * A parser for the stage of one command.
   *
   * @param isReplicaSetMember whether the server is more than a standalone
   * @param db the database of the command
   * @param collection the collection it names; null for {@code aggregate: 1}
   */
  public StreamSpecParser(
      ServerVersion version, boolean isReplicaSetMember, String db, @Nullable String collection) {
    this.version = version;
    this.isReplicaSetMember = isReplicaSetMember;
    this.db = db;
    this.collection = collection;
  }

  /**
   * The stream that the stage asks for.
   *
   * @param tokenVersion the version of the tokens to make
   * @throws CommandFailure as the server would refuse it
   */
  public StreamSpec parse(BsonValue argument, boolean splitLargeEvents, int tokenVersion) {
    if (!argument.isDocument()) {
      throw notAnObject(argument);
    }
    BsonDocument spec = argument.asDocument();
    checkFields(spec);
    boolean early = version.atLeast(6, 0);
    if (early) {
      checkReplicaSet();
    }
    checkNamespace(spec);
    FullDocument fullDocument = fullDocument(spec);
    Start start = start(spec);
    if (!early) {
      checkReplicaSet();
    }
    return new StreamSpec(
        scope(spec),
        start,
        fullDocument,
        beforeChange(spec),
        isTrue(spec, "showExpandedEvents"),
        isTrue(spec, "showSystemEvents"),
        isTrue(spec, "showRawUpdateDescription"),
        isTrue(spec, "matchCollectionUUIDForUpdateLookup"),
        splitLargeEvents,
        tokenVersion,
        version);
  }

  /** The refusal of an argument that is no object; from 5.0 on it comes before all others. */
  public CommandFailure notAnObject(BsonValue argument) {
    return version.atLeast(5, 0)
        ? new CommandFailure(
            6_188_500,
            "$changeStream must take a nested object but found: $changeStream: "
                + ElementText.value(argument))
        : new CommandFailure(50_808, "$changeStream stage expects a document as argument.");
  }

  private void checkFields(BsonDocument spec) {
    Set<String> seen = new HashSet<>();
    for (Map.Entry<String, BsonValue> field : spec.entrySet()) {
      String name = field.getKey();
      BsonValue value = field.getValue();
      ServerVersion since = SINCE.get(name);
      if (since == null || !version.atLeast(since.major(), since.minor())) {
        throw Idl.unknownField(STAGE + "." + name);
      }
      if (!seen.add(name)) {
        throw Idl.duplicateField(STAGE + "." + name);
      }
      if (!value.isNull()) {
        checkType(name, value);
      }
    }
    enumerated(spec, "fullDocumentBeforeChange", BEFORE_CHANGE);
    if (version.atLeast(6, 0)) {
      enumerated(spec, "fullDocument", FULL_DOCUMENT);
    }
  }

  private static void checkType(String name, BsonValue value) {
    BsonType wanted =
        switch (name) {
          case "fullDocument", "fullDocumentBeforeChange" -> BsonType.STRING;
          case "resumeAfter", "startAfter" -> BsonType.DOCUMENT;
          case "startAtOperationTime" -> BsonType.TIMESTAMP;
          case "supportedEvents" -> BsonType.ARRAY;
          default -> BsonType.BOOLEAN;
        };
    if (value.getBsonType() != wanted) {
      throw Idl.wrongType(STAGE + "." + name, value, wanted);
    }
    if (value instanceof BsonArray elements) {
      for (int i = 0; i < elements.size(); i++) {
        Idl.requireType(STAGE + "." + name + "." + i, elements.get(i), BsonType.STRING);
      }
    }
  }

  private void checkReplicaSet() {
    if (!isReplicaSetMember) {
      throw new CommandFailure(40_573, "The $changeStream stage is only supported on replica sets");
    }
  }

  private void checkNamespace(BsonDocument spec) {
    if (isTrue(spec, "allChangesForCluster")) {
      if (!db.equals("admin") || collection != null) {
        throw new CommandFailure(
            ErrorCode.INVALID_OPTIONS,
            "A $changeStream with 'allChangesForCluster:true' may only be opened on the 'admin'"
                + " database, and with no collection name; found "
                + new Namespace(db, collection == null ? "$cmd.aggregate" : collection));
      }
      return;
    }
    if (StreamScope.INTERNAL_DATABASES.contains(db)
        && !(db.equals("config") && isTrue(spec, "allowToRunOnConfigDB"))) {
      throw new CommandFailure(
          ErrorCode.INVALID_NAMESPACE,
          "$changeStream may not be opened on the internal " + db + " database");
    }
    if (collection != null
        && collection.startsWith("system.")
        && !isTrue(spec, "allowToRunOnSystemNS")) {
      throw new CommandFailure(
          ErrorCode.INVALID_NAMESPACE,
          "$changeStream may not be opened on the internal %s.%s collection"
              .formatted(db, collection));
    }
  }

  private FullDocument fullDocument(BsonDocument spec) {
    if (version.atLeast(6, 0)) {
      return enumerated(spec, "fullDocument", FULL_DOCUMENT);
    }
    BsonValue value = given(spec, "fullDocument");
    String mode = value == null ? "default" : value.asString().getValue();
    return switch (mode) {
      case "default" -> FullDocument.DEFAULT;
      case "updateLookup" -> FullDocument.UPDATE_LOOKUP;
      default ->
          throw new CommandFailure(
              40_575,
              "unrecognized value for the 'fullDocument' option to the $changeStream stage."
                  + " Expected 'default' or 'updateLookup', got '"
                  + mode
                  + "'");
    };
  }

  private FullDocumentBeforeChange beforeChange(BsonDocument spec) {
    return enumerated(spec, "fullDocumentBeforeChange", BEFORE_CHANGE);
  }

  private record Choice<T>(String name, T value) {}

  private static final List<Choice<FullDocument>> FULL_DOCUMENT =
      List.of(
          new Choice<>("default", FullDocument.DEFAULT),
          new Choice<>("updateLookup", FullDocument.UPDATE_LOOKUP),
          new Choice<>("whenAvailable", FullDocument.WHEN_AVAILABLE),
          new Choice<>("required", FullDocument.REQUIRED));

  private static final List<Choice<FullDocumentBeforeChange>> BEFORE_CHANGE =
      List.of(
          new Choice<>("off", FullDocumentBeforeChange.OFF),
          new Choice<>("whenAvailable", FullDocumentBeforeChange.WHEN_AVAILABLE),
          new Choice<>("required", FullDocumentBeforeChange.REQUIRED));

  /** The choice that the option names; the first one if it is not given. */
  private static <T> T enumerated(BsonDocument spec, String option, List<Choice<T>> choices) {
    BsonValue value = given(spec, option);
    if (value == null) {
      return choices.get(0).value();
    }
    String name = value.asString().getValue();
    for (Choice<T> choice : choices) {
      if (choice.name().equals(name)) {
        return choice.value();
      }
    }
    throw Idl.notInEnumeration(STAGE + "." + option, name);
  }

  private Start start(BsonDocument spec) {
    BsonValue resumeAfter = given(spec, "resumeAfter");
    BsonValue startAfter = given(spec, "startAfter");
    BsonValue atTime = given(spec, "startAtOperationTime");
    if (resumeAfter != null && startAfter != null) {
      throw new CommandFailure(
          50_865, "Do not specify both 'resumeAfter' and 'startAfter' in a $changeStream stage");
    }
    BsonValue token = resumeAfter == null ? startAfter : resumeAfter;
    if (version.atLeast(6, 0) && token != null && atTime != null) {
      throw severalStarts();
    }
    if (token == null) {
      return atTime == null ? new Start.Now() : new Start.AtTime(atTime.asTimestamp());
    }
    DecodedToken decoded = Tokens.decode(token.asDocument(), version);
    checkToken(decoded, resumeAfter != null);
    if (atTime != null) {
      throw severalStarts();
    }
    return new Start.AfterToken(token.asDocument(), decoded);
  }

  private void checkToken(DecodedToken token, boolean isResumeAfter) {
    if (isResumeAfter && token.fromInvalidate()) {
      throw new CommandFailure(
          ErrorCode.INVALID_RESUME_TOKEN,
          sentence(
              "Attempting to resume a change stream using 'resumeAfter' is not allowed from an"
                  + " invalidate notification"));
    }
    if (collection != null && !token.isHighWaterMark() && token.uuid() == null) {
      throw new CommandFailure(
          ErrorCode.INVALID_RESUME_TOKEN,
          sentence(
              "Attempted to resume a single-collection stream, but the resume token does not"
                  + " include a UUID"));
    }
  }

  private CommandFailure severalStarts() {
    return new CommandFailure(
        40_674, sentence("Only one type of resume option is allowed, but multiple were found"));
  }

  /** The full stop was given up with 6.0. */
  private String sentence(String text) {
    return version.atLeast(6, 0) ? text : text + ".";
  }

  private StreamScope scope(BsonDocument spec) {
    SystemCollections shown = systemCollections(spec);
    if (isTrue(spec, "allChangesForCluster")) {
      return new StreamScope.OfCluster(shown);
    }
    return collection == null
        ? new StreamScope.OfDatabase(db, shown)
        : new StreamScope.OfCollection(new Namespace(db, collection));
  }

  private SystemCollections systemCollections(BsonDocument spec) {
    if (!isTrue(spec, "showSystemEvents")) {
      return SystemCollections.NONE;
    }
    return version.atLeast(8, 1) ? SystemCollections.WITH_VIEWS : SystemCollections.WITHOUT_VIEWS;
  }

  private static boolean isTrue(BsonDocument spec, String option) {
    return given(spec, option) instanceof BsonBoolean flag && flag.getValue();
  }

  /** The value of an option; null where it is absent or null. */
  private static @Nullable BsonValue given(BsonDocument spec, String option) {
    BsonValue value = spec.get(option);
    return value == null || value.isNull() ? null : value;
  }
}
