package dev.tailrace.engine.token;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A buffer that grows, whatever is put into it when it is full. */
class KeyStringBufferTest {

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 5, 6, 9, 10, 17, 18, 22, 23, 100})
  void takesMoreThanItWasMadeFor(int capacity) {
    KeyStringBuffer buffer = new KeyStringBuffer(capacity);
    buffer.putByte(0xFFFF_FF01);
    buffer.putInt(0x02030405);
    buffer.putLong(0x060708090A0B0C0DL);
    buffer.putLow(0xFF_0E0F_1011L, 4);
    buffer.putBytes(new byte[] {0x12, 0x13});
    buffer.putBytes(new byte[] {0, 0x14, 0x15, 0x16, 0}, 1, 4);
    assertThat(HexFormat.of().formatHex(buffer.toByteArray()))
        .isEqualTo("0102030405060708090a0b0c0d0e0f10111213141516");
  }

  @Test
  void isEmptyAtFirst() {
    assertThat(new KeyStringBuffer(8).toByteArray()).isEmpty();
  }
}
