package dev.tailrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.model.Filters;
import com.mongodb.client.model.Updates;
import dev.tailrace.cli.process.ServedSet;
import dev.tailrace.cli.process.TailraceProcess;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonTimestamp;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;

/** {@code tailrace watch} in one process, {@code serve} in another, the official driver writes. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class WatchProcessTest {

  private ServedSet set;
  private MongoClient client;
  private MongoCollection<BsonDocument> c;

  @BeforeAll
  void serve() {
    set = ServedSet.start();
    client = MongoClients.create(set.connectionString());
  }

  @AfterAll
  void end() {
    client.close();
    set.close();
  }

  @BeforeEach
  void useACollectionOfItsOwn(TestInfo test) {
    String name = test.getTestMethod().orElseThrow().getName();
    c = client.getDatabase("d").getCollection(name, BsonDocument.class);
  }

  @Test
  void twoRunsPrintEveryEventOnceAndInOrder() {
    List<Integer> ids = new ArrayList<>();
    String token;
    try (TailraceProcess watch = watch("--batch-size", "5")) {
      insert(0, 100);
      ids.add(id(watch.nextLine()));
      ids.add(id(watch.nextLine()));
      watch.signal("INT");
      assertThat(watch.exitStatus()).isZero();
      watch.restOfOutput().forEach(line -> ids.add(id(line)));
      token = watch.errorLine("go on with --resume-after ");
    }
    insert(100, 110);
    try (TailraceProcess watch = watch("--resume-after", token)) {
      while (ids.size() < 110) {
        ids.add(id(watch.nextLine()));
      }
      watch.signal("TERM");
      assertThat(watch.exitStatus()).isZero();
      assertThat(watch.restOfOutput()).isEmpty();
    }
    assertThat(ids).isEqualTo(IntStream.range(0, 110).boxed().toList());
  }

  @Test
  void aPipelineChoosesAndCanonicalJsonKeepsTypes() {
    try (TailraceProcess watch =
        watch("--canonical", "--pipeline", "[{$match: {operationType: 'delete'}}]")) {
      insert(1, 3);
      c.deleteOne(Filters.eq("_id", 2));
      assertThat(watch.nextLine())
          .contains("\"operationType\": \"delete\"")
          .contains("\"documentKey\": {\"_id\": {\"$numberInt\": \"2\"}}");
    }
  }

  @Test
  void looksFullDocumentsUp() {
    insert(1, 2);
    try (TailraceProcess watch = watch("--full-document", "updateLookup")) {
      c.updateOne(Filters.eq("_id", 1), Updates.set("x", "5 €"));
      BsonDocument event = BsonDocument.parse(watch.nextLine());
      assertThat(event.getString("operationType").getValue()).isEqualTo("update");
      assertThat(event.getDocument("fullDocument"))
          .isEqualTo(BsonDocument.parse("{_id: 1, x: '5 €'}"));
    }
  }

  @Test
  void startsAtAnOperationTime() {
    insert(1, 2);
    BsonTimestamp time =
        client
            .getDatabase("d")
            .runCommand(
                BsonDocument.parse(
                    "{insert: '%s', documents: [{_id: 2}]}"
                        .formatted(c.getNamespace().getCollectionName())),
                BsonDocument.class)
            .getTimestamp("operationTime");
    insert(3, 4);
    try (TailraceProcess watch = watch("--start-at", time.getTime() + "," + time.getInc())) {
      assertThat(id(watch.nextLine())).isEqualTo(2);
      assertThat(id(watch.nextLine())).isEqualTo(3);
    }
  }

  @Test
  void endsWhenWhatItWatchesIsGoneAndCanGoOnBehindThat() {
    insert(1, 2);
    String token;
    try (TailraceProcess watch = watch()) {
      c.drop();
      assertThat(watch.nextLine()).contains("\"operationType\": \"drop\"");
      assertThat(watch.nextLine()).contains("\"operationType\": \"invalidate\"");
      assertThat(watch.exitStatus()).isZero();
      token = watch.errorLine("go on with --start-after ");
    }
    insert(2, 3);
    try (TailraceProcess watch = watch("--start-after", token)) {
      assertThat(id(watch.nextLine())).isEqualTo(2);
    }
  }

  @Test
  void endsWhenNobodyReadsAnyMore() {
    try (TailraceProcess pipe = TailraceProcess.startPipedTo("head -1", arguments())) {
      pipe.errorLine("watching ");
      insert(0, 1);
      assertThat(id(pipe.nextLine())).isZero();
      for (int id = 1; !pipe.hasMore(); id++) {
        insert(id, id + 1); // The command can see that the pipe is closed only when it writes.
      }
      assertThat(pipe.nextLine()).isEqualTo("status 0");
    }
  }

  @Test
  void endsOnASignalBeforeTheStreamIsOpen() throws IOException {
    try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        TailraceProcess watch =
            TailraceProcess.start("watch", "mongodb://127.0.0.1:" + silent.getLocalPort());
        Socket connected = silent.accept()) {
      assertThat(connected.isConnected()).isTrue();
      watch.signal("INT");
      assertThat(watch.exitStatus()).isZero();
      assertThat(watch.restOfErrors())
          .containsExactly("connecting to 127.0.0.1:%d ...".formatted(silent.getLocalPort()));
    }
  }

  private TailraceProcess watch(String... options) {
    TailraceProcess watch = TailraceProcess.start(arguments(options));
    watch.errorLine("watching ");
    return watch;
  }

  private String[] arguments(String... options) {
    List<String> all = new ArrayList<>(List.of("watch", set.connectionString(), "--db", "d"));
    all.addAll(List.of("--collection", c.getNamespace().getCollectionName()));
    all.addAll(List.of(options));
    return all.toArray(String[]::new);
  }

  private void insert(int from, int to) {
    c.insertMany(
        IntStream.range(from, to)
            .mapToObj(id -> new BsonDocument("_id", new BsonInt32(id)))
            .toList());
  }

  private static int id(String line) {
    return BsonDocument.parse(line).getDocument("documentKey").getInt32("_id").getValue();
  }
}
