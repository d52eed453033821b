package dev.tailrace.fakeserver.command;

import dev.tailrace.fakeserver.ServerVersion;
import dev.tailrace.fakeserver.error.CommandFailure;
import dev.tailrace.fakeserver.error.ErrorCode;
import dev.tailrace.fakeserver.idl.Flags;
import dev.tailrace.fakeserver.idl.Idl;
import dev.tailrace.fakeserver.query.match.Matcher;
import dev.tailrace.fakeserver.query.value.Collation;
import dev.tailrace.fakeserver.storage.Change;
import dev.tailrace.fakeserver.storage.Index;
import dev.tailrace.fakeserver.storage.Namespace;
import dev.tailrace.fakeserver.storage.State;
import dev.tailrace.fakeserver.storage.StoredCollection;
import dev.tailrace.fakeserver.storage.StoredView;
import dev.tailrace.fakeserver.transaction.LockQueue.Exclusive;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.bson.BsonBinary;
import org.bson.BsonBoolean;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonInt64;
import org.bson.BsonNumber;
import org.bson.BsonString;
import org.bson.BsonType;
import org.bson.BsonValue;

/** {@code create}: a collection or a view. */
final class CreateCommand implements Command {

  /** The option that makes the collection its own index of {@code _id}. */
  static final String CLUSTERED = "clusteredIndex";

  private static final String AUTO_INDEX_ID = "autoIndexId";

  private static final String IMAGES = "changeStreamPreAndPostImages";

  /** Databases whose collections record no images. */
  private static final Set<String> WITHOUT_IMAGES = Set.of("admin", "config", "local");

  /** Options in the order in which the catalog keeps them, with the release that brought them. */
  private static final List<Map.Entry<String, ServerVersion>> OPTIONS =
      List.of(
          Map.entry("capped", ServerVersion.V4_2),
          Map.entry("size", ServerVersion.V4_2),
          Map.entry("max", ServerVersion.V4_2),
          Map.entry(AUTO_INDEX_ID, ServerVersion.V4_2),
          Map.entry("temp", ServerVersion.V4_2),
          Map.entry("recordPreImages", ServerVersion.V4_4),
          Map.entry(IMAGES, ServerVersion.V6_0),
          Map.entry("storageEngine", ServerVersion.V4_2),
          Map.entry("indexOptionDefaults", ServerVersion.V4_2),
          Map.entry("validator", ServerVersion.V4_2),
          Map.entry("validationLevel", ServerVersion.V4_2),
          Map.entry("validationAction", ServerVersion.V4_2),
          Map.entry("collation", ServerVersion.V4_2),
          Map.entry(CLUSTERED, ServerVersion.V6_0),
          Map.entry(Expiry.OPTION, ServerVersion.V5_0),
          Map.entry("timeseries", ServerVersion.V5_0),
          Map.entry("encryptedFields", ServerVersion.V6_0));

  @Override
  public Outcome run(Invocation call) {
    Namespace namespace = Names.collection(call);
    Request request = call.request();
    GenericFields.requireKnown(
        request, call.version(), GenericFields.Style.IDL, known(call.version()));
    CollectionOptions.checkTypes(call);
    Set<Namespace> made =
        request.get("timeseries") == null
            ? Set.of(namespace)
            : Set.of(namespace, TimeSeries.buckets(namespace));
    return ExclusiveWait.orWait(call, Exclusive.of(made), () -> create(call, namespace));
  }

  private static Outcome create(Invocation call, Namespace namespace) {
    Request request = call.request();
    State state = call.target().state();
    boolean isView = Idl.given(request.body(), "viewOn") != null;
    if (isView && call.transaction() != null) {
      throw TransactionCommands.notSupported(
          "Cannot create a view in a multi-document transaction.");
    }
    if (state.entry(namespace) != null) {
      throw new CommandFailure(
          ErrorCode.NAMESPACE_EXISTS,
          call.version().atLeast(5, 0)
              ? "Collection " + namespace + " already exists."
              : "Collection already exists. NS: " + namespace);
    }
    Names.requireCreatable(call, namespace);
    CollectionOptions.checkWords(call);
    if (request.get("viewOn") instanceof BsonString viewOn) {
      createView(call, namespace, viewOn.getValue());
    } else {
      BsonDocument options = options(call);
      if (options.containsKey("timeseries")) {
        TimeSeries.create(call, namespace, options);
      } else {
        createCollection(call, call.target(), namespace, options);
      }
    }
    BsonDocument reply = new BsonDocument();
    if (Idl.given(request.body(), AUTO_INDEX_ID) != null) {
      reply.append(
          "note",
          new BsonString(
              "the autoIndexId option is deprecated and will be removed in a future release"));
    }
    return new Outcome.Reply(reply);
  }

  private static Set<String> known(ServerVersion version) {
    Set<String> known = new LinkedHashSet<>(Set.of("idIndex", "viewOn", "pipeline", "flags"));
    for (Map.Entry<String, ServerVersion> option : OPTIONS) {
      ServerVersion since = option.getValue();
      if (version.atLeast(since.major(), since.minor())) {
        known.add(option.getKey());
      }
    }
    return known;
  }

  /** The options as the catalog keeps them. */
  private static BsonDocument options(Invocation call) {
    BsonDocument options = new BsonDocument();
    for (Map.Entry<String, ServerVersion> option : OPTIONS) {
      BsonValue value = call.request().get(option.getKey());
      if (value != null && !value.isNull()) {
        options.append(option.getKey(), value);
      }
    }
    checkCapped(options, call.version());
    checkImages("create", call.request().db(), options);
    if (options.get(CLUSTERED) instanceof BsonDocument clustered) {
      options.put(CLUSTERED, IndexSpecs.clustered(clustered));
    }
    Expiry.checkCreate(call, options);
    if (options.get("validator") instanceof BsonDocument validator) {
      Matcher.parse(validator, call.queryContext(Collation.SIMPLE, new BsonDocument()));
    }
    if (options.get("collation") instanceof BsonDocument collation) {
      Collation parsed = Collation.parse(collation);
      if (parsed.isSimple()) {
        options.remove("collation");
      } else {
        options.put("collation", parsed.spec());
      }
    }
    return options;
  }

  private static void checkCapped(BsonDocument options, ServerVersion version) {
    BsonValue capped = options.get("capped");
    if (capped instanceof BsonNumber number) {
      capped = BsonBoolean.valueOf(number.doubleValue() != 0);
      options.put("capped", capped);
    }
    if (BsonBoolean.FALSE.equals(capped)) {
      options.remove("capped");
      return;
    }
    if (capped != null && !(options.get("size") instanceof BsonNumber)) {
      throw new CommandFailure(
          ErrorCode.INVALID_OPTIONS, "the 'size' field is required when 'capped' is true");
    }
    if (capped == null && (options.containsKey("size") || options.containsKey("max"))) {
      throw new CommandFailure(
          ErrorCode.INVALID_OPTIONS,
          "the 'capped' field needs to be true when either the 'size' or 'max' fields are present");
    }
    if (options.get("size") instanceof BsonNumber size) {
      options.put("size", number(cappedBytes(size.longValue(), version)));
    }
    if (options.get("max") instanceof BsonNumber max) {
      if (max.longValue() <= 0) {
        options.remove("max"); // As many as there is room for.
      } else {
        options.put("max", number(max.longValue()));
      }
    }
  }

  /** Before 7.0 sizes were rounded up to pages of 256 bytes. */
  private static long cappedBytes(long bytes, ServerVersion version) {
    return version.atLeast(7, 0) ? bytes : (bytes + 0xff) & ~0xffL;
  }

  private static BsonValue number(long value) {
    return value <= Integer.MAX_VALUE ? new BsonInt32((int) value) : new BsonInt64(value);
  }

  /** Checks the two ways of asking for images, and drops them where they say no. */
  static void checkImages(String command, String db, BsonDocument options) {
    if (Flags.isFalse(options, "recordPreImages")) {
      options.remove("recordPreImages");
    }
    BsonValue images = options.get(IMAGES);
    if (images == null) {
      return;
    }
    String path = command + "." + IMAGES;
    if (!(images instanceof BsonDocument document)) {
      throw Idl.wrongType(path, images, BsonType.DOCUMENT);
    }
    Idl.requireKnown(path, document, Set.of("enabled"));
    BsonValue enabled = document.get("enabled");
    if (enabled == null) {
      throw Idl.missingField(path + ".enabled");
    }
    if (!(enabled instanceof BsonBoolean flag)) {
      throw Idl.wrongType(path + ".enabled", enabled, BsonType.BOOLEAN);
    }
    if (!flag.getValue()) {
      options.remove(IMAGES);
    } else if (WITHOUT_IMAGES.contains(db)) {
      throw new CommandFailure(
          ErrorCode.INVALID_OPTIONS,
          "%s collection option is not supported on the %s database".formatted(IMAGES, db));
    } else if (options.containsKey("timeseries")) {
      throw new CommandFailure(
          ErrorCode.INVALID_OPTIONS,
          IMAGES + " collection option is not supported on a time-series collection");
    } else if (options.containsKey("recordPreImages")) {
      throw new CommandFailure(
          ErrorCode.INVALID_OPTIONS,
          "'recordPreImages' and 'changeStreamPreAndPostImages.enabled' can not be set to true"
              + " simultaneously");
    }
  }

  private static void createView(Invocation call, Namespace namespace, String viewOn) {
    if (call.request().body().containsKey(IMAGES)) {
      throw Views.optionNotSupported(IMAGES);
    }
    List<BsonDocument> pipeline = CollectionOptions.pipeline(call.request().get("pipeline"));
    BsonDocument collation =
        call.request().get("collation") instanceof BsonDocument given ? given : new BsonDocument();
    StoredView view = new StoredView(namespace, viewOn, pipeline, collation);
    Views.check(call, view);
    SystemViews.create(call, call.target(), view);
  }

  /** Creates a collection. */
  static StoredCollection createCollection(
      Invocation call, WriteTarget target, Namespace namespace, BsonDocument options) {
    BsonBinary uuid = call.world().ids().uuid();
    BsonDocument description = options.clone();
    Index idIndex;
    if (options.get(CLUSTERED) instanceof BsonDocument clustered) {
      idIndex = Index.of(clustered.clone().append("clustered", BsonBoolean.TRUE), null);
    } else {
      idIndex = Index.ofId(options.get("collation"));
      description.append("idIndex", idIndex.spec());
    }
    StoredCollection created = StoredCollection.create(namespace, uuid, options, idIndex);
    target.write(new Change.Create(namespace, uuid, description), target.state().with(created));
    return created;
  }

  /**
   * The collection of that name, created if there is none.
   *
   * @throws CommandFailure 73 if none may be created under the name, 166 if it is a view
   */
  static StoredCollection existingOrCreated(
      Invocation call, WriteTarget target, Namespace namespace) {
    StoredCollection collection = Views.collectionOrNull(target.state(), namespace);
    if (collection != null) {
      return collection;
    }
    Names.requireCreatable(call, namespace);
    return createCollection(call, target, namespace, new BsonDocument());
  }
}
