package dev.tailrace.fakeserver.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.bson.BsonDocument;
import org.bson.BsonInt64;
import org.bson.RawBsonDocument;

class RecordsTest {

  /** A step is how many documents come at once; a negative one takes or replaces that many. */
  @Property(tries = 200)
  void holdWhatAMapHolds(
      @ForAll @Size(max = 20) List<@IntRange(min = -150, max = 200) Integer> steps) {
    Records records = Records.empty();
    TreeMap<Long, RawBsonDocument> expected = new TreeMap<>();
    long nextId = 1;
    for (int step : steps) {
      Records before = records;
      TreeMap<Long, RawBsonDocument> expectedBefore = new TreeMap<>(expected);
      if (step >= 0) {
        List<NewDocument> added = new ArrayList<>();
        for (long id = nextId; id < nextId + step; id++) {
          added.add(NewDocument.of(document(id)));
          expected.put(id, added.get(added.size() - 1).document());
        }
        records = records.plus(nextId, added);
        nextId += step;
      } else {
        for (long id :
            List.copyOf(expected.keySet()).subList(0, Math.min(-step, expected.size()))) {
          if (id % 5 == 0) {
            expected.put(id, document(-id));
            records = records.replace(id, document(-id));
          } else {
            expected.remove(id);
            records = records.minus(id);
          }
        }
      }
      requireSame(records, expected, nextId);
      requireSame(before, expectedBefore, nextId);
    }
  }

  private static void requireSame(
      Records records, NavigableMap<Long, RawBsonDocument> expected, long nextId) {
    assertThat(records.size()).isEqualTo(expected.size());
    assertThat(records.ascending().toList()).isEqualTo(List.copyOf(expected.entrySet()));
    assertThat(records.descending().toList())
        .isEqualTo(List.copyOf(expected.descendingMap().entrySet()));
    for (long id = 0; id <= nextId; id += 7) {
      assertThat(records.get(id)).isEqualTo(expected.get(id));
      assertThat(records.after(id).map(Map.Entry::getKey).toList())
          .isEqualTo(List.copyOf(expected.tailMap(id, false).keySet()));
    }
  }

  private static RawBsonDocument document(long id) {
    return RawDocuments.of(new BsonDocument("_id", new BsonInt64(id)));
  }
}
