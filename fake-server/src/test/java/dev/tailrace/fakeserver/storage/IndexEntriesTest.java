package dev.tailrace.fakeserver.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import org.bson.BsonInt32;
import org.junit.jupiter.api.Test;

class IndexEntriesTest {

  private record Edit(int key, boolean isRemoval) {}

  /** Rounds of edits, few keys and many, so that leaves fill, split and empty. */
  @Provide
  Arbitrary<List<List<Edit>>> rounds() {
    Arbitrary<Integer> keys =
        Arbitraries.oneOf(Arbitraries.integers().between(0, 300), Arbitraries.integers());
    Arbitrary<Edit> edits =
        Combinators.combine(keys, Arbitraries.frequency(tuple(3, false), tuple(2, true)))
            .as(Edit::new);
    return edits.list().ofMaxSize(200).list().ofMaxSize(8);
  }

  private static Tuple.Tuple2<Integer, Boolean> tuple(int weight, boolean value) {
    return Tuple.of(weight, value);
  }

  @Property(tries = 200)
  void holdWhatAMapHolds(@ForAll("rounds") List<List<Edit>> rounds) {
    IndexEntries entries = IndexEntries.empty();
    TreeMap<Integer, Long> expected = new TreeMap<>();
    long recordId = 0;
    for (List<Edit> round : rounds) {
      IndexEntries before = entries;
      TreeMap<Integer, Long> expectedBefore = new TreeMap<>(expected);
      IndexEntries.Editor editor = entries.edit();
      for (Edit edit : round) {
        if (edit.isRemoval()) {
          editor.remove(key(edit.key()));
          expected.remove(edit.key());
        } else {
          assertThat(editor.put(key(edit.key()), ++recordId))
              .isEqualTo(expected.putIfAbsent(edit.key(), recordId));
        }
      }
      entries = editor.done();
      requireSame(entries, expected, round);
      requireSame(before, expectedBefore, round);
    }
  }

  private static void requireSame(
      IndexEntries entries, Map<Integer, Long> expected, List<Edit> round) {
    expected.forEach((key, recordId) -> assertThat(entries.get(key(key))).isEqualTo(recordId));
    for (Edit edit : round) {
      assertThat(entries.get(key(edit.key()))).isEqualTo(expected.get(edit.key()));
    }
  }

  @Test
  void keysThatAscendAreAllFound() {
    IndexEntries.Editor editor = IndexEntries.empty().edit();
    for (int i = 0; i < 1_000; i++) {
      assertThat(editor.put(key(i), i)).isNull();
    }
    IndexEntries entries = editor.done();
    for (int i = 0; i < 1_000; i++) {
      assertThat(entries.get(key(i))).isEqualTo(i);
    }
    assertThat(entries.get(key(-1))).isNull();
    assertThat(entries.get(key(1_000))).isNull();
  }

  private static IndexKey key(int value) {
    return IndexKey.of(List.of(new BsonInt32(value)));
  }
}
