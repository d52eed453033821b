package dev.tailrace.engine.event;

import dev.tailrace.engine.ResumeToken;
import dev.tailrace.engine.bytes.Elements;
import dev.tailrace.engine.transport.DocumentSlice;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import org.bson.BsonTimestamp;
import org.bson.BsonType;
import org.bson.BsonValue;
import org.bson.ByteBuf;
import org.bson.RawBsonDocument;
import org.bson.codecs.Decoder;
import org.jspecify.annotations.Nullable;

/**
 * One event of a change stream: a view over its bytes. Immutable and thread-safe. Making one costs
 * nothing that depends on the event; a field is looked for when asked for, and each time. Documents
 * are handed out in place, so whatever is kept of an event keeps the whole reply it came in.
 *
 * <p><b>What may be absent.</b> The methods name the server releases and the operations that have a
 * field. Beyond that, a pipeline can take any field away, and each fragment of a {@linkplain
 * #splitEvent split event} has only some of them. A field that is null counts as absent; {@link
 * #field} tells the two apart, and reaches the fields that have no method here.
 *
 * <p><b>Errors.</b> Every method throws {@link dev.tailrace.engine.bytes.MalformedBsonException} if
 * the field is not of the type it should be, or the event is broken before it. Documents are handed
 * out without a look inside, and what is broken there shows when they are read.
 *
 * @see <a href="https://www.mongodb.com/docs/manual/reference/change-events/">Change Events in the
 *     manual</a>
 * @see <a
 *     href="https://github.com/mongodb/specifications/blob/master/source/change-streams/change-streams.md#response-format">The
 *     specification's ChangeStreamDocument, whose names these are</a>
 */
public final class ChangeEvent {

  private final RawFields fields;

  private ChangeEvent(DocumentSlice bytes) {
    this.fields = new RawFields(bytes);
  }

  /** The event that these bytes are. They are not looked at yet. */
  public static ChangeEvent of(DocumentSlice bytes) {
    return new ChangeEvent(bytes);
  }

  /** The event that this document is, in place. It is not looked at yet. */
  public static ChangeEvent of(RawBsonDocument document) {
    ByteBuf bytes = document.getByteBuffer();
    return of(new DocumentSlice(bytes.array(), bytes.position(), bytes.remaining()));
  }

  /**
   * The place behind this event, from which a new stream would go on: {@code _id}, a document. A
   * copy, which does not keep the event.
   *
   * <p>A stream hands over no event without one; for others this throws.
   */
  public ResumeToken resumeToken() {
    return ResumeToken.of(fields.require("_id").document(BsonType.DOCUMENT).asDocument());
  }

  /**
   * What happened: {@code operationType}, a string.
   *
   * <p>Every server says so in every event; where the pipeline has taken it away, or it is in
   * another fragment of a split event, this throws.
   */
  public OperationType operationType() {
    return OperationType.of(fields.require("operationType"));
  }

  /**
   * Where it happened: {@code ns}, <code>{db: string, coll: string}</code>. Of {@code dropDatabase}
   * only the database; absent in {@code invalidate} and {@code endOfTransaction}. Of {@code rename}
   * the old name.
   */
  public Optional<Namespace> namespace() {
    return fields.slice("ns").map(Namespace::read);
  }

  /** What the collection is called now: {@code to}, as {@code ns}. Only in {@code rename}. */
  public Optional<Namespace> to() {
    return fields.slice("to").map(Namespace::read);
  }

  /**
   * Which document it happened to: {@code documentKey}, a document with the {@code _id} and, in a
   * sharded collection, the fields of the shard key before it. In {@code insert}, {@code update},
   * {@code replace} and {@code delete}.
   */
  public Optional<RawBsonDocument> documentKey() {
    return fields.document("documentKey");
  }

  /** {@link #documentKey()}, decoded; what the decoder throws comes through. */
  public <D> Optional<D> documentKey(Decoder<D> decoder) {
    return fields.document("documentKey", decoder);
  }

  /**
   * The document: {@code fullDocument}. In {@code insert} and {@code replace} as it was written. In
   * {@code update} as the stream's {@code fullDocument} option says: absent by default; with {@code
   * updateLookup} the document of today, which may have changed further, or null if it is gone;
   * from 6.0 on with {@code whenAvailable} and {@code required} as it was after the update, or null
   * (only the former) if that is not known.
   */
  public Optional<RawBsonDocument> fullDocument() {
    return fields.document("fullDocument");
  }

  /** {@link #fullDocument()}, decoded; what the decoder throws comes through. */
  public <D> Optional<D> fullDocument(Decoder<D> decoder) {
    return fields.document("fullDocument", decoder);
  }

  /**
   * The document as it was before: {@code fullDocumentBeforeChange}. In {@code update}, {@code
   * replace} and {@code delete}, if the stream's option of the same name says so and, from 6.0 on,
   * the collection keeps such images. With {@code whenAvailable}, null if it is not known.
   */
  public Optional<RawBsonDocument> fullDocumentBeforeChange() {
    return fields.document("fullDocumentBeforeChange");
  }

  /** {@link #fullDocumentBeforeChange()}, decoded; what the decoder throws comes through. */
  public <D> Optional<D> fullDocumentBeforeChange(Decoder<D> decoder) {
    return fields.document("fullDocumentBeforeChange", decoder);
  }

  /**
   * What an update changed: {@code updateDescription}, a document. Only in {@code update}, and not
   * with the server's internal {@code showRawUpdateDescription}.
   */
  public Optional<UpdateDescription> updateDescription() {
    return fields.slice("updateDescription").map(UpdateDescription::new);
  }

  /**
   * When, in the cluster's own time: {@code clusterTime}, a timestamp. In every event. Those of one
   * transaction share it, and from 8.0 on those of one batch may.
   */
  public Optional<BsonTimestamp> clusterTime() {
    return Optional.ofNullable(fields.find("clusterTime")).map(Elements::timestamp);
  }

  /**
   * When, by the clock of the server that was written to: {@code wallTime}, a date. In every event,
   * from 6.0 on.
   */
  public Optional<Instant> wallTime() {
    return Optional.ofNullable(fields.find("wallTime"))
        .map(element -> Instant.ofEpochMilli(element.dateTime()));
  }

  /**
   * Together with {@link #lsid}, in which transaction: {@code txnNumber}, an int64. Absent outside
   * of transactions; a retryable write is none.
   */
  public OptionalLong txnNumber() {
    @Nullable Elements found = fields.find("txnNumber");
    return found == null ? OptionalLong.empty() : OptionalLong.of(found.int64());
  }

  /**
   * The session of the transaction: {@code lsid}, <code>{id: UUID, uid: binary}</code>. There with
   * {@link #txnNumber}.
   */
  public Optional<RawBsonDocument> lsid() {
    return fields.document("lsid");
  }

  /**
   * Which part of an event this is: {@code splitEvent}, <code>{fragment: int32, of: int32}</code>.
   * In streams with {@code $changeStreamSplitLargeEvent}, from 6.0.9 and 7.0 on, for events that
   * would be larger than a document may be.
   */
  public Optional<SplitEvent> splitEvent() {
    return fields.slice("splitEvent").map(SplitEvent::read);
  }

  /**
   * What was created: {@code nsType}, a string that is {@code collection}, {@code view} or {@code
   * timeseries}. In {@code create}, from 8.1 on, with {@code showExpandedEvents}.
   */
  public Optional<String> nsType() {
    return Optional.ofNullable(fields.find("nsType")).map(Elements::string);
  }

  /**
   * Which collection, whatever its name: {@code collectionUUID}, binary of subtype 4. From 6.0 on,
   * with {@code showExpandedEvents} (8.2.0 alone has it without), in every event that is about a
   * collection; so not of views, nor in {@code dropDatabase}, {@code invalidate} and {@code
   * endOfTransaction}.
   */
  public Optional<UUID> collectionUUID() {
    return Optional.ofNullable(fields.find("collectionUUID")).map(Elements::uuid);
  }

  /**
   * The particulars of an operation on a collection or its indexes: {@code operationDescription}, a
   * document that is different for each type. From 6.0 on, with {@code showExpandedEvents} (8.2.0
   * alone has it in {@code rename} without).
   */
  public Optional<RawBsonDocument> operationDescription() {
    return fields.document("operationDescription");
  }

  /**
   * Any field by its name, also one that is not known here; {@code BsonNull} where it is null.
   * Documents and arrays are in place.
   */
  public Optional<BsonValue> field(String name) {
    return fields.value(name);
  }

  /** The whole event, in place. */
  public RawBsonDocument document() {
    return fields.whole();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ChangeEvent event && fields.equals(event.fields);
  }

  @Override
  public int hashCode() {
    return fields.hashCode();
  }

  /** The event as JSON, or what is wrong with its bytes. */
  @Override
  public String toString() {
    return fields.toString();
  }
}
