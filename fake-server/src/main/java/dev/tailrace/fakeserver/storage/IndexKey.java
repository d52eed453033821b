package dev.tailrace.fakeserver.storage;

import dev.tailrace.engine.token.KeyString;
import java.util.Arrays;
import java.util.List;
import org.bson.BsonValue;

/** The place of a document in an index: bytes that sort as the values do. */
final class IndexKey implements Comparable<IndexKey> {

  private final byte[] bytes;

  private IndexKey(byte[] bytes) {
    this.bytes = bytes;
  }

  /** The key of a document that has these values in the index's fields. */
  static IndexKey of(List<BsonValue> values) {
    return new IndexKey(KeyString.encode(values).bytes());
  }

  @Override
  public int compareTo(IndexKey other) {
    return Arrays.compareUnsigned(bytes, other.bytes);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof IndexKey key && Arrays.equals(bytes, key.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }
}
