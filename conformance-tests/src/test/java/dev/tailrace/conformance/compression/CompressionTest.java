package dev.tailrace.conformance.compression;

import static org.assertj.core.api.Assertions.assertThat;

import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoCursor;
import com.mongodb.client.model.changestream.ChangeStreamDocument;
import dev.tailrace.engine.ChangeStreams;
import dev.tailrace.engine.Next;
import dev.tailrace.engine.WatchTarget;
import dev.tailrace.engine.face.BlockingChangeStream;
import dev.tailrace.fakeserver.FakeReplicaSet;
import dev.tailrace.wire.tcp.TcpTransport;
import java.io.IOException;
import java.util.List;
import java.util.stream.IntStream;
import org.bson.BsonInt32;
import org.bson.Document;
import org.bson.RawBsonDocument;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Each compressor, end to end: by whom a message went, and that it came through. */
class CompressionTest {

  private static final int EVENTS = 300;

  private static FakeReplicaSet set;

  @BeforeAll
  static void start() {
    set = FakeReplicaSet.start(1);
  }

  @AfterAll
  static void stop() {
    set.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"zlib", "snappy", "zstd"})
  void ourTransportCompresses(String compressor) throws IOException, InterruptedException {
    try (RecordingRelay relay = RecordingRelay.to(set.member(0).address())) {
      watchAndRead(relay.connectionString("compressors=" + compressor), "ours-" + compressor);

      assertThat(relay.commands())
          .contains(compressor + " aggregate", compressor + " getMore")
          .doesNotContain("aggregate", "getMore");
      assertOnlyHellosArePlain(relay, compressor);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"zlib", "snappy", "zstd"})
  void theOfficialDriverCompresses(String compressor) throws IOException {
    try (RecordingRelay relay = RecordingRelay.to(set.member(0).address());
        MongoClient driver =
            MongoClients.create(relay.connectionString("compressors=" + compressor))) {
      var orders = driver.getDatabase("shop").getCollection("driver-" + compressor);
      try (MongoCursor<ChangeStreamDocument<Document>> stream = orders.watch().cursor()) {
        orders.insertMany(documents());
        for (int i = 0; i < EVENTS; i++) {
          assertThat(stream.next().getDocumentKey()).containsEntry("_id", new BsonInt32(i));
        }
      }
      assertThat(relay.commands())
          .contains(compressor + " aggregate", compressor + " insert")
          .doesNotContain("aggregate", "insert");
      assertOnlyHellosArePlain(relay, compressor);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "'compressors=zstd,zlib', zstd",
    "'compressors=zlib,zstd', zlib",
    "'compressors=zlib&zlibCompressionLevel=9', zlib",
    "'compressors=lzma,snappy', snappy",
  })
  void theFirstOfOursThatTheServerKnowsIsUsed(String options, String compressor)
      throws IOException, InterruptedException {
    try (RecordingRelay relay = RecordingRelay.to(set.member(0).address())) {
      watchAndRead(relay.connectionString(options), "order-" + options.hashCode());
      assertThat(relay.commands()).contains(compressor + " aggregate");
    }
  }

  @Test
  void withoutTheOptionNothingIsCompressed() throws IOException, InterruptedException {
    try (RecordingRelay relay = RecordingRelay.to(set.member(0).address())) {
      watchAndRead(relay.connectionString("appName=plain"), "plain");
      assertThat(relay.commands()).contains("aggregate", "getMore");
      assertThat(relay.replies()).containsOnly("plain");
    }
  }

  private static void watchAndRead(String connectionString, String collection)
      throws InterruptedException {
    try (MongoClient driver = MongoClients.create(set.connectionString());
        TcpTransport transport = TcpTransport.connect(connectionString);
        BlockingChangeStream<RawBsonDocument> stream =
            ChangeStreams.watch(transport, WatchTarget.collection("shop", collection)).open()) {
      driver.getDatabase("shop").getCollection(collection).insertMany(documents());
      for (int i = 0; i < EVENTS; i++) {
        assertThat(stream.next()).isInstanceOf(Next.Event.class);
      }
    }
  }

  private static void assertOnlyHellosArePlain(RecordingRelay relay, String compressor) {
    assertThat(relay.commands())
        .allMatch(
            command ->
                command.startsWith(compressor + " ") || command.matches("hello|isMaster|ismaster"));
    assertThat(relay.replies()).contains(compressor).containsOnly(compressor, "plain");
  }

  private static List<Document> documents() {
    return IntStream.range(0, EVENTS)
        .mapToObj(i -> new Document("_id", i).append("text", "the same again ".repeat(50)))
        .toList();
  }
}
