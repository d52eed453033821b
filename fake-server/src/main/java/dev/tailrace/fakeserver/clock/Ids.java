package dev.tailrace.fakeserver.clock;

import java.util.SplittableRandom;
import org.bson.BsonBinary;
import org.bson.BsonBinarySubType;
import org.bson.types.ObjectId;

/**
 * Every id and every throw of the dice, drawn from one seed: the same seed and the same calls give
 * the same ids. Not thread-safe.
 */
public final class Ids {

  private final SplittableRandom random;
  private final byte[] machine = new byte[5];
  private int objectIdCounter;

  /** Ids drawn from {@code seed}. */
  public Ids(long seed) {
    random = new SplittableRandom(seed);
    for (int i = 0; i < machine.length; i++) {
      machine[i] = (byte) random.nextInt();
    }
    objectIdCounter = random.nextInt(1 << 24);
  }

  /** An id as servers and drivers make them: seconds, a part of the process, a counter. */
  public ObjectId objectId(long wallMillis) {
    byte[] bytes = new byte[12];
    putInt(bytes, 0, (int) (wallMillis / 1000));
    System.arraycopy(machine, 0, bytes, 4, machine.length);
    int counter = objectIdCounter++;
    bytes[9] = (byte) (counter >>> 16);
    bytes[10] = (byte) (counter >>> 8);
    bytes[11] = (byte) counter;
    return new ObjectId(bytes);
  }

  /** A random UUID (version 4) as BinData of subtype 4. */
  public BsonBinary uuid() {
    byte[] bytes = new byte[16];
    putInt(bytes, 0, random.nextInt());
    putInt(bytes, 4, random.nextInt());
    putInt(bytes, 8, random.nextInt());
    putInt(bytes, 12, random.nextInt());
    bytes[6] = (byte) ((bytes[6] & 0x0F) | 0x40);
    bytes[8] = (byte) ((bytes[8] & 0x3F) | 0x80);
    return new BsonBinary(BsonBinarySubType.UUID_STANDARD, bytes);
  }

  /** A cursor id: positive, never 0. */
  public long cursorId() {
    return random.nextLong(1, Long.MAX_VALUE);
  }

  /** A number in {@code [0, 1)}. */
  public double fraction() {
    return random.nextDouble();
  }

  /** A number in {@code [0, bound)}. */
  public long below(long bound) {
    return random.nextLong(bound);
  }

  /**
   * A source of its own for some part of the world, so that its draws do not move those of others.
   */
  public Ids split() {
    return new Ids(random.nextLong());
  }

  private static void putInt(byte[] bytes, int offset, int value) {
    bytes[offset] = (byte) (value >>> 24);
    bytes[offset + 1] = (byte) (value >>> 16);
    bytes[offset + 2] = (byte) (value >>> 8);
    bytes[offset + 3] = (byte) value;
  }
}
