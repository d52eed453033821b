package dev.tailrace.engine.bytes;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Numbers as the wire protocol and BSON write them: little-endian, at any alignment. */
public final class LittleEndian {

  private static final VarHandle INT32 =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle INT64 =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private LittleEndian() {}

  /** The int32 at that place. */
  public static int int32(byte[] bytes, int offset) {
    return (int) INT32.get(bytes, offset);
  }

  /** The int64 at that place. */
  public static long int64(byte[] bytes, int offset) {
    return (long) INT64.get(bytes, offset);
  }

  /** Writes an int32 to that place; returns the place behind it. */
  public static int putInt32(byte[] bytes, int offset, int value) {
    INT32.set(bytes, offset, value);
    return offset + Integer.BYTES;
  }

  /** Writes an int64 to that place; returns the place behind it. */
  public static int putInt64(byte[] bytes, int offset, long value) {
    INT64.set(bytes, offset, value);
    return offset + Long.BYTES;
  }
}
