package dev.tailrace.cli.served;

import static org.assertj.core.api.Assertions.assertThat;

import com.mongodb.ReadPreference;
import com.mongodb.client.model.Filters;
import com.mongodb.client.model.Updates;
import dev.tailrace.cli.process.ServedSet;
import dev.tailrace.cli.served.DriverUnderTest.Collection;
import dev.tailrace.cli.served.DriverUnderTest.EventStream;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonString;
import org.bson.BsonValue;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;

/**
 * An official driver takes what {@code tailrace serve --members 3} runs for a replica set. One set
 * serves all tests of a driver; each has a client and a database of its own.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(value = 2, unit = TimeUnit.MINUTES)
public abstract class DriverContract {

  private static final BsonDocument HELLO = BsonDocument.parse("{hello: 1}");

  private ServedSet set;
  private DriverUnderTest driver;
  private String database;

  /** Connects the driver; with nothing set that its users would not set. */
  protected abstract DriverUnderTest connect(String connectionString);

  /** Where the set is. */
  protected final String connectionString() {
    return set.connectionString();
  }

  @BeforeAll
  final void serve() {
    set = ServedSet.start("--members", "3");
  }

  @AfterAll
  final void end() {
    set.close();
  }

  @BeforeEach
  final void connect(TestInfo test) {
    driver = connect(set.connectionString());
    database = test.getTestMethod().orElseThrow().getName();
  }

  @AfterEach
  final void disconnect() {
    driver.close();
  }

  @Test
  void findsAPrimaryAndSecondariesWhereTheFirstLineSays() {
    BsonDocument primary = driver.run("admin", HELLO, ReadPreference.primary());
    BsonDocument secondary = driver.run("admin", HELLO, ReadPreference.secondary());

    assertThat(primary.getBoolean("isWritablePrimary").getValue()).isTrue();
    assertThat(secondary.getBoolean("secondary").getValue()).isTrue();
    assertThat(secondary.getString("primary")).isEqualTo(primary.getString("me"));
    assertThat(primary.getArray("hosts"))
        .containsExactlyElementsOf(
            set.addresses().stream().map(address -> (BsonValue) new BsonString(address)).toList());
  }

  @Test
  void writesAndReads() {
    Collection c = driver.collection(database, "c");

    c.insertOne(json("{_id: 1, x: 1}"));
    c.insertMany(List.of(json("{_id: 2, x: 2}"), json("{_id: 3, x: 3}"), json("{_id: 4, x: 4}")));
    assertThat(c.updateOne(Filters.eq("_id", 2), Updates.inc("x", 20))).isEqualTo(1);
    assertThat(c.replaceOne(Filters.eq("_id", 3), json("{y: 3}"))).isEqualTo(1);
    assertThat(c.deleteOne(Filters.eq("_id", 4))).isEqualTo(1);
    assertThat(c.deleteOne(Filters.eq("_id", 4))).isZero();

    assertThat(c.find(Filters.empty()))
        .containsExactly(json("{_id: 1, x: 1}"), json("{_id: 2, x: 22}"), json("{_id: 3, y: 3}"));
    assertThat(c.find(Filters.gt("x", 1))).containsExactly(json("{_id: 2, x: 22}"));
  }

  @Test
  void watchesACollectionADatabaseAndTheCluster() {
    try (EventStream ofCollection = driver.watch(database, "c", null);
        EventStream ofDatabase = driver.watch(database);
        EventStream ofCluster = driver.watch()) {
      driver.collection(database + "_other", "c").insertOne(json("{_id: 1}"));
      driver.collection(database, "other").insertOne(json("{_id: 2}"));
      driver.collection(database, "c").insertOne(json("{_id: 3}"));
      driver.collection(database, "c").deleteOne(Filters.eq("_id", 3));

      List<String> events =
          List.of(
              "insert %s_other.c 1".formatted(database),
              "insert %s.other 2".formatted(database),
              "insert %s.c 3".formatted(database),
              "delete %s.c 3".formatted(database));
      assertThat(next(ofCluster, 4)).isEqualTo(events);
      assertThat(next(ofDatabase, 3)).isEqualTo(events.subList(1, 4));
      assertThat(next(ofCollection, 2)).isEqualTo(events.subList(2, 4));
    }
  }

  @Test
  void goesOnBehindAToken() {
    Collection c = driver.collection(database, "c");
    BsonDocument token;
    try (EventStream stream = driver.watch(database, "c", null)) {
      insert(c, 0, 3);
      assertThat(stream.next().id()).isEqualTo(0);
      token = stream.next().token();
    }
    insert(c, 3, 5);

    try (EventStream stream = driver.watch(database, "c", token)) {
      assertThat(ids(stream, 3)).containsExactly(2, 3, 4);
    }
  }

  @Test
  void survivesAStepDown() {
    Collection c = driver.collection(database, "c");
    try (EventStream stream = driver.watch(database, "c", null)) {
      insert(c, 0, 10);
      assertThat(ids(stream, 5)).isEqualTo(range(0, 5));
      BsonValue before = primary();

      driver.run("admin", json("{replSetStepDown: 60, force: true}"), ReadPreference.primary());
      insert(c, 10, 20);

      assertThat(primary()).isNotEqualTo(before);
      assertThat(ids(stream, 15)).isEqualTo(range(5, 20));
      assertThat(c.find(Filters.empty())).hasSize(20);
    }
  }

  private BsonValue primary() {
    return driver.run("admin", HELLO, ReadPreference.primary()).getString("me");
  }

  private static void insert(Collection collection, int from, int to) {
    for (int id = from; id < to; id++) {
      collection.insertOne(new BsonDocument("_id", new BsonInt32(id)));
    }
  }

  private static List<Integer> ids(EventStream stream, int count) {
    List<Integer> ids = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      ids.add(stream.next().id());
    }
    return ids;
  }

  private static List<String> next(EventStream stream, int count) {
    List<String> events = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      events.add(stream.next().inShort());
    }
    return events;
  }

  private static List<Integer> range(int from, int to) {
    return IntStream.range(from, to).boxed().toList();
  }

  private static BsonDocument json(String text) {
    return BsonDocument.parse(text);
  }
}
