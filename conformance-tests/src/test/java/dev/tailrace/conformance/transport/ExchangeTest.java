package dev.tailrace.conformance.transport;

import static dev.tailrace.conformance.transport.Exchanges.PRIMARY;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.conformance.transport.Exchanges.Cursor;
import dev.tailrace.conformance.transport.Exchanges.Sent;
import dev.tailrace.engine.transport.DocumentSlice;
import dev.tailrace.engine.transport.Outcome;
import dev.tailrace.engine.transport.Request;
import dev.tailrace.engine.transport.ServerKind;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.bson.BsonArray;
import org.bson.BsonBinary;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonString;
import org.bson.RawBsonDocument;
import org.bson.codecs.BsonDocumentCodec;
import org.junit.jupiter.api.Test;

/** A request goes out as it is, and its reply comes back as it is, once. */
class ExchangeTest extends TransportContract {

  private static final List<String> OF_THE_CONVERSATION =
      List.of("$db", "$clusterTime", "$readPreference", "lsid");

  @Test
  void everyExchangeHasItsOwnReply() throws InterruptedException {
    Exchanges exchanges = connect(start(1));
    exchanges.run(
        "{insert: 'c', documents: [%s]}"
            .formatted(
                String.join(
                    ",", IntStream.range(0, 50).mapToObj(i -> "{_id: " + i + "}").toList())));

    List<Sent> all = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      all.add(exchanges.send(PRIMARY, "{find: 'c', filter: {_id: " + i + "}}"));
    }

    for (int i = 0; i < 50; i++) {
      BsonArray found = all.get(i).awaitDocument().getDocument("cursor").getArray("firstBatch");
      assertThat(found).containsExactly(new BsonDocument("_id", new BsonInt32(i)));
    }
    exchanges.run("{ping: 1}");
    assertThat(all).allSatisfy(sent -> assertThat(sent.outcomes()).hasSize(1));
  }

  /** A reply that comes twice makes no second outcome, neither of its exchange nor of the next. */
  @Test
  void thereIsOneOutcomeAlsoWhereTheServerRepeatsItself() throws InterruptedException {
    var set = start(1);
    Exchanges exchanges = connect(set);
    exchanges.run("{ping: 1}");
    set.faults().on("find").duplicateReply();

    Sent repeated = exchanges.send(PRIMARY, "{find: 'c'}");
    repeated.awaitReply();
    List<Sent> next = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      next.add(exchanges.send(PRIMARY, "{ping: 1}"));
      next.get(i).await();
    }

    assertThat(repeated.outcomes()).hasSize(1);
    assertThat(next).allSatisfy(sent -> assertThat(sent.outcomes()).hasSize(1));
    assertThat(next)
        .allSatisfy(
            sent ->
                assertThat(
                        sent.await() instanceof Outcome.Replied replied
                            && replied.reply().asDocument().containsKey("cursor"))
                    .as("the reply of another exchange")
                    .isFalse());
  }

  @Test
  void whatWaitsAtTheServerHoldsUpNothingElse() throws InterruptedException {
    var set = start(1);
    Exchanges exchanges = connect(set);
    List<Sent> waiting = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      waiting.add(exchanges.send(exchanges.watch(PRIMARY).getMore()));
    }
    awaitWaiting(set, exchanges, 20);

    exchanges.run("{ping: 1}");
    assertThat(waiting).noneMatch(Sent::isOver);
    exchanges.run("{insert: 'c', documents: [{_id: 1}]}");

    for (Sent each : waiting) {
      assertThat(each.awaitDocument().getDocument("cursor").getArray("nextBatch")).hasSize(1);
    }
  }

  @Test
  void aHandlerMaySend() throws InterruptedException {
    Exchanges exchanges = connect(start(1));
    Sent second = exchanges.new Sent();
    Request ping = Exchanges.request(PRIMARY, "{ping: 1}");

    exchanges.transport().send(ping, first -> exchanges.transport().send(ping, second));

    second.awaitReply();
  }

  @Test
  void theCommandArrivesAsItWasComposedAndIsNotTouched() throws InterruptedException {
    var set = start(1);
    Exchanges exchanges = connect(set);
    BsonDocument lsid = exchanges.transport().startSession();
    BsonDocument command =
        BsonDocument.parse(
                "{find: 'c', filter: {z: 1, a: {$exists: true}}, limit: {$numberLong: '3'},"
                    + " batchSize: 2, comment: {b: [1.5, null]}}")
            .append("lsid", lsid);
    BsonDocument before = command.clone();

    exchanges.send(new Request(PRIMARY, "other", command)).awaitReply();

    assertThat(command).isEqualTo(before);
    assertThat(new ArrayList<>(command.keySet())).isEqualTo(new ArrayList<>(before.keySet()));
    BsonDocument arrived = arrived(set, "find").get(0);
    assertThat(arrived.getFirstKey()).isEqualTo("find");
    assertThat(arrived.getString("$db")).isEqualTo(new BsonString("other"));
    assertThat(arrived.getDocument("lsid")).isEqualTo(lsid);
    List<Map.Entry<String, ?>> composed = new ArrayList<>(arrived.entrySet());
    composed.removeIf(field -> OF_THE_CONVERSATION.contains(field.getKey()));
    before.remove("lsid");
    assertThat(composed).isEqualTo(new ArrayList<>(before.entrySet()));
  }

  @Test
  void theClusterTimeOfOneReplyIsToldWithTheNextCommand() throws InterruptedException {
    var set = start(1);
    Exchanges exchanges = connect(set);
    BsonDocument told =
        exchanges.run("{insert: 'c', documents: [{_id: 1}]}").getDocument("$clusterTime");

    exchanges.run("{ping: 1}");

    BsonDocument ping = arrived(set, "ping").get(0);
    assertThat(ping.getDocument("$clusterTime").getTimestamp("clusterTime"))
        .isGreaterThanOrEqualTo(told.getTimestamp("clusterTime"));
  }

  /** Also what a decoder would make into something else. */
  @Test
  void theReplyIsTheBytesThatWereSent() throws InterruptedException {
    Exchanges exchanges = connect(start(1));
    RawBsonDocument stored =
        new RawBsonDocument(
            BsonDocument.parse(
                "{_id: 1, nan: {$numberDouble: 'NaN'}, zero: {$numberDouble: '-0.0'},"
                    + " decimal: {$numberDecimal: '1.500'}, re: {$regularExpression: {pattern: 'a',"
                    + " options: 'im'}}, min: {$minKey: 1}, old: {$symbol: 's'}, code: {$code: 'f'},"
                    + " nested: {a: [{b: [[]]}, {}]}, text: 'ä\\u0000ö'}"),
            new BsonDocumentCodec());
    Request insert =
        new Request(
            PRIMARY,
            Exchanges.DATABASE,
            new BsonDocument("insert", new BsonString("c"))
                .append("documents", new BsonArray(List.of(stored))));
    exchanges.send(insert).awaitReply();

    DocumentSlice reply = exchanges.send(PRIMARY, "{find: 'c'}").awaitReply().reply();

    RawBsonDocument found =
        (RawBsonDocument)
            reply.asDocument().getDocument("cursor").getArray("firstBatch").get(0).asDocument();
    assertThat(bytes(found)).isEqualTo(bytes(stored));
    assertThat(reply.asDocument().getByteBuffer().getInt()).isEqualTo(reply.length());
  }

  private static byte[] bytes(RawBsonDocument document) {
    byte[] bytes = new byte[document.getByteBuffer().remaining()];
    document.getByteBuffer().get(bytes);
    return bytes;
  }

  @Test
  void repliesMayBeBig() throws InterruptedException {
    Exchanges exchanges = connect(start(1));
    byte[] payload = new byte[5 * 1024 * 1024];
    Arrays.fill(payload, (byte) 7);
    for (int i = 0; i < 3; i++) {
      BsonDocument document =
          new BsonDocument("_id", new BsonInt32(i)).append("payload", new BsonBinary(payload));
      exchanges
          .send(
              new Request(
                  PRIMARY,
                  Exchanges.DATABASE,
                  new BsonDocument("insert", new BsonString("c"))
                      .append("documents", new BsonArray(List.of(document)))))
          .awaitReply();
    }

    BsonArray found =
        exchanges
            .send(PRIMARY, "{find: 'c'}")
            .awaitDocument()
            .getDocument("cursor")
            .getArray("firstBatch");

    assertThat(found).hasSize(3);
    assertThat(found)
        .allSatisfy(
            each ->
                assertThat(each.asDocument().getBinary("payload").getData()).isEqualTo(payload));
  }

  @Test
  void aReplyThatSaysNoIsAReply() throws InterruptedException {
    var set = start(1);
    Exchanges exchanges = connect(set);
    exchanges.run("{ping: 1}");
    set.faults().on("find").failWithLabels(91, "RetryableError", "Whatever");
    BsonDocument shutdown = exchanges.send(PRIMARY, "{find: 'c'}").awaitDocument();
    set.faults().on("find").fail(50);
    BsonDocument timeLimit = exchanges.send(PRIMARY, "{find: 'c'}").awaitDocument();
    BsonDocument unknown = exchanges.send(PRIMARY, "{noSuchCommand: 1}").awaitDocument();

    assertThat(List.of(shutdown, timeLimit, unknown))
        .allSatisfy(reply -> assertThat(reply.getNumber("ok").intValue()).isZero())
        .allSatisfy(reply -> assertThat(reply.getString("errmsg").getValue()).isNotEmpty());
    assertThat(codes(shutdown, timeLimit, unknown)).containsExactly(91, 50, 59);
    assertThat(List.of(shutdown, timeLimit, unknown))
        .extracting(reply -> reply.getString("codeName").getValue())
        .containsExactly("ShutdownInProgress", "MaxTimeMSExpired", "CommandNotFound");
    assertThat(shutdown.getArray("errorLabels"))
        .contains(new BsonString("RetryableError"), new BsonString("Whatever"));
  }

  private static List<Integer> codes(BsonDocument... replies) {
    return Arrays.stream(replies).map(reply -> reply.getNumber("code").intValue()).toList();
  }

  @Test
  void theServerIsKnownByWhatItSaidOfItself() throws InterruptedException {
    var set = start(1);

    Outcome.Replied reply = connect(set).send(PRIMARY, "{ping: 1}").awaitReply();

    assertThat(reply.server().address()).isEqualTo(set.member(0).address());
    assertThat(reply.server().maxWireVersion()).isEqualTo(set.serverVersion().maxWireVersion());
    assertThat(reply.server().kind()).isEqualTo(ServerKind.REPLICA_SET_MEMBER);
  }

  @Test
  void sessionsAreDifferentAndOfRandomUuids() {
    Exchanges exchanges = connect(start(1));

    List<BsonDocument> sessions = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      sessions.add(exchanges.transport().startSession());
    }

    assertThat(sessions).doesNotHaveDuplicates();
    assertThat(sessions)
        .allSatisfy(lsid -> assertThat(lsid.keySet()).containsExactly("id"))
        .allSatisfy(lsid -> assertThat(lsid.getBinary("id").asUuid().version()).isEqualTo(4));
  }

  /** A session is no turnstile: what kills a cursor overtakes what waits at it. */
  @Test
  void oneSessionMayHaveSeveralCommandsUnderWay() throws InterruptedException {
    var set = start(1);
    Exchanges exchanges = connect(set);
    Cursor cursor = exchanges.watch(PRIMARY);
    Sent getMore = exchanges.send(cursor.getMore());
    awaitWaiting(set, exchanges, 1);

    BsonDocument killed = exchanges.send(cursor.killCursors()).awaitDocument();

    assertThat(killed.getArray("cursorsKilled")).hasSize(1);
    assertThat(getMore.awaitDocument().getNumber("code").intValue()).isIn(43, 237);
  }

  @Test
  void aSessionMayBeSomebodyElses() throws InterruptedException {
    var set = start(1);
    BsonDocument lsid = BsonDocument.parse("{id: {$uuid: '00112233-4455-6677-8899-aabbccddeeff'}}");
    BsonDocument ping = BsonDocument.parse("{ping: 1}").append("lsid", lsid);

    connect(set).send(new Request(PRIMARY, Exchanges.DATABASE, ping)).awaitReply();

    assertThat(arrived(set, "ping").get(0).getDocument("lsid")).isEqualTo(lsid);
  }
}
