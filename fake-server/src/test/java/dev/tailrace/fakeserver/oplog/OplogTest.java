package dev.tailrace.fakeserver.oplog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tailrace.fakeserver.storage.Change;
import java.util.List;
import org.bson.BsonTimestamp;
import org.junit.jupiter.api.Test;

class OplogTest {

  private final Oplog oplog = new Oplog(1 << 20);

  private static OplogEntry entry(int seconds) {
    return new OplogEntry(new BsonTimestamp(seconds, 1), 1, 0, List.of(new Change.Noop("x")), null);
  }

  private void fill(int count) {
    for (int i = 0; i < count; i++) {
      oplog.append(entry(10 + 10 * i));
    }
  }

  @Test
  void findsTheFirstEntryAtOrAfterATime() {
    fill(3);
    assertThat(oplog.positionAtOrAfter(new BsonTimestamp(1, 0))).isEqualTo(0);
    assertThat(oplog.positionAtOrAfter(new BsonTimestamp(20, 1))).isEqualTo(1);
    assertThat(oplog.positionAtOrAfter(new BsonTimestamp(20, 2))).isEqualTo(2);
    assertThat(oplog.positionAtOrAfter(new BsonTimestamp(99, 0))).isEqualTo(3);
  }

  @Test
  void positionsStayWhenOlderEntriesAreForgotten() {
    fill(5000);
    OplogEntry kept = oplog.get(4321);
    oplog.forgetBefore(4000);
    assertThat(oplog.firstPosition()).isEqualTo(4000);
    assertThat(oplog.get(4321)).isSameAs(kept);
    assertThatThrownBy(() -> oplog.get(3999)).isInstanceOf(IndexOutOfBoundsException.class);
    oplog.forgetBefore(100);
    assertThat(oplog.firstPosition()).isEqualTo(4000);
  }

  @Test
  void takesBackItsEnd() {
    fill(4);
    oplog.rollBackTo(2);
    assertThat(oplog.endPosition()).isEqualTo(2);
    oplog.append(entry(25));
    assertThat(oplog.get(2).time().getTime()).isEqualTo(25);
  }

  @Test
  void timesMustAscend() {
    fill(2);
    assertThatThrownBy(() -> oplog.append(entry(20))).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void saysFromWhereOnItsEntriesAreNotTooLarge() {
    Oplog small = new Oplog(4 * EntrySize.of(entry(1)));
    for (int i = 0; i < 4; i++) {
      small.append(entry(10 + 10 * i));
    }
    assertThat(small.fittingFrom()).isZero();
    small.append(entry(60));
    small.append(entry(70));
    assertThat(small.fittingFrom()).isEqualTo(2);
    small.forgetBefore(2);
    assertThat(small.bytes()).isEqualTo(small.maxBytes());
    small.rollBackTo(3);
    assertThat(small.bytes()).isEqualTo(small.maxBytes() / 4);
  }

  @Test
  void alwaysHasRoomForTheNewestEntry() {
    Oplog tiny = new Oplog(1);
    tiny.append(entry(10));
    tiny.append(entry(20));
    assertThat(tiny.fittingFrom()).isEqualTo(1);
  }
}
