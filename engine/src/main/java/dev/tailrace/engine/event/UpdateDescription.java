package dev.tailrace.engine.event;

import dev.tailrace.engine.bytes.Elements;
import dev.tailrace.engine.transport.DocumentSlice;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.bson.BsonType;
import org.bson.BsonValue;
import org.bson.RawBsonDocument;
import org.jspecify.annotations.Nullable;

/**
 * What an update changed: a view over the bytes of an event's {@code updateDescription}. Immutable
 * and thread-safe; nothing is decoded until asked for, and then each time. Two are equal if their
 * bytes are.
 *
 * <p>Paths have dots, and numbers where they go through arrays. A name with a dot in it, or one
 * that is a number, looks the same; {@link #disambiguatedPaths} tells.
 *
 * <p>The same update is described in other words by other releases: from 5.0 on, a path that did
 * not exist before appears as the one new document at its first new name.
 *
 * <p>Every method throws {@link dev.tailrace.engine.bytes.MalformedBsonException} if what it looks
 * at is not of the type it should be.
 *
 * @see <a href="https://www.mongodb.com/docs/manual/reference/change-events/update/">update</a>
 */
public final class UpdateDescription {

  private static final RawBsonDocument EMPTY = RawBsonDocument.parse("{}");

  private final RawFields fields;

  UpdateDescription(DocumentSlice bytes) {
    this.fields = new RawFields(bytes);
  }

  /**
   * The fields that have a new value, by path: {@code updatedFields}, a document. Empty where there
   * are none.
   */
  public RawBsonDocument updatedFields() {
    return fields.document("updatedFields").orElse(EMPTY);
  }

  /** The paths of the fields that are gone: {@code removedFields}, an array of strings. */
  public List<String> removedFields() {
    return list("removedFields", Elements::string);
  }

  /**
   * The arrays that lost their end: {@code truncatedArrays}, an array of documents. Servers have it
   * from 5.0 on, where only updates with a pipeline fill it; before, such an array is in {@link
   * #updatedFields} as a whole.
   */
  public List<TruncatedArray> truncatedArrays() {
    return list(
        "truncatedArrays", element -> TruncatedArray.read(element.document(BsonType.DOCUMENT)));
  }

  /**
   * For each path of this description that could be read in two ways, its parts: {@code
   * disambiguatedPaths}, a document of arrays in which names are strings and places in arrays are
   * int32. From 6.1, with {@code showExpandedEvents}; there an empty document says that no path is
   * ambiguous, while an absent one says nothing.
   */
  public Optional<RawBsonDocument> disambiguatedPaths() {
    return fields.document("disambiguatedPaths");
  }

  /** Any field by its name, also one that is not known here; {@code BsonNull} where it is null. */
  public Optional<BsonValue> field(String name) {
    return fields.value(name);
  }

  /** The whole, in place. */
  public RawBsonDocument document() {
    return fields.whole();
  }

  private <E> List<E> list(String name, Function<Elements, E> read) {
    @Nullable Elements found = fields.find(name);
    if (found == null) {
      return List.of();
    }
    List<E> values = new ArrayList<>();
    Elements elements = found.elements(BsonType.ARRAY);
    while (elements.next()) {
      values.add(read.apply(elements));
    }
    return Collections.unmodifiableList(values);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof UpdateDescription description && fields.equals(description.fields);
  }

  @Override
  public int hashCode() {
    return fields.hashCode();
  }

  /** The description as JSON, or what is wrong with its bytes. */
  @Override
  public String toString() {
    return fields.toString();
  }
}
