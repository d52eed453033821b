package dev.tailrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.mongodb.client.MongoChangeStreamCursor;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.model.changestream.ChangeStreamDocument;
import dev.tailrace.fakeserver.FakeReplicaSet;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** {@code tailrace demo}: the verdict is what happened, good or bad. */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class DemoCommandTest {

  @Test
  void accountsForEveryEvent() {
    Run run = Run.of("demo", "--events", "500", "--seed", "7");

    assertThat(run.err()).isEmpty();
    assertThat(run.out())
        .contains("; 500 writes, seed 7")
        .containsPattern("(?m)^lost +0$")
        .containsPattern("(?m)^repeated +0$")
        .containsPattern("(?m)^out of order +0$")
        .containsPattern("(?m)^delivered +[45]\\d\\d$")
        .contains("every event came once, and in order");
    assertThat(run.status()).isZero();
  }

  @Test
  void countsFaultsByTheirKind() {
    Run run = Run.of("demo", "--events", "2000", "--seed", "2");

    List<String> lines = run.out().lines().dropWhile(line -> !line.startsWith("faults ")).toList();
    int faults = Integer.parseInt(lines.get(0).replace("faults", "").strip());
    List<String> kinds =
        lines.stream().skip(1).takeWhile(line -> line.matches("  \\d+ x [a-z ]+")).toList();
    assertThat(kinds).hasSizeBetween(1, faults);
    assertThat(kinds.stream().mapToInt(line -> Integer.parseInt(line.replaceAll("\\D", ""))).sum())
        .isEqualTo(faults);
    assertThat(lines.get(1 + kinds.size())).startsWith("time ");
  }

  @Test
  void speaksAsItIsToldTo() {
    Run run =
        Run.of("demo", "--events", "500", "--tls", "--auth", "--compress", "zstd", "--seed", "7");

    assertThat(run.err()).isEmpty();
    assertThat(run.out())
        .containsPattern("(?m)^lost +0$")
        .containsPattern("(?m)^repeated +0$")
        .containsPattern("(?m)^out of order +0$")
        .contains("every event came once, and in order")
        .doesNotContain("NOT in use");
    assertThat(run.status()).isZero();
    long connections = number(run, "connections +([\\d,]+)");
    long messages = number(run, "messages +([\\d,]+)");
    String ofConnections = " of %,d ".formatted(connections);
    assertThat(number(run, "  ([\\d,]+)" + ofConnections + "by TLSv1.3"))
        .isBetween(1L, connections);
    assertThat(
            number(
                run,
                "  ([\\d,]+)"
                    + ofConnections
                    + "authenticated by SCRAM-SHA-256; the rest check a server, which takes no user,"
                    + " or were cut off"))
        .isBetween(1L, connections - 1);
    assertThat(number(run, "  ([\\d,]+) of %,d compressed by zstd".formatted(messages)))
        .isBetween(messages / 2, messages);
  }

  @Test
  void saysNothingOfWhatIsNotInUse() {
    assertThat(Run.of("demo", "--events", "1").out())
        .contains("connections ")
        .doesNotContain("TLS", "SCRAM", "compressed");
  }

  private static long number(Run run, String line) {
    Matcher found = Pattern.compile("(?m)^" + line + "$").matcher(run.out());
    assertThat(found.find()).as(line + " in " + run.out()).isTrue();
    return Long.parseLong(found.group(1).replace(",", ""));
  }

  @Test
  void speaksOfASingleWrite() {
    assertThat(Run.of("demo", "--events", "1").out()).contains("; 1 write, seed 1");
  }

  @Test
  void failsWhenSomebodyElseMakesAnEventLookRepeated() {
    try (FakeReplicaSet set = FakeReplicaSet.start(1);
        MongoClient client = MongoClients.create(set.connectionString());
        MongoChangeStreamCursor<ChangeStreamDocument<BsonDocument>> stream =
            client.watch(BsonDocument.class).cursor()) {
      CompletableFuture<Void> forgery =
          CompletableFuture.runAsync(() -> repeat(client, stream.next()));
      Run run = Run.of("demo", "--events", "1000", "--uri", set.connectionString());
      forgery.join();

      assertThat(run.out())
          .containsPattern("(?m)^  repeated: .*\"forged\"")
          .containsPattern("(?m)^lost +0$")
          .containsPattern("(?m)^repeated +1$")
          .contains("NOT every event is accounted for");
      assertThat(run.status()).isEqualTo(1);
    }
  }

  /** Writes a document that shows the same number as the first one of the demonstration. */
  private static void repeat(MongoClient client, ChangeStreamDocument<BsonDocument> first) {
    client
        .getDatabase(first.getNamespace().getDatabaseName())
        .getCollection(first.getNamespace().getCollectionName(), BsonDocument.class)
        .insertOne(BsonDocument.parse("{_id: 'forged'}").append("n", new BsonInt32(0)));
  }
}
