package dev.tailrace.fakeserver.storage;

import static org.assertj.core.api.Assertions.assertThat;

import org.bson.BsonDocument;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which statements of a retryable write were done. */
class RetryRecordTest {

  private static final BsonDocument RESULT = new BsonDocument();

  @ParameterizedTest
  @ValueSource(ints = {0, 7, Integer.MAX_VALUE - 2, Integer.MAX_VALUE})
  void countsWhatWasDoneOfARange(int first) {
    RetryRecord record = RetryRecord.begun(1).with(first, 3, RESULT).with(first + 4, RESULT);

    assertThat(record.countDone(first, 5)).isEqualTo(4);
    assertThat(record.countDone(first + 3, 1)).isZero();
    assertThat(record.countDone(first - 1, 2)).isEqualTo(1);
    assertThat(record.result(first + 2)).isSameAs(RESULT);
    assertThat(record.result(first + 3)).isNull();
  }

  @Test
  void nothingWasDoneYet() {
    assertThat(RetryRecord.begun(1).countDone(0, 1000)).isZero();
  }
}
