package dev.tailrace.fakeserver.stream;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.engine.token.DecodedToken;
import dev.tailrace.engine.token.ResumeTokenCodec;
import dev.tailrace.fakeserver.Conversation;
import dev.tailrace.fakeserver.FakeReplicaSet;
import dev.tailrace.fakeserver.ServerVersion;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonType;
import org.bson.BsonValue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** A token holds its event's document key whatever that is made of, and finds the event again. */
class DocumentKeyTokensTest {

  static final List<ServerVersion> versions = ServerVersion.ALL;

  /** What a server refuses for an {@code _id} is inside of one. */
  private static final List<String> IDS =
      List.of(
          "1",
          "{$numberLong: '2'}",
          "3.0",
          "1.5",
          "-1.5",
          "{$numberDouble: '-0.0'}",
          "{$numberDouble: 'NaN'}",
          "{$numberDouble: '-Infinity'}",
          "1e300",
          "{$numberInt: '-2147483648'}",
          "{$numberLong: '9223372036854775807'}",
          "{$numberLong: '-9223372036854775808'}",
          "{$numberDecimal: '1.10'}",
          "{$numberDecimal: '-7E+3'}",
          "{$numberDecimal: '1E-6176'}",
          "'text'",
          "''",
          "'a\\u0000b'",
          "'\\u00e4\\u20ac\\ud83d\\ude00'",
          "{$symbol: 'symbol'}",
          "{$oid: '6955b900fd9d6253473719b8'}",
          "true",
          "false",
          "null",
          "{$date: {$numberLong: '5'}}",
          "{$date: {$numberLong: '-5'}}",
          "{$timestamp: {t: 1, i: 2}}",
          "{$binary: {base64: 'AAAA', subType: '00'}}",
          "{$binary: {base64: 'AAAA', subType: '02'}}",
          "{$binary: {base64: '', subType: '80'}}",
          "{$binary: {base64: 'qqqqqqqqqqqqqqqqqqqqqg==', subType: '04'}}",
          "{$minKey: 1}",
          "{$maxKey: 1}",
          "{$code: 'f()'}",
          "{$code: 'f()', $scope: {a: 1.5, b: {$numberLong: '1'}}}",
          "{$dbPointer: {'$ref': 'd.c', '$id': {'$oid': '6955b900fd9d6253473719b8'}}}",
          "{d: {$ref: 'c', $id: {$numberLong: '1'}}}",
          "{}",
          "{a: 1, b: {c: [1, 2.5, {$numberLong: '3'}, 'x', []]}}",
          "{r: {$regularExpression: {pattern: 'x.y', options: 'ix'}}}",
          "{u: {$undefined: true}}",
          "{l: [{$undefined: true}, null, {$symbol: 's'}]}");

  @ParameterizedTest
  @FieldSource("versions")
  void survivesTheToken(ServerVersion version) throws InterruptedException {
    try (var set = FakeReplicaSet.builder().virtualTime().serverVersion(version).start();
        var client = new Conversation(set, 0, "d")) {
      BsonDocument cursor = client.watch("c", "{}");
      for (String id : IDS) {
        BsonDocument reply = client.ok("{insert: 'c', documents: [{_id: " + id + "}]}");
        assertThat(reply.containsKey("writeErrors")).as(id + ": " + reply).isFalse();
      }
      List<BsonDocument> events = client.events(cursor);
      assertThat(events).hasSameSizeAs(IDS);

      for (int i = 0; i < events.size(); i++) {
        BsonDocument event = events.get(i);
        assertThat(event.getDocument("documentKey").get("_id"))
            .isEqualTo(BsonDocument.parse("{_id: " + IDS.get(i) + "}").get("_id"));
        DecodedToken token = ResumeTokenCodec.decode(event.getDocument("_id"));
        assertThat(keyIn(token)).as(IDS.get(i)).isEqualTo(event.getDocument("documentKey"));

        String start = new BsonDocument("resumeAfter", event.get("_id")).toJson();
        assertThat(client.watch("c", start).getArray("firstBatch"))
            .as("after " + IDS.get(i))
            .isEqualTo(new BsonArray(events.subList(i + 1, events.size())));
      }
    }
  }

  private static BsonDocument keyIn(DecodedToken token) {
    BsonDocument identifier = requireNonNull(token.eventIdentifier(), "eventIdentifier");
    return token.version() < 2 ? identifier : identifier.getDocument("documentKey");
  }

  /** So that no type is forgotten. */
  @Test
  void theIdsAreOfEveryType() {
    Set<BsonType> types = new TreeSet<>();
    IDS.forEach(id -> collect(BsonDocument.parse("{_id: " + id + "}"), types));
    Set<BsonType> all =
        Set.of(BsonType.values()).stream()
            .filter(type -> type != BsonType.END_OF_DOCUMENT)
            .collect(Collectors.toSet());
    assertThat(types).containsExactlyInAnyOrderElementsOf(all);
  }

  private static void collect(BsonValue value, Set<BsonType> types) {
    types.add(value.getBsonType());
    if (value.isDocument()) {
      value.asDocument().values().forEach(part -> collect(part, types));
    } else if (value.isArray()) {
      value.asArray().forEach(part -> collect(part, types));
    }
  }
}
