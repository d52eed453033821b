package dev.tailrace.conformance.driver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.mongodb.MongoBulkWriteException;
import com.mongodb.MongoCommandException;
import com.mongodb.client.ClientSession;
import com.mongodb.client.MongoChangeStreamCursor;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.MongoDatabase;
import com.mongodb.client.model.Filters;
import com.mongodb.client.model.ReplaceOptions;
import com.mongodb.client.model.changestream.ChangeStreamDocument;
import com.mongodb.client.model.changestream.OperationType;
import dev.tailrace.fakeserver.FakeReplicaSet;
import dev.tailrace.fakeserver.ServerVersion;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** The official synchronous driver takes the fake for a replica set. */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class SyncDriverTest {

  static final List<ServerVersion> versions = ServerVersion.ALL;

  private static FakeReplicaSet set(ServerVersion version, int members) {
    return FakeReplicaSet.builder().members(members).serverVersion(version).start();
  }

  private static BsonDocument json(String text) {
    return BsonDocument.parse(text);
  }

  private static MongoCollection<BsonDocument> collection(MongoClient client) {
    return client.getDatabase("d").getCollection("c", BsonDocument.class);
  }

  @ParameterizedTest
  @FieldSource("versions")
  void connectsWritesReadsAndWatches(ServerVersion version) {
    try (FakeReplicaSet set = set(version, 3);
        MongoClient client = MongoClients.create(set.connectionString())) {
      MongoCollection<BsonDocument> c = collection(client);
      try (MongoChangeStreamCursor<ChangeStreamDocument<BsonDocument>> stream =
          c.watch().cursor()) {
        c.insertOne(json("{_id: 1, x: 1}"));
        c.insertMany(List.of(json("{_id: 2}"), json("{_id: 3}")));
        c.replaceOne(Filters.eq("_id", 1), json("{y: 2}"));
        c.replaceOne(Filters.eq("_id", 9), json("{y: 9}"), new ReplaceOptions().upsert(true));
        c.deleteOne(Filters.eq("_id", 2));
        assertThat(c.find().into(new ArrayList<>()))
            .containsExactly(json("{_id: 1, y: 2}"), json("{_id: 3}"), json("{_id: 9, y: 9}"));
        assertThat(c.countDocuments()).isEqualTo(3);
        List<OperationType> types = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
          types.add(stream.next().getOperationType());
        }
        assertThat(types)
            .containsExactly(
                OperationType.INSERT,
                OperationType.INSERT,
                OperationType.INSERT,
                OperationType.REPLACE,
                OperationType.INSERT,
                OperationType.DELETE);
      }
    }
  }

  @ParameterizedTest
  @FieldSource("versions")
  void seesErrorsAsTheServerMakesThem(ServerVersion version) {
    try (FakeReplicaSet set = set(version, 1);
        MongoClient client = MongoClients.create(set.connectionString())) {
      MongoCollection<BsonDocument> c = collection(client);
      c.insertOne(json("{_id: 1}"));
      assertThatThrownBy(() -> c.insertMany(List.of(json("{_id: 2}"), json("{_id: 1}"))))
          .isInstanceOf(MongoBulkWriteException.class)
          .hasMessageContaining("E11000 duplicate key error collection: d.c index: _id_");
      MongoDatabase admin = client.getDatabase("admin");
      assertThatThrownBy(() -> admin.runCommand(json("{nosuchcommand: 1}")))
          .isInstanceOf(MongoCommandException.class)
          .hasMessageContaining("no such command: 'nosuchcommand'");
    }
  }

  @ParameterizedTest
  @FieldSource("versions")
  void aStreamSurvivesALostConnectionAKilledCursorAndAStepDown(ServerVersion version) {
    try (FakeReplicaSet set = set(version, 3);
        MongoClient client = MongoClients.create(set.connectionString())) {
      MongoCollection<BsonDocument> c = collection(client);
      try (MongoChangeStreamCursor<ChangeStreamDocument<BsonDocument>> stream =
          c.watch().cursor()) {
        List<Runnable> troubles =
            List.of(
                () -> set.faults().on("getMore").closeConnection(),
                set::killCursors,
                set::stepDown);
        for (int i = 0; i < troubles.size(); i++) {
          c.insertOne(new BsonDocument("_id", new BsonInt32(10 * i)));
          troubles.get(i).run();
          c.insertOne(new BsonDocument("_id", new BsonInt32(10 * i + 1)));
          assertThat(id(stream.next())).isEqualTo(10 * i);
          assertThat(id(stream.next())).isEqualTo(10 * i + 1);
        }
      }
      assertThat(set.history().commands("aggregate")).hasSizeGreaterThanOrEqualTo(3);
    }
  }

  private static int id(ChangeStreamDocument<BsonDocument> event) {
    return event.getDocumentKey().getInt32("_id").getValue();
  }

  @Test
  void databaseAndClusterStreamsSeeWhatTheyShould() {
    try (FakeReplicaSet set = set(ServerVersion.NEWEST, 1);
        MongoClient client = MongoClients.create(set.connectionString());
        var database = client.getDatabase("d").watch().cursor();
        var cluster = client.watch().cursor()) {
      client.getDatabase("other").getCollection("c", BsonDocument.class).insertOne(json("{}"));
      collection(client).insertOne(json("{_id: 1}"));
      assertThat(database.next().getNamespace().getFullName()).isEqualTo("d.c");
      assertThat(cluster.next().getNamespace().getFullName()).isEqualTo("other.c");
      assertThat(cluster.next().getNamespace().getFullName()).isEqualTo("d.c");
      assertThat(database.tryNext()).isNull();
    }
  }

  @ParameterizedTest
  @FieldSource("versions")
  void transactionsCommitAsOneAndAbortWithoutATrace(ServerVersion version) {
    try (FakeReplicaSet set = set(version, 1);
        MongoClient client = MongoClients.create(set.connectionString());
        ClientSession session = client.startSession()) {
      MongoCollection<BsonDocument> c = collection(client);
      c.insertOne(json("{_id: 0}"));
      try (MongoChangeStreamCursor<ChangeStreamDocument<BsonDocument>> stream =
          c.watch().cursor()) {
        session.startTransaction();
        c.insertOne(session, json("{_id: 1}"));
        session.abortTransaction();
        session.startTransaction();
        c.insertOne(session, json("{_id: 2}"));
        c.deleteOne(session, Filters.eq("_id", 0));
        assertThat(c.countDocuments()).isEqualTo(1);
        session.commitTransaction();
        ChangeStreamDocument<BsonDocument> first = stream.next();
        ChangeStreamDocument<BsonDocument> second = stream.next();
        assertThat(first.getOperationType()).isEqualTo(OperationType.INSERT);
        assertThat(second.getOperationType()).isEqualTo(OperationType.DELETE);
        assertThat(first.getClusterTime()).isEqualTo(second.getClusterTime());
        assertThat(first.getTxnNumber()).isEqualTo(second.getTxnNumber()).isNotNull();
      }
    }
  }

  @Test
  void aStandaloneHasNoChangeStreams() {
    try (FakeReplicaSet set = FakeReplicaSet.builder().standalone().start();
        MongoClient client = MongoClients.create(set.connectionString())) {
      collection(client).insertOne(json("{_id: 1}"));
      assertThatThrownBy(() -> collection(client).watch().cursor())
          .isInstanceOf(MongoCommandException.class)
          .hasMessageContaining("40573");
    }
  }
}
