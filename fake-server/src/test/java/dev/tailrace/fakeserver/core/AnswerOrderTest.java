package dev.tailrace.fakeserver.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.fakeserver.ServerVersion;
import dev.tailrace.wire.frame.BadMessageException;
import dev.tailrace.wire.frame.Frame;
import dev.tailrace.wire.frame.FrameReader;
import dev.tailrace.wire.frame.Message;
import dev.tailrace.wire.frame.OpMsg;
import java.nio.ByteBuffer;
import java.util.List;
import org.bson.BsonDocument;
import org.junit.jupiter.api.Test;

/** Who is answered first when one command ends what others wait for. */
class AnswerOrderTest {

  private final Outbox outbox = new Outbox();

  private static Effect.Send send(long connection, int content) {
    return new Effect.Send(connection, ByteBuffer.wrap(new byte[] {(byte) content}));
  }

  @Test
  void whoeverWaitedComesBeforeTheOneThatEndedTheWait() {
    outbox.add(send(1, 0)); // A timer of the same step.
    outbox.putLast(1);
    outbox.add(send(1, 1));
    outbox.add(send(2, 2));
    outbox.add(send(1, 3));
    outbox.add(send(3, 4));
    assertThat(outbox.take())
        .containsExactly(send(1, 0), send(2, 2), send(3, 4), send(1, 1), send(1, 3));
  }

  @Test
  void aStreamHasItsEventBeforeTheInsertIsAcknowledged() throws BadMessageException {
    ReplicaSetCore set = set();
    set.connected(0, 1, "test:1", 0);
    set.connected(0, 2, "test:2", 0);
    String watch = "{aggregate: 'c', pipeline: [{$changeStream: {}}], cursor: {}, $db: 'd'}";
    Effect.Send opened = (Effect.Send) set.received(1, message(watch), null, 0).effects().get(0);
    long cursor = reply(opened).getDocument("cursor").getInt64("id").getValue();
    String getMore = "{getMore: {$numberLong: '%d'}, collection: 'c', $db: 'd'}".formatted(cursor);
    assertThat(set.received(1, message(getMore), null, 0).effects()).isEmpty();
    String insert = "{insert: 'c', documents: [{_id: 1}], $db: 'd'}";
    assertThat(set.received(2, message(insert), null, 0).effects())
        .extracting(Effect::connection)
        .containsExactly(1L, 2L);
  }

  private static ReplicaSetCore set() {
    return new ReplicaSetCore(
        new ReplicaSetCore.Config(
            "rs0",
            List.of("a:1"),
            /* seed= */ 1,
            ServerVersion.NEWEST,
            /* standalone= */ false,
            /* loadBalanced= */ false,
            /* electionDelayNanos= */ 0,
            /* startWallMillis= */ 0,
            /* maxOplogBytes= */ 1_000_000,
            List.of(),
            List.of()));
  }

  private static Message message(String command) throws BadMessageException {
    return Message.decode(frame(OpMsg.encode(1, 0, 0, BsonDocument.parse(command))));
  }

  private static BsonDocument reply(Effect.Send send) throws BadMessageException {
    return ((OpMsg) Message.decode(frame(send.bytes().duplicate()))).body().asDocument();
  }

  private static Frame frame(ByteBuffer bytes) throws BadMessageException {
    FrameReader reader = new FrameReader();
    reader.feed(bytes);
    return reader.poll().orElseThrow();
  }

  @Test
  void theNextStepIsNotBoundByIt() {
    outbox.putLast(1);
    outbox.take();
    outbox.add(send(1, 1));
    outbox.add(send(2, 2));
    assertThat(outbox.take()).containsExactly(send(1, 1), send(2, 2));
    assertThat(outbox.take()).isEmpty();
  }
}
