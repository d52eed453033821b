package dev.tailrace.fakeserver.command;

import dev.tailrace.engine.bytes.Elements;
import dev.tailrace.engine.transport.DocumentSlice;
import dev.tailrace.fakeserver.error.CommandFailure;
import dev.tailrace.fakeserver.error.ErrorCode;
import dev.tailrace.fakeserver.idl.Flags;
import dev.tailrace.fakeserver.query.match.Matcher;
import dev.tailrace.fakeserver.query.value.BsonTypes;
import dev.tailrace.fakeserver.query.value.Collation;
import dev.tailrace.fakeserver.storage.NewDocument;
import dev.tailrace.fakeserver.storage.RawDocuments;
import dev.tailrace.fakeserver.storage.ShallowDocument;
import dev.tailrace.fakeserver.storage.StoredCollection;
import java.util.Map;
import org.bson.BsonDocument;
import org.bson.BsonObjectId;
import org.bson.BsonString;
import org.bson.BsonTimestamp;
import org.bson.BsonType;
import org.bson.BsonValue;
import org.bson.RawBsonDocument;
import org.jspecify.annotations.Nullable;

/** What the server does to a document before it stores it, and what it will not store. */
final class Documents {

  private static final int MAX_BYTES = 16 * 1024 * 1024;
  private static final BsonTimestamp FILL_IN = new BsonTimestamp(0, 0);

  private Documents() {}

  /**
   * The document as it is inserted: {@code _id} first, made up if there is none; empty timestamps
   * filled in.
   *
   * @throws CommandFailure if it cannot be stored
   */
  static NewDocument toInsert(Invocation call, RawBsonDocument given) {
    byte[] bytes = RawDocuments.bytes(given);
    if (bytes.length > MAX_BYTES) {
      throw new CommandFailure(
          ErrorCode.BAD_VALUE,
          "object to insert too large. size in bytes: %d, max size: %d"
              .formatted(bytes.length, MAX_BYTES));
    }
    RawBsonDocument own = new RawBsonDocument(bytes);
    BsonValue id = own.get("_id");
    checkId(id);
    boolean isReady = isReady(call, bytes);
    return isReady && id != null ? new NewDocument(id, own) : complete(call, own);
  }

  /**
   * Whether {@code _id} is the first field of a document, and no timestamp is to be filled in.
   *
   * @throws CommandFailure if it has a field that cannot be stored
   */
  private static boolean isReady(Invocation call, byte[] document) {
    boolean takesDollars = call.version().atLeast(5, 0);
    Elements fields = Elements.of(new DocumentSlice(document, 0, document.length));
    boolean isReady = false;
    boolean hasId = false;
    for (boolean isFirst = true; fields.next(); isFirst = false) {
      if (fields.isNamed("_id")) {
        if (hasId) {
          throw new CommandFailure(
              ErrorCode.BAD_VALUE, "can't have multiple _id fields in one document");
        }
        hasId = true;
      }
      if (!takesDollars && fields.name().startsWith("$")) {
        throw new CommandFailure(
            ErrorCode.BAD_VALUE, "Document can't have $ prefixed field names: " + fields.name());
      }
      boolean isEmptyTime = fields.is(BsonType.TIMESTAMP) && fields.timestamp().equals(FILL_IN);
      isReady = (isFirst ? fields.isNamed("_id") : isReady) && !isEmptyTime;
    }
    return isReady;
  }

  private static NewDocument complete(Invocation call, RawBsonDocument given) {
    BsonDocument fields = ShallowDocument.open(given);
    BsonValue ownId = fields.get("_id");
    BsonValue id =
        ownId == null ? new BsonObjectId(call.world().ids().objectId(call.wallMillis())) : ownId;
    BsonDocument fixed = new BsonDocument("_id", id);
    for (Map.Entry<String, BsonValue> field : fields.entrySet()) {
      if (!field.getKey().equals("_id")) {
        boolean isEmptyTime = field.getValue().equals(FILL_IN);
        fixed.append(
            field.getKey(),
            isEmptyTime ? call.set().journal().clock().tick(call.wallMillis()) : field.getValue());
      }
    }
    return new NewDocument(id, RawDocuments.of(fixed));
  }

  private static void checkId(@Nullable BsonValue id) {
    if (id == null) {
      return;
    }
    if (id.isArray() || id.isRegularExpression() || id.getBsonType() == BsonType.UNDEFINED) {
      throw new CommandFailure(
          ErrorCode.BAD_VALUE,
          id.isArray()
              ? "can't use an array for _id"
              : "can't use a " + BsonTypes.name(id) + " for _id");
    }
    if (id instanceof BsonDocument document) {
      for (String field : document.keySet()) {
        if (field.startsWith("$")) {
          throw new CommandFailure(
              ErrorCode.DOLLAR_PREFIXED_FIELD_NAME,
              "_id fields may not contain '$'-prefixed fields: %s is not valid for storage."
                  .formatted(field));
        }
      }
    }
  }

  /**
   * Refuses a document that the collection's validator does not let in.
   *
   * @throws CommandFailure 121
   */
  static void validate(Invocation call, StoredCollection collection, BsonDocument document) {
    if (!(collection.options().get("validator") instanceof BsonDocument validator)
        || isText(collection, "validationLevel", "off")
        || isText(collection, "validationAction", "warn")
        || Flags.isTrue(call.request().body(), "bypassDocumentValidation")) {
      return;
    }
    Matcher matcher =
        Matcher.parse(validator, call.queryContext(Collation.SIMPLE, new BsonDocument()));
    if (matcher.matches(document)) {
      return;
    }
    BsonDocument extraInfo = new BsonDocument();
    if (call.version().atLeast(5, 0)) {
      BsonValue id = document.get("_id");
      BsonDocument details =
          new BsonDocument("operatorName", new BsonString("$expr"))
              .append("specifiedAs", validator)
              .append("reason", new BsonString("document did not match the validator"));
      BsonDocument errInfo = new BsonDocument();
      if (id != null) {
        errInfo.append("failingDocumentId", id);
      }
      extraInfo.append("errInfo", errInfo.append("details", details));
    }
    throw new CommandFailure(
        ErrorCode.DOCUMENT_VALIDATION_FAILURE.code(), "Document failed validation", extraInfo);
  }

  private static boolean isText(StoredCollection collection, String option, String wanted) {
    return collection.options().get(option) instanceof BsonString text
        && text.getValue().equals(wanted);
  }

  /** The key by which change streams name a document. */
  static BsonDocument key(BsonDocument document) {
    BsonValue id = document.get("_id");
    return id == null ? new BsonDocument() : new BsonDocument("_id", id);
  }
}
