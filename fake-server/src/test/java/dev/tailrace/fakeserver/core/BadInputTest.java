package dev.tailrace.fakeserver.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.fakeserver.Conversation;
import dev.tailrace.fakeserver.FakeReplicaSet;
import dev.tailrace.fakeserver.ServerVersion;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.constraints.LongRange;
import org.bson.BsonArray;
import org.bson.BsonBinary;
import org.bson.BsonBoolean;
import org.bson.BsonDocument;
import org.bson.BsonDouble;
import org.bson.BsonInt32;
import org.bson.BsonInt64;
import org.bson.BsonMaxKey;
import org.bson.BsonNull;
import org.bson.BsonRegularExpression;
import org.bson.BsonString;
import org.bson.BsonTimestamp;
import org.bson.BsonValue;

/** Commands with anything in any field never crash the core, and always get an answer. */
class BadInputTest {

  private static final List<String> COMMANDS =
      List.of(
          "{insert: 'c', documents: [{_id: 1, a: {b: 1}}], ordered: true}",
          "{update: 'c', updates: [{q: {_id: 1}, u: {$set: {a: 1}}, multi: false, upsert: true}]}",
          "{delete: 'c', deletes: [{q: {_id: 1}, limit: 1}]}",
          "{findAndModify: 'c', query: {_id: 1}, update: {$set: {a: 1}}, new: true, fields: {a: 1}}",
          "{find: 'c', filter: {a: 1}, sort: {a: 1}, projection: {a: 1}, skip: 1, limit: 2}",
          "{count: 'c', query: {a: 1}, limit: 1, skip: 1}",
          "{distinct: 'c', key: 'a', query: {a: 1}}",
          "{aggregate: 'c', pipeline: [{$changeStream: {fullDocument: 'updateLookup',"
              + " resumeAfter: {_data: '82'}}}], cursor: {batchSize: 1}}",
          "{getMore: {$numberLong: '7'}, collection: 'c', batchSize: 1, maxTimeMS: 5}",
          "{killCursors: 'c', cursors: [{$numberLong: '7'}]}",
          "{create: 'x', capped: true, size: 100, max: 5, validator: {a: 1}}",
          "{createIndexes: 'c', indexes: [{key: {a: 1}, name: 'a', unique: true}]}",
          "{dropIndexes: 'c', index: 'a'}",
          "{collMod: 'c', index: {name: 'a', hidden: true}}",
          "{listCollections: 1, filter: {name: 'c'}, cursor: {batchSize: 1}}",
          "{listIndexes: 'c', cursor: {batchSize: 1}}",
          "{hello: 1, helloOk: true, client: {application: {name: 'x'}}}",
          "{endSessions: [{id: {$binary: {base64: 'AAAAAAAAQACAAAAAAAAAAQ==', subType: '04'}}}]}",
          "{renameCollection: 'd.c', to: 'd.y', dropTarget: true}",
          "{configureFailPoint: 'failCommand', mode: {times: 1}, data: {failCommands: ['none'],"
              + " errorCode: 5}}",
          "{explain: {find: 'c', filter: {}}}",
          "{getParameter: 1, logLevel: 1}",
          "{setParameter: 1, logLevel: 1}",
          "{replSetFreeze: 1}");

  private static final List<BsonValue> ANYTHING =
      List.of(
          BsonNull.VALUE,
          new BsonInt32(-1),
          new BsonInt32(Integer.MAX_VALUE),
          new BsonInt64(Long.MIN_VALUE),
          new BsonDouble(Double.NaN),
          new BsonDouble(1e300),
          new BsonString(""),
          new BsonString("$a.b\0c"),
          BsonBoolean.TRUE,
          new BsonDocument(),
          BsonDocument.parse("{$a: {'': [1]}}"),
          new BsonArray(),
          new BsonArray(List.of(new BsonArray(List.of(new BsonInt32(1))))),
          new BsonTimestamp(1, 1),
          new BsonBinary(new byte[3]),
          new BsonRegularExpression("(", "x"),
          new BsonMaxKey(),
          nested(150));

  private static BsonDocument nested(int depth) {
    BsonDocument document = new BsonDocument("a", new BsonInt32(1));
    for (int i = 0; i < depth; i++) {
      document = new BsonDocument("a", document);
    }
    return document;
  }

  @Property(tries = 400, shrinking = ShrinkingMode.OFF)
  void everyMutatedCommandGetsAnAnswerAndLeavesTheSetWorking(
      @ForAll @LongRange(min = 0, max = Long.MAX_VALUE) long seed) throws InterruptedException {
    SplittableRandom random = new SplittableRandom(seed);
    ServerVersion version = ServerVersion.ALL.get(random.nextInt(ServerVersion.ALL.size()));
    try (var set = FakeReplicaSet.builder().virtualTime().serverVersion(version).start();
        var client = new Conversation(set, 0, "d")) {
      client.ok("{insert: 'c', documents: [{_id: 1, a: 1}, {_id: 2, a: [1, 2]}]}");
      for (int i = 0; i < 12; i++) {
        BsonDocument command = BsonDocument.parse(COMMANDS.get(random.nextInt(COMMANDS.size())));
        mutate(command, random);
        String db = random.nextInt(4) == 0 ? "admin" : "d";
        BsonDocument reply = client.connection().command(db, command);
        assertThat(reply.containsKey("ok")).isTrue();
        if (reply.containsKey("code")) {
          assertThat(reply.getString("errmsg").getValue())
              .as("answer to %s on %s", command, version)
              .doesNotContain("the fake server failed");
        }
      }
      assertThat(client.run("{ping: 1}").getNumber("ok").intValue()).isEqualTo(1);
    }
  }

  /** Puts something else in the place of one value, at any depth. */
  private static void mutate(BsonDocument document, SplittableRandom random) {
    BsonDocument target = document;
    while (true) {
      List<String> fields = new ArrayList<>(target.keySet());
      if (fields.isEmpty()) {
        return;
      }
      String field = fields.get(random.nextInt(fields.size()));
      BsonValue value = target.get(field);
      BsonValue inner = value instanceof BsonArray array && !array.isEmpty() ? array.get(0) : value;
      if (inner instanceof BsonDocument deeper && !deeper.isEmpty() && random.nextInt(3) > 0) {
        target = deeper;
        continue;
      }
      switch (random.nextInt(4)) {
        case 0 -> target.remove(fields.size() > 1 ? field : "");
        case 1 -> target.append("unknown", BsonBoolean.TRUE);
        default -> target.put(field, ANYTHING.get(random.nextInt(ANYTHING.size())));
      }
      return;
    }
  }
}
