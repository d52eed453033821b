package dev.tailrace.fakeserver.command;

import static dev.tailrace.fakeserver.Conversation.code;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeout;

import dev.tailrace.fakeserver.Conversation;
import dev.tailrace.fakeserver.FakeReplicaSet;
import java.time.Duration;
import java.util.List;
import org.bson.BsonArray;
import org.bson.BsonDateTime;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonString;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TimeSeriesTest {

  private static final String CREATE =
      "{create: 't', timeseries: {timeField: 'at', metaField: 'who'}}";

  private static final String DAY = "{$date: '2024-05-06T07:08:09Z'}";
  private static final String NEXT_DAY = "{$date: '2024-05-07T07:08:09Z'}";

  private static void insert(Conversation client) throws InterruptedException {
    BsonDocument reply =
        client.ok(
            ("{insert: 't', documents: [{_id: 1, who: 'a', at: %s, v: 1}, {_id: 2, at: %s, who: 'a',"
                    + " v: 5}, {_id: 3, at: %s, who: 'b'}, {_id: 4, who: 'a', at: %s}]}")
                .formatted(DAY, DAY, DAY, NEXT_DAY));
    assertThat(reply.getInt32("n").getValue()).isEqualTo(4);
  }

  private static List<BsonDocument> batch(BsonDocument reply) {
    return reply.getDocument("cursor").getArray("firstBatch").stream()
        .map(value -> value.asDocument())
        .toList();
  }

  @ParameterizedTest
  @ValueSource(strings = {"5.0", "8.2"})
  void areReadAsTheyWereWritten(String release) throws InterruptedException {
    Conversation.on(
        release,
        client -> {
          client.ok(CREATE);
          insert(client);
          assertThat(batch(client.ok("{find: 't', sort: {_id: 1}, limit: 2}")))
              .containsExactly(
                  BsonDocument.parse("{at: " + DAY + ", who: 'a', _id: 1, v: 1}"),
                  BsonDocument.parse("{at: " + DAY + ", who: 'a', _id: 2, v: 5}"));
          assertThat(client.ok("{count: 't'}").getInt32("n").getValue()).isEqualTo(4);
          assertThat(
                  batch(
                      client.ok(
                          "{aggregate: 't', cursor: {}, pipeline: [{$group: {_id: '$who', n: {$sum:"
                              + " 1}}}, {$sort: {_id: 1}}]}")))
              .containsExactly(
                  BsonDocument.parse("{_id: 'a', n: 3}"), BsonDocument.parse("{_id: 'b', n: 1}"));
        });
  }

  @Test
  void areKeptInBucketsOfWhatBelongsTogether() throws InterruptedException {
    Conversation.on(
        "8.2",
        client -> {
          client.ok(CREATE);
          insert(client);
          List<BsonDocument> buckets = batch(client.ok("{find: 'system.buckets.t'}"));
          assertThat(buckets).hasSize(3);
          BsonDocument first = buckets.get(0);
          assertThat(first.keySet()).containsExactly("_id", "control", "meta", "data");
          assertThat(first.getDocument("control").getDocument("min"))
              .isEqualTo(BsonDocument.parse("{_id: 1, at: {$date: '2024-05-06T07:08:00Z'}, v: 1}"));
          assertThat(first.getDocument("control").getDocument("max"))
              .isEqualTo(BsonDocument.parse("{_id: 2, at: " + DAY + ", v: 5}"));
          assertThat(first.getDocument("data").getDocument("v"))
              .isEqualTo(BsonDocument.parse("{'0': 1, '1': 5}"));
        });
  }

  @Test
  void theOrderOfFieldsInWhatIsSharedIsNoMatter() throws InterruptedException {
    Conversation.on(
        "8.2",
        client -> {
          client.ok(CREATE);
          client.ok(
              ("{insert: 't', documents: [{_id: 1, at: %s, who: {b: 1, a: 1}}, {_id: 2, at: %s,"
                      + " who: {a: 1, b: 1}}]}")
                  .formatted(DAY, DAY));
          assertThat(client.ok("{count: 'system.buckets.t'}").getInt32("n").getValue()).isOne();
          assertThat(batch(client.ok("{find: 't'}")).get(0).getDocument("who").keySet())
              .containsExactly("a", "b");
        });
  }

  @ParameterizedTest
  @CsvSource({"5.0, 40, 1, 1", "5.0, 1000, 300, 3", "5.0, 60000, 20, 10", "8.2, 60000, 20, 2"})
  void aBucketHoldsNoMoreThanSoManyBytes(String release, int size, int count, int buckets)
      throws InterruptedException {
    Conversation.on(
        release,
        client -> {
          client.ok(CREATE);
          String text = "x".repeat(size);
          StringBuilder documents = new StringBuilder();
          for (int i = 0; i < count; i++) {
            documents.append(documents.isEmpty() ? "" : ",");
            documents.append("{_id: %d, at: %s, v: '%s'}".formatted(i, DAY, text));
          }
          client.ok("{insert: 't', documents: [" + documents + "]}");
          assertThat(client.ok("{count: 'system.buckets.t'}").getInt32("n").getValue())
              .isEqualTo(buckets);
          assertThat(client.ok("{count: 't'}").getInt32("n").getValue()).isEqualTo(count);
        });
  }

  @Test
  void manyBucketsTakeNoLongerThanAsMany() throws InterruptedException {
    Conversation.on(
        "8.2",
        client -> {
          client.ok(CREATE);
          BsonArray documents = new BsonArray();
          for (int i = 0; i < 50_000; i++) {
            documents.add(
                new BsonDocument("_id", new BsonInt32(i))
                    .append("at", new BsonDateTime(i * 86_400_000L))
                    .append("who", new BsonInt32(i % 2)));
          }
          BsonDocument insert =
              new BsonDocument("insert", new BsonString("t")).append("documents", documents);
          BsonDocument reply =
              assertTimeout(Duration.ofSeconds(20), () -> client.connection().command("d", insert));
          assertThat(reply.getInt32("n").getValue()).isEqualTo(50_000);
        });
  }

  @Test
  void aViewOfBucketsThatAreNotThereTakesNoMeasurements() throws InterruptedException {
    Conversation.on(
        "8.2",
        client -> {
          client.ok("{create: 'v', viewOn: 'system.buckets.nothing', pipeline: []}");
          String insert = "{insert: 'v', documents: [{at: " + DAY + "}]}";
          BsonDocument refusal = client.run(insert);
          assertThat(code(refusal)).isEqualTo(26);
          assertThat(refusal.getString("errmsg").getValue())
              .isEqualTo("Could not find time-series buckets collection for write");
          assertThat(batch(client.ok("{find: 'v'}"))).isEmpty();
          client.ok("{drop: 'v'}");
        });
  }

  @Test
  void streamsSeeThemMadeButNotFilled() throws InterruptedException {
    Conversation.on(
        "8.2",
        client -> {
          BsonDocument expanded = client.watch("", "{showExpandedEvents: true}");
          BsonDocument plain = client.watch("", "{}");
          client.ok(CREATE);
          insert(client);
          List<BsonDocument> events = client.events(expanded);
          assertThat(events).hasSize(1);
          BsonDocument create = events.get(0);
          assertThat(create.getString("operationType").getValue()).isEqualTo("create");
          assertThat(create.getDocument("ns"))
              .isEqualTo(BsonDocument.parse("{db: 'd', coll: 't'}"));
          assertThat(create.getString("nsType").getValue()).isEqualTo("timeseries");
          assertThat(create.getDocument("operationDescription"))
              .isEqualTo(
                  BsonDocument.parse(
                      "{viewOn: 'system.buckets.t', pipeline: [{$_internalUnpackBucket: {timeField:"
                          + " 'at', metaField: 'who', bucketMaxSpanSeconds: 3600}}]}"));
          assertThat(client.events(plain)).isEmpty();
          BsonDocument refusal =
              client.run("{aggregate: 't', pipeline: [{$changeStream: {}}], cursor: {}}");
          assertThat(code(refusal)).isEqualTo(166);
          assertThat(refusal.getString("errmsg").getValue())
              .isEqualTo("Namespace d.t is a timeseries collection");
        });
  }

  @Test
  void aMeasurementHasATime() throws InterruptedException {
    Conversation.on(
        "8.2",
        client -> {
          client.ok(CREATE);
          BsonDocument reply =
              client.ok(
                  "{insert: 't', documents: [{at: %s}, {at: 5}, {at: %s}]}".formatted(DAY, DAY));
          assertThat(reply.getInt32("n").getValue()).isEqualTo(1);
          BsonDocument error = reply.getArray("writeErrors").get(0).asDocument();
          assertThat(error.getInt32("index").getValue()).isEqualTo(1);
          assertThat(error.getString("errmsg").getValue())
              .isEqualTo("'at' must be present and contain a valid BSON UTC datetime value");
        });
  }

  @Test
  void areListedAndDroppedWithTheirBuckets() throws InterruptedException {
    Conversation.on(
        "8.2",
        client -> {
          client.ok(CREATE);
          BsonDocument listed =
              batch(client.ok("{listCollections: 1, filter: {name: 't'}}")).get(0);
          assertThat(listed.getString("type").getValue()).isEqualTo("timeseries");
          assertThat(listed.getDocument("options"))
              .isEqualTo(
                  BsonDocument.parse(
                      "{timeseries: {timeField: 'at', metaField: 'who', granularity: 'seconds',"
                          + " bucketMaxSpanSeconds: 3600}}"));
          client.ok("{drop: 't'}");
          assertThat(batch(client.ok("{listCollections: 1}")))
              .extracting(each -> each.getString("name").getValue())
              .containsExactly("system.views");
        });
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{collMod: 't', timeseries: {granularity: 'hours'}}",
        "{createIndexes: 't', indexes: [{key: {a: 1}, name: 'a'}]}",
        "{findAndModify: 't', query: {}, remove: true}"
      })
  void theRestIsRefused(String command) throws InterruptedException {
    Conversation.on(
        "8.2",
        client -> {
          client.ok(CREATE);
          assertThat(code(client.run(command))).isEqualTo(238);
        });
  }

  @Test
  void expireByTheBucket() throws InterruptedException {
    try (FakeReplicaSet set = FakeReplicaSet.builder().virtualTime().start();
        Conversation client = new Conversation(set, 0, "d")) {
      client.ok("{create: 't', timeseries: {timeField: 'at'}, expireAfterSeconds: 60}");
      client.ok(
          "{insert: 't', documents: [{at: {$date: '2001-01-01T00:00:00Z'}}, {at: {$date: {$numberLong:"
              + " '%d'}}}]}".formatted(set.clock().wallMillis()));
      set.clock().advance(Duration.ofMinutes(3));
      assertThat(client.ok("{count: 't'}").getInt32("n").getValue()).isEqualTo(1);
      set.clock().advance(Duration.ofMinutes(70));
      assertThat(client.ok("{count: 't'}").getInt32("n").getValue()).isZero();
    }
  }
}
