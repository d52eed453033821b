package dev.tailrace.fakeserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.tailrace.engine.ChangeStreamException;
import dev.tailrace.engine.ChangeStreams;
import dev.tailrace.engine.Next;
import dev.tailrace.engine.WatchTarget;
import dev.tailrace.engine.face.BlockingChangeStream;
import dev.tailrace.engine.transport.Outcome;
import dev.tailrace.engine.transport.ReadPreference;
import dev.tailrace.engine.transport.Request;
import dev.tailrace.engine.transport.Target;
import dev.tailrace.engine.transport.Transport;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.bson.BsonDocument;
import org.bson.RawBsonDocument;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is left of a set once it is closed: nobody waits for it for ever. */
@Timeout(60)
class ClosedSetTest {

  private static final Target PRIMARY = new Target.AnyEligible(ReadPreference.PRIMARY);
  private static final WatchTarget WATCHED = WatchTarget.collection("d", "c");

  private static FakeReplicaSet start(boolean isVirtual) {
    FakeReplicaSet.Builder builder = FakeReplicaSet.builder();
    return isVirtual ? builder.virtualTime().start() : builder.start();
  }

  private static void assertUnreachable(Throwable failure) {
    assertThat(failure)
        .isInstanceOf(ChangeStreamException.Unreachable.class)
        .hasMessageContaining("the set was closed");
  }

  private static Outcome.Failed failure(List<Outcome> outcomes) {
    assertThat(outcomes).hasSize(1);
    return (Outcome.Failed) outcomes.get(0);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aStreamEndsAsUnreachable(boolean isVirtual) throws InterruptedException {
    FakeReplicaSet set = start(isVirtual);
    try (Transport transport = set.transport();
        BlockingChangeStream<RawBsonDocument> stream =
            ChangeStreams.watch(transport, WATCHED).open()) {
      set.close();
      assertUnreachable(catchThrowable(stream::next));
    }
  }

  @Test
  void aStreamThatIsWaitingEndsAsUnreachable() throws Exception {
    ExecutorService reader = Executors.newSingleThreadExecutor();
    FakeReplicaSet set = start(false);
    try (Transport transport = set.transport();
        BlockingChangeStream<RawBsonDocument> stream =
            ChangeStreams.watch(transport, WATCHED).open()) {
      Future<Next<RawBsonDocument>> next = reader.submit(stream::next);
      assertThat(set.awaitWatchers(1, Duration.ofSeconds(20))).isTrue();
      set.close();
      assertThatThrownBy(() -> next.get(20, TimeUnit.SECONDS))
          .cause()
          .isInstanceOf(ChangeStreamException.Unreachable.class)
          .hasMessageContaining("the set was closed");
    } finally {
      reader.shutdownNow();
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aStreamIsNotOpened(boolean isVirtual) throws InterruptedException {
    FakeReplicaSet set = start(isVirtual);
    try (Transport transport = set.transport()) {
      set.close();
      assertUnreachable(catchThrowable(() -> ChangeStreams.watch(transport, WATCHED).open()));
    }
  }

  @Test
  void anExchangeWhoseRequestWasLostFailsToo() {
    FakeReplicaSet set = start(true);
    try (Transport transport = set.transport()) {
      set.network().setLoss(1, 0);
      List<Outcome> outcomes = new ArrayList<>();
      transport.send(new Request(PRIMARY, "d", BsonDocument.parse("{ping: 1}")), outcomes::add);
      set.clock().advance(Duration.ofHours(1));
      assertThat(outcomes).isEmpty();
      set.close();
      assertThat(failure(outcomes).reason()).isEqualTo(Outcome.Reason.NETWORK);
      assertThat(failure(outcomes).message()).isEqualTo("member0:27017: the set was closed");
    }
  }

  @Test
  void anExchangeThatLooksForAServerFailsAtItsNextLook() {
    FakeReplicaSet set = start(true);
    try (Transport transport = set.transport()) {
      set.member(0).crash();
      List<Outcome> outcomes = new ArrayList<>();
      transport.send(new Request(PRIMARY, "d", BsonDocument.parse("{ping: 1}")), outcomes::add);
      set.close();
      set.clock().advance(Duration.ofMillis(100));
      assertThat(failure(outcomes).reason()).isEqualTo(Outcome.Reason.NO_ELIGIBLE_SERVER);
      assertThat(failure(outcomes).message()).isEqualTo("the set was closed");
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aRawConnectionIsClosed(boolean isVirtual) throws InterruptedException {
    FakeReplicaSet set = start(isVirtual);
    try (Conversation client = new Conversation(set, 0, "d")) {
      client.ok("{ping: 1}");
      set.close();
      assertThat(client.connection().isClosedByMember()).isTrue();
      assertThat(client.connection().receive(Duration.ofDays(1))).isNull();
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void whatIsThereCanBeLookedAtAndNothingCanBeDone(boolean isVirtual) {
    FakeReplicaSet set = start(isVirtual);
    set.close();
    set.close();

    assertThat(set.history().forgotten()).isZero();
    assertThat(set.openCursors()).isZero();
    assertThat(set.members()).hasSize(1);
    for (Runnable action :
        List.<Runnable>of(
            set::transport,
            () -> set.connect(0),
            set::stepDown,
            set::killCursors,
            set::closeConnections,
            set::truncateOplog,
            set.member(0)::crash,
            () -> set.clock().jump(Duration.ofSeconds(1)),
            () -> set.faults().on("find").fail(6))) {
      assertThatThrownBy(action::run)
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("the set was closed");
    }
  }
}
