package dev.tailrace.wire.topology;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonType;
import org.bson.BsonValue;
import org.bson.types.ObjectId;
import org.jspecify.annotations.Nullable;

/**
 * Reads optional fields of a server's reply, and believes no type. A field that is null counts as
 * one that is not there.
 */
final class HelloFields {

  /** Far more than the 50 that a set may have: each one costs a connection to look at. */
  private static final int MAX_MEMBERS = 1000;

  private final BsonDocument document;

  HelloFields(BsonDocument document) {
    this.document = document;
  }

  boolean contains(String name) {
    return value(name) != null;
  }

  /** Whether the field is true, or a number other than 0; false if it is not there. */
  boolean flag(String name) throws BadHelloException {
    @Nullable BsonValue value = value(name);
    if (value == null) {
      return false;
    }
    if (value.isBoolean()) {
      return value.asBoolean().getValue();
    }
    if (value.isNumber()) {
      return value.asNumber().doubleValue() != 0;
    }
    throw new BadHelloException(name, "a boolean or a number", value.getBsonType().name());
  }

  @Nullable String string(String name) throws BadHelloException {
    @Nullable BsonValue value = value(name, BsonType.STRING);
    return value == null ? null : value.asString().getValue();
  }

  @Nullable Long integer(String name) throws BadHelloException {
    @Nullable BsonValue value = value(name);
    if (value != null && !value.isNumber()) {
      throw new BadHelloException(name, "a number", value.getBsonType().name());
    }
    return value == null ? null : Long.valueOf(value.asNumber().longValue());
  }

  /** A wire version; 0 if the field is not there (discovery specification). */
  int wireVersion(String name) throws BadHelloException {
    @Nullable Long value = integer(name);
    if (value == null) {
      return 0;
    }
    if (value < 0 || value > Integer.MAX_VALUE) {
      throw new BadHelloException(name, "a wire version", value.toString());
    }
    return value.intValue();
  }

  @Nullable ObjectId objectId(String name) throws BadHelloException {
    @Nullable BsonValue value = value(name, BsonType.OBJECT_ID);
    return value == null ? null : value.asObjectId().getValue();
  }

  @Nullable Long dateMillis(String name) throws BadHelloException {
    @Nullable BsonValue value = value(name, BsonType.DATE_TIME);
    return value == null ? null : Long.valueOf(value.asDateTime().getValue());
  }

  /** The fields of an embedded document; none if it is not there. */
  HelloFields document(String name) throws BadHelloException {
    @Nullable BsonValue value = value(name, BsonType.DOCUMENT);
    return new HelloFields(value == null ? new BsonDocument() : value.asDocument());
  }

  /** All fields, which must be strings. */
  Map<String, String> strings() throws BadHelloException {
    Map<String, String> strings = new LinkedHashMap<>();
    for (String name : document.keySet()) {
      @Nullable String value = string(name);
      if (value != null) {
        strings.put(name, value);
      }
    }
    return strings;
  }

  /** The strings of an array; none where there is no such field. */
  List<String> texts(String name) throws BadHelloException {
    @Nullable BsonValue value = value(name, BsonType.ARRAY);
    List<String> texts = new ArrayList<>();
    for (BsonValue element : value == null ? new BsonArray() : value.asArray()) {
      if (!element.isString()) {
        throw new BadHelloException(name, "strings only", element.getBsonType().name());
      }
      texts.add(element.asString().getValue());
    }
    return texts;
  }

  @Nullable ServerAddress address(String name) throws BadHelloException {
    @Nullable String text = string(name);
    return text == null ? null : address(name, text);
  }

  /** The addresses of an array, each once; none where there is no such field. */
  Set<ServerAddress> addresses(String name) throws BadHelloException {
    Set<ServerAddress> addresses = new LinkedHashSet<>();
    for (String text : texts(name)) {
      addresses.add(address(name, text));
      if (addresses.size() > MAX_MEMBERS) {
        throw new BadHelloException(name, "at most " + MAX_MEMBERS + " members", "more");
      }
    }
    return addresses;
  }

  private static ServerAddress address(String name, String text) throws BadHelloException {
    try {
      return ServerAddress.parse(text);
    } catch (IllegalArgumentException e) {
      throw new BadHelloException(name, "host:port", text);
    }
  }

  private @Nullable BsonValue value(String name, BsonType type) throws BadHelloException {
    @Nullable BsonValue value = value(name);
    if (value != null && value.getBsonType() != type) {
      throw new BadHelloException(name, type.name(), value.getBsonType().name());
    }
    return value;
  }

  private @Nullable BsonValue value(String name) {
    @Nullable BsonValue value = document.get(name);
    return value == null || value.isNull() ? null : value;
  }
}
