package dev.tailrace.wire.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.engine.transport.Outcome;
import dev.tailrace.engine.transport.Outcome.Failed;
import dev.tailrace.engine.transport.Outcome.Replied;
import dev.tailrace.engine.transport.ReadPreference;
import dev.tailrace.engine.transport.ReadPreference.Mode;
import dev.tailrace.engine.transport.Request;
import dev.tailrace.engine.transport.ServerRef;
import dev.tailrace.engine.transport.Target;
import java.util.Objects;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.bson.BsonDocument;
import org.jspecify.annotations.Nullable;

/** Takes the outcome of one exchange, and waits for it with a generous deadline. */
final class Outcomes implements Consumer<Outcome> {

  private static final long PATIENCE_SECONDS = 20;

  private final LinkedBlockingQueue<Outcome> outcomes = new LinkedBlockingQueue<>();

  @Override
  public void accept(Outcome outcome) {
    outcomes.add(outcome);
  }

  Outcome await() throws InterruptedException {
    @Nullable Outcome outcome = outcomes.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
    assertThat(outcome).as("outcome").isNotNull();
    return Objects.requireNonNull(outcome);
  }

  Replied awaitReply() throws InterruptedException {
    Outcome outcome = await();
    assertThat(outcome).isInstanceOf(Replied.class);
    return (Replied) outcome;
  }

  Failed awaitFailure() throws InterruptedException {
    Outcome outcome = await();
    assertThat(outcome).isInstanceOf(Failed.class);
    return (Failed) outcome;
  }

  /**
   * Asks for the primary again and again, until the failure says what it will say once every server
   * was heard.
   */
  Failed askUntilFailureSays(String words, TcpTransport transport) throws InterruptedException {
    long untilNanos = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    while (true) {
      transport.send(primary("{ping: 1}"), this);
      Failed failed = awaitFailure();
      if (failed.message().contains(words) || System.nanoTime() > untilNanos) {
        assertThat(failed.message()).contains(words);
        return failed;
      }
    }
  }

  boolean isEmpty() {
    return outcomes.isEmpty();
  }

  /** A request for any server that {@code mode} admits. */
  static Request any(Mode mode, String command) {
    return new Request(
        new Target.AnyEligible(ReadPreference.of(mode)), "db", BsonDocument.parse(command));
  }

  /** A request for the primary. */
  static Request primary(String command) {
    return any(Mode.PRIMARY, command);
  }

  /** A request for one server. */
  static Request same(ServerRef server, String command) {
    return new Request(new Target.SameServer(server), "db", BsonDocument.parse(command));
  }
}
