package dev.tailrace.conformance.simulation;

import dev.tailrace.engine.ChangeStreamOptions;
import dev.tailrace.engine.ChangeStreams;
import dev.tailrace.engine.Next;
import dev.tailrace.engine.ResumePolicy;
import dev.tailrace.engine.ResumeToken;
import dev.tailrace.engine.StreamEvent;
import dev.tailrace.engine.WatchTarget;
import dev.tailrace.engine.face.BlockingChangeStream;
import dev.tailrace.engine.token.ResumeTokenCodec;
import dev.tailrace.engine.transport.Transport;
import dev.tailrace.fakeserver.FakeReplicaSet;
import dev.tailrace.fakeserver.ServerVersion;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.bson.RawBsonDocument;
import org.jspecify.annotations.Nullable;

/**
 * One run: a set, a writer and a stream, drawn from a seed, in one thread. First everything goes
 * wrong, and whatever is delivered must be right; then everything is healed, and all of it must be
 * delivered.
 */
final class World {

  private static final String DATABASE = "shop";
  private static final String COLLECTION = "orders";

  /** Virtual time after which a healed world has no excuse. */
  private static final Duration COMPLETION = Duration.ofMinutes(30);

  private final long seed;
  private final Random random;
  private final List<String> delivered = new ArrayList<>();
  private final List<String> timeline = new ArrayList<>();
  private @Nullable ResumeToken lastToken;
  private int resumes;

  World(long seed) {
    this.seed = seed;
    this.random = new Random(seed);
  }

  /** What a run came to. */
  record Result(int events, int resumes, long hash) {}

  /**
   * Plays the run.
   *
   * @throws AssertionError if anything is not as it should be; says the seed and what happened
   */
  Result play() throws InterruptedException {
    ServerVersion version = ServerVersion.ALL.get(random.nextInt(ServerVersion.ALL.size()));
    int members = 1 + random.nextInt(3);
    try (FakeReplicaSet set =
        FakeReplicaSet.builder()
            .members(members)
            .seed(seed)
            .serverVersion(version)
            .virtualTime()
            .start()) {
      timeline.add("%s, %d members".formatted(version, members));
      play(set);
      return new Result(delivered.size(), resumes, set.outputHash());
    } catch (AssertionError | RuntimeException wrong) {
      throw new AssertionError(
          "seed %d: %s%n%s".formatted(seed, wrong.getMessage(), String.join("\n", timeline)),
          wrong);
    }
  }

  private void play(FakeReplicaSet set) throws InterruptedException {
    Writer writer = new Writer(set, random, () -> heal(set));
    try (Transport transport = set.transport()) {
      BlockingChangeStream<RawBsonDocument> stream = open(transport);
      List<Trouble> kinds = Trouble.draw(random);
      for (int i = 5 + random.nextInt(25); i > 0; i--) {
        // Before a write a getMore may be waiting; behind it its reply is under way.
        maybeStrike(set, writer, kinds);
        writer.write(DATABASE, COLLECTION);
        maybeStrike(set, writer, kinds);
        if (random.nextInt(3) == 0) {
          read(stream, writer, Duration.ofMillis(random.nextInt(3000)));
        }
      }
      heal(set);
      long deadline = transport.timers().nanoTime() + COMPLETION.toNanos();
      while (delivered.size() < writer.written().size()
          && transport.timers().nanoTime() < deadline) {
        read(stream, writer, Duration.ofSeconds(10));
      }
      require(
          delivered.size() == writer.written().size(),
          "lost: delivered %d of %d".formatted(delivered.size(), writer.written().size()));
      require(
          stream.poll(Duration.ofSeconds(3)) instanceof Next.Idle, "an event that nobody wrote");
      stream.close();
      writer.disconnect();
    }
    requireNothingLeft(set);
  }

  private void maybeStrike(FakeReplicaSet set, Writer writer, List<Trouble> kinds) {
    if (random.nextInt(8) == 0) {
      Trouble trouble = kinds.get(random.nextInt(kinds.size()));
      timeline.add("at write %d: %s".formatted(writer.written().size(), trouble));
      trouble.strike(set, random);
    }
  }

  private void heal(FakeReplicaSet set) {
    timeline.add("healed");
    Trouble.heal(set);
  }

  private BlockingChangeStream<RawBsonDocument> open(Transport transport)
      throws InterruptedException {
    WatchTarget target =
        List.of(
                WatchTarget.collection(DATABASE, COLLECTION),
                WatchTarget.database(DATABASE),
                WatchTarget.cluster())
            .get(random.nextInt(3));
    ChangeStreamOptions.Builder options =
        ChangeStreamOptions.builder()
            .resumePolicy(ResumePolicy.persistent(Duration.ofHours(1)))
            .answerTimeout(Duration.ofSeconds(5));
    if (random.nextBoolean()) {
      options.batchSize(1 + random.nextInt(4));
    }
    if (random.nextBoolean()) {
      options.maxAwaitTime(Duration.ofMillis(200 + random.nextInt(2000)));
    }
    timeline.add("watching " + target);
    return ChangeStreams.watch(transport, target)
        .with(options.build())
        .listener(this::heard)
        .chance(random::nextDouble)
        .open();
  }

  private void read(BlockingChangeStream<RawBsonDocument> stream, Writer writer, Duration patience)
      throws InterruptedException {
    boolean more = true;
    while (more) {
      Next<RawBsonDocument> next =
          random.nextInt(5) == 0 ? stream.tryNext() : stream.poll(patience);
      more = next instanceof Next.Event;
      if (next instanceof Next.Event<RawBsonDocument> event) {
        check(event.value(), writer.written());
      } else {
        require(next instanceof Next.Idle, "the stream ended: " + next);
      }
      requireTokensAdvance(stream);
    }
  }

  /**
   * The n-th event is that of the n-th write: nothing lost, nothing twice, nothing out of order.
   */
  private void check(RawBsonDocument event, List<String> written) {
    String found =
        event.getString("operationType").getValue()
            + " "
            + event.getDocument("documentKey").getInt32("_id").getValue();
    require(delivered.size() < written.size(), "event %s of a write that was not".formatted(found));
    String expected = written.get(delivered.size());
    require(
        found.equals(expected),
        "event %d should be %s, but is %s".formatted(delivered.size(), expected, found));
    delivered.add(found);
  }

  private void requireTokensAdvance(BlockingChangeStream<RawBsonDocument> stream) {
    ResumeToken token = stream.resumeToken().orElse(null);
    if (token != null && lastToken != null) {
      require(
          ResumeTokenCodec.compare(lastToken.toDocument(), token.toDocument()) <= 0,
          "the token went back from %s to %s".formatted(lastToken, token));
    }
    if (token != null) {
      lastToken = token;
    }
  }

  /**
   * Every cursor is gone: killed, or, where its aggregate's reply was lost and nobody knows of it,
   * ended with the stream's session.
   */
  private static void requireNothingLeft(FakeReplicaSet set) {
    set.clock().advance(Duration.ofSeconds(10));
    require(set.openCursors() == 0, set.openCursors() + " cursors left at the servers");
  }

  private void heard(StreamEvent event) {
    if (event instanceof StreamEvent.Resumed) {
      resumes++;
    }
    if (!(event instanceof StreamEvent.BatchArrived)) {
      timeline.add(event.toString());
    }
  }

  private static void require(boolean condition, String complaint) {
    if (!condition) {
      throw new AssertionError(complaint);
    }
  }
}
