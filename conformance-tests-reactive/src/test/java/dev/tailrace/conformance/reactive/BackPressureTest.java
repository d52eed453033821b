package dev.tailrace.conformance.reactive;

import static org.assertj.core.api.Assertions.assertThat;

import com.mongodb.client.model.changestream.ChangeStreamDocument;
import com.mongodb.reactivestreams.client.MongoCollection;
import dev.tailrace.cli.process.ServedSet;
import java.util.concurrent.TimeUnit;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A subscriber gets what it asks for and no more, and its cursor ends with it. */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class BackPressureTest {

  /** A getMore that waits for events is not cut short when its subscriber cancels. */
  private static final long MAX_AWAIT_MILLIS = 100;

  @Test
  void deliversWhatIsAskedForAndKillsTheCursorOfWhoCancels() {
    try (ServedSet set = ServedSet.start();
        ReactiveDriver driver = new ReactiveDriver(set.connectionString())) {
      MongoCollection<BsonDocument> c = driver.driverCollection("d", "c");
      Demand<ChangeStreamDocument<BsonDocument>> some = watch(c);
      Demand<ChangeStreamDocument<BsonDocument>> witness = watch(c);
      some.request(1);
      long cursor = driver.cursors().awaitOpened();
      witness.request(Long.MAX_VALUE);
      long witnessCursor = driver.cursors().awaitOpened();

      for (int id = 0; id < 4; id++) {
        Demand.only(c.insertOne(new BsonDocument("_id", new BsonInt32(id))));
        assertThat(id(witness)).isEqualTo(id);
      }
      assertThat(id(some)).isEqualTo(0);
      assertThat(some.waiting()).isZero();

      some.request(2);
      assertThat(id(some)).isEqualTo(1);
      assertThat(id(some)).isEqualTo(2);
      assertThat(some.waiting()).isZero();

      some.cancel();
      assertThat(driver.cursors().awaitKilled()).isEqualTo(cursor);
      assertThat(some.waiting()).isZero();

      Demand.only(c.insertOne(new BsonDocument("_id", new BsonInt32(4))));
      assertThat(id(witness)).isEqualTo(4);
      witness.cancel();
      assertThat(driver.cursors().awaitKilled()).isEqualTo(witnessCursor);
    }
  }

  private static Demand<ChangeStreamDocument<BsonDocument>> watch(
      MongoCollection<BsonDocument> collection) {
    return Demand.on(
        collection.watch(BsonDocument.class).maxAwaitTime(MAX_AWAIT_MILLIS, TimeUnit.MILLISECONDS));
  }

  private static int id(Demand<ChangeStreamDocument<BsonDocument>> events) {
    return events.next().getDocumentKey().getInt32("_id").getValue();
  }
}
