package dev.tailrace.conformance.unified.format;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonValue;

/**
 * Reads the fields of a document of which all must be known: an operation's arguments, or an
 * entity's definition. What nobody has asked for is what nobody supports.
 *
 * <p>Every method throws {@link UnrunnableTestException}: if a required field is missing, and if a
 * field is of another type than asked for.
 */
public final class Fields {

  private final String owner;
  private final BsonDocument document;
  private final Set<String> unread;

  /**
   * @param owner whose fields they are, for messages
   */
  public Fields(String owner, BsonDocument document) {
    this.owner = owner;
    this.document = document;
    this.unread = new LinkedHashSet<>(document.keySet());
  }

  /** A string. */
  public String text(String name) {
    return require(name, optionalText(name));
  }

  /** A string, if there is one. */
  public Optional<String> optionalText(String name) {
    return value(name, BsonValue::isString).map(value -> value.asString().getValue());
  }

  /** A document. */
  public BsonDocument document(String name) {
    return require(name, optionalDocument(name));
  }

  /** A document, if there is one. */
  public Optional<BsonDocument> optionalDocument(String name) {
    return value(name, BsonValue::isDocument).map(BsonValue::asDocument);
  }

  /** An integer. */
  public int number(String name) {
    return require(name, optionalNumber(name));
  }

  /** An integer, if there is one. */
  public Optional<Integer> optionalNumber(String name) {
    return value(name, BsonValue::isNumber).map(value -> value.asNumber().intValue());
  }

  /** A boolean, if there is one. */
  public Optional<Boolean> optionalFlag(String name) {
    return value(name, BsonValue::isBoolean).map(value -> value.asBoolean().getValue());
  }

  /** An array of documents. */
  public List<BsonDocument> documents(String name) {
    return require(name, value(name, BsonValue::isArray)).asArray().stream()
        .map(BsonValue::asDocument)
        .toList();
  }

  /** Strings; none where the field is missing. */
  public List<String> optionalTexts(String name) {
    return value(name, BsonValue::isArray)
        .map(BsonValue::asArray)
        .orElseGet(BsonArray::new)
        .stream()
        .map(value -> value.asString().getValue())
        .toList();
  }

  /** A value of any type. */
  public BsonValue any(String name) {
    return require(name, optionalAny(name));
  }

  /** A value of any type, if there is one. */
  public Optional<BsonValue> optionalAny(String name) {
    return value(name, any -> true);
  }

  /** Refuses the document if it has a field that was never asked for. */
  public void requireAllRead() {
    if (!unread.isEmpty()) {
      throw new UnrunnableTestException("%s: unsupported %s".formatted(owner, unread));
    }
  }

  private Optional<BsonValue> value(String name, Predicate<BsonValue> isRight) {
    unread.remove(name);
    BsonValue value = document.get(name);
    if (value != null && !isRight.test(value)) {
      throw new UnrunnableTestException(
          "%s: \"%s\" is of the wrong type: %s".formatted(owner, name, value));
    }
    return Optional.ofNullable(value);
  }

  private <T> T require(String name, Optional<T> value) {
    return value.orElseThrow(
        () -> new UnrunnableTestException("%s: \"%s\" is missing".formatted(owner, name)));
  }
}
