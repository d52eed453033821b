package dev.tailrace.engine.token;

import org.bson.BsonType;

/**
 * The type bytes of KeyString, which order values of different types and say how to read what
 * follows.
 *
 * <p>Numbers and booleans carry a part of their value in the type byte. Where only the type is
 * wanted, before a field's name, the <em>generic</em> byte stands for all of them.
 */
final class CType {

  /** Ends an array, an object or a string. */
  static final int NUL = 0x00;

  /** Before the next type byte, in queries only: sorts before all values with the same prefix. */
  static final int LESS = 0x01;

  /** Ends a KeyString. */
  static final int END = 0x04;

  static final int MIN_KEY = 0x0A;
  static final int UNDEFINED = 0x0F;
  static final int NULL = 0x14;

  /** The generic byte of all numbers. */
  static final int NUMERIC = 0x1E;

  static final int NAN = NUMERIC;

  /** Numbers of -2^63 and below, -Infinity among them. */
  static final int NEGATIVE_LARGE = 0x1F;

  /** Less the number of bytes that the integer part needs, 1 to 8. */
  static final int NEGATIVE_INTEGER = 0x28;

  /** Numbers between -1 and 0. */
  static final int NEGATIVE_SMALL = 0x28;

  static final int ZERO = 0x29;

  /** Numbers between 0 and 1. */
  static final int POSITIVE_SMALL = 0x2A;

  /** Plus the number of bytes that the integer part needs, 1 to 8. */
  static final int POSITIVE_INTEGER = 0x2A;

  /** Numbers of 2^63 and above, Infinity among them. */
  static final int POSITIVE_LARGE = 0x33;

  /** Strings and symbols. */
  static final int STRING = 0x3C;

  static final int OBJECT = 0x46;
  static final int ARRAY = 0x50;
  static final int BINARY = 0x5A;
  static final int OBJECT_ID = 0x64;
  static final int FALSE = 0x6E;
  static final int TRUE = 0x6F;
  static final int DATE = 0x78;
  static final int TIMESTAMP = 0x82;
  static final int REGULAR_EXPRESSION = 0x8C;
  static final int DB_POINTER = 0x96;
  static final int CODE = 0xA0;
  static final int CODE_WITH_SCOPE = 0xAA;
  static final int MAX_KEY = 0xF0;

  /** As {@link #LESS}, but sorts after them. */
  static final int GREATER = 0xFE;

  private CType() {}

  /** The type byte that stands before a field's name, whatever the field's value. */
  static int generic(BsonType type) {
    return switch (type) {
      case MIN_KEY -> MIN_KEY;
      case UNDEFINED -> UNDEFINED;
      case NULL -> NULL;
      case INT32, INT64, DOUBLE, DECIMAL128 -> NUMERIC;
      case STRING, SYMBOL -> STRING;
      case DOCUMENT -> OBJECT;
      case ARRAY -> ARRAY;
      case BINARY -> BINARY;
      case OBJECT_ID -> OBJECT_ID;
      case BOOLEAN -> FALSE;
      case DATE_TIME -> DATE;
      case TIMESTAMP -> TIMESTAMP;
      case REGULAR_EXPRESSION -> REGULAR_EXPRESSION;
      case DB_POINTER -> DB_POINTER;
      case JAVASCRIPT -> CODE;
      case JAVASCRIPT_WITH_SCOPE -> CODE_WITH_SCOPE;
      case MAX_KEY -> MAX_KEY;
      case END_OF_DOCUMENT ->
          throw new IllegalArgumentException("the end of a document is no value");
    };
  }
}
