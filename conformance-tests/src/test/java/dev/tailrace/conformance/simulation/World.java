package dev.tailrace.conformance.simulation;

import dev.tailrace.conformance.support.FacedStream;
import dev.tailrace.engine.ChangeStreamException;
import dev.tailrace.engine.ChangeStreamOptions;
import dev.tailrace.engine.ChangeStreams;
import dev.tailrace.engine.Next;
import dev.tailrace.engine.ResumePolicy;
import dev.tailrace.engine.ResumeToken;
import dev.tailrace.engine.StreamEvent;
import dev.tailrace.engine.WatchTarget;
import dev.tailrace.engine.face.undertest.FaceUnderTest;
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
 * One run: a set, a writer and a stream of one of the faces, drawn from a seed, in one thread.
 * First everything goes wrong, and whatever is delivered must be right; then everything is healed,
 * and all of it must be delivered. Now and then the stream is closed, and a new one goes on from
 * its token: it must be exactly behind what was handed over.
 */
final class World {

  private static final String DATABASE = "shop";
  private static final String COLLECTION = "orders";

  /** Virtual time after which a healed world has no excuse. */
  private static final Duration COMPLETION = Duration.ofMinutes(30);

  /** How long a user waits before another attempt to open a stream. */
  private static final Duration REOPEN_PAUSE = Duration.ofMillis(500);

  /** After so many failures in a row the set may be beyond recovery. */
  private static final int FAILURES_UNTIL_RESCUE = 20;

  private final long seed;
  private final Random random;
  private final FaceUnderTest face;
  private final List<String> delivered = new ArrayList<>();
  private final List<String> timeline = new ArrayList<>();
  private @Nullable ResumeToken lastToken;
  private int resumes;

  World(long seed) {
    this.seed = seed;
    this.random = new Random(seed);
    this.face = List.of(FaceUnderTest.values()).get(random.nextInt(FaceUnderTest.values().length));
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
      timeline.add("%s, %d members, %s".formatted(version, members, face));
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
      WatchTarget target = drawTarget();
      ChangeStreamOptions options = drawOptions();
      timeline.add("watching %s".formatted(target));
      FacedStream<RawBsonDocument> stream = open(transport, target, options);
      List<Trouble> kinds = Trouble.draw(random);
      for (int i = 5 + random.nextInt(25); i > 0; i--) {
        // Before a write a getMore may be waiting; behind it its reply is under way.
        maybeStrike(set, writer, kinds);
        writer.write(DATABASE, COLLECTION);
        maybeStrike(set, writer, kinds);
        if (random.nextInt(3) == 0) {
          read(stream, writer, Duration.ofMillis(random.nextInt(3000)));
        }
        if (random.nextInt(40) == 0) {
          stream = reopen(stream, set, transport, target, options, writer);
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
      require(ask(stream, Duration.ofSeconds(3)) instanceof Next.Idle, "an event nobody wrote");
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

  private WatchTarget drawTarget() {
    return List.of(
            WatchTarget.collection(DATABASE, COLLECTION),
            WatchTarget.database(DATABASE),
            WatchTarget.cluster())
        .get(random.nextInt(3));
  }

  private ChangeStreamOptions drawOptions() {
    ChangeStreamOptions.Builder options =
        ChangeStreamOptions.builder()
            .resumePolicy(drawResumePolicy())
            .answerTimeout(Duration.ofSeconds(5))
            .prefetch(random.nextBoolean());
    if (random.nextBoolean()) {
      options.batchSize(1 + random.nextInt(4));
    }
    if (random.nextBoolean()) {
      options.maxAwaitTime(Duration.ofMillis(200 + random.nextInt(2000)));
    }
    if (random.nextInt(4) == 0) {
      options.timeout(Duration.ofMillis(2500 + random.nextInt(5000)));
    }
    return options.build();
  }

  /** For as long as it takes, with pauses of any length. */
  private ResumePolicy drawResumePolicy() {
    ResumePolicy persistent = ResumePolicy.persistent(Duration.ofHours(1));
    Duration firstPause = Duration.ofMillis(random.nextInt(200));
    return new ResumePolicy(
        persistent.attemptsPerFailure(),
        persistent.budget(),
        firstPause,
        firstPause.plusMillis(random.nextInt(10_000)),
        persistent.alsoResumable());
  }

  private FacedStream<RawBsonDocument> open(
      Transport transport, WatchTarget target, ChangeStreamOptions options)
      throws InterruptedException {
    return FacedStream.open(
        face,
        ChangeStreams.watch(transport, target).with(options).chance(random::nextDouble),
        this::heard,
        transport);
  }

  /**
   * As a process does that ends and is started again: a new stream goes on from the token of the
   * old one, as soon as a server lets it.
   */
  private FacedStream<RawBsonDocument> reopen(
      FacedStream<RawBsonDocument> stream,
      FakeReplicaSet set,
      Transport transport,
      WatchTarget target,
      ChangeStreamOptions options,
      Writer writer)
      throws InterruptedException {
    stream.close();
    takeWhatWasHandedOver(stream, writer);
    ResumeToken token = stream.resumeToken().orElseThrow();
    timeline.add("opened anew");
    for (int failures = 1; ; failures++) {
      try {
        return open(transport, target, options.toBuilder().resumeAfter(token).build());
      } catch (ChangeStreamException failed) {
        timeline.add("not opened: " + failed.getMessage());
        if (failures % FAILURES_UNTIL_RESCUE == 0) {
          heal(set);
        }
        set.clock().advance(REOPEN_PAUSE);
      }
    }
  }

  /** An event may have been signalled to a subscriber when nobody waited for it any more. */
  private void takeWhatWasHandedOver(FacedStream<RawBsonDocument> stream, Writer writer)
      throws InterruptedException {
    while (stream.poll(Duration.ZERO) instanceof Next.Event<RawBsonDocument> event) {
      check(event.value(), writer.written());
    }
  }

  private void read(FacedStream<RawBsonDocument> stream, Writer writer, Duration patience)
      throws InterruptedException {
    boolean more = true;
    while (more) {
      Next<RawBsonDocument> next = ask(stream, patience);
      more = next instanceof Next.Event;
      if (next instanceof Next.Event<RawBsonDocument> event) {
        check(event.value(), writer.written());
      } else {
        require(next instanceof Next.Idle, "the stream ended: " + next);
      }
      requireTokensAdvance(stream);
    }
  }

  private Next<RawBsonDocument> ask(FacedStream<RawBsonDocument> stream, Duration patience)
      throws InterruptedException {
    try {
      return face != FaceUnderTest.FLOW && random.nextInt(5) == 0
          ? stream.tryNext()
          : stream.poll(patience);
    } catch (ChangeStreamException.TimedOut timedOut) { // The next call resumes.
      timeline.add("timed out");
      return new Next.Idle<>(stream.status().progress());
    }
  }

  /**
   * The n-th event is that of the n-th write: nothing lost, nothing twice, nothing out of order. It
   * lies behind the token, which nobody was to have until it was handed over.
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
    require(
        lastToken == null
            || ResumeTokenCodec.compare(lastToken.toDocument(), event.getDocument("_id")) < 0,
        "the token %s was ahead of event %d".formatted(lastToken, delivered.size()));
    delivered.add(found);
  }

  private void requireTokensAdvance(FacedStream<RawBsonDocument> stream) {
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
