package dev.tailrace.fakeserver.stream;

import dev.tailrace.engine.token.DecodedToken;
import dev.tailrace.engine.token.ResumeTokenCodec;
import dev.tailrace.fakeserver.FakeReplicaSet;
import dev.tailrace.fakeserver.ServerVersion;
import dev.tailrace.fakeserver.network.RawConnection;
import dev.tailrace.fakeserver.stream.StreamRun.Place;
import dev.tailrace.fakeserver.stream.WatchedStream.Scope;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.bson.BsonDocument;
import org.bson.BsonTimestamp;
import org.jspecify.annotations.Nullable;

/** One history of a set, and streams over it that are resumed from places drawn from a seed. */
final class ResumeTrial {

  private static final int PLACES_OF_A_RUN = 8;

  private final ServerVersion release;
  private final long seed;
  private final Random random;
  private final OtherVersions otherVersions;

  ResumeTrial(ServerVersion release, long seed) {
    this.release = release;
    this.seed = seed;
    random = new Random(seed);
    otherVersions = new OtherVersions(release);
  }

  void play() throws InterruptedException {
    try (FakeReplicaSet set =
            FakeReplicaSet.builder().virtualTime().seed(seed).serverVersion(release).start();
        RawConnection connection = set.connect(0)) {
      BsonTimestamp start =
          connection
              .command("admin", BsonDocument.parse("{ping: 1}"))
              .getTimestamp("operationTime");
      write(set, connection);
      for (Scope scope : Scope.values()) {
        for (Look look : Look.values()) {
          check(connection, stream(scope, look), start);
        }
      }
    }
  }

  private void write(FakeReplicaSet set, RawConnection connection) throws InterruptedException {
    RandomWorkload workload = new RandomWorkload(connection, random);
    int steps = 20 + random.nextInt(40);
    for (int i = 0; i < steps; i++) {
      workload.step();
      if (random.nextInt(5) == 0) {
        set.clock().advance(Duration.ofSeconds(random.nextInt(12)));
      }
    }
  }

  /** How a stream shows its events. */
  private enum Look {
    PLAIN,
    PIPELINE,
    EXPANDED
  }

  private WatchedStream stream(Scope scope, Look look) {
    boolean isModern = release.atLeast(6, 0);
    String options =
        switch (look) {
          case PLAIN -> "{}";
          case PIPELINE -> "{fullDocument: 'updateLookup'}";
          case EXPANDED -> expanded();
        };
    List<BsonDocument> stages =
        look == Look.PIPELINE
            ? List.of(
                BsonDocument.parse(
                    random.nextBoolean()
                        ? "{$match: {operationType: {$nin: ['update', 'replace']}}}"
                        : "{$match: {'fullDocument.a': {$ne: 1}}}"),
                BsonDocument.parse("{$addFields: {more: 1}}"))
            : List.of();
    boolean isToldTheVersion = isModern && random.nextInt(3) == 0;
    Boolean version2 = isToldTheVersion ? random.nextBoolean() : null;
    return new WatchedStream(scope, BsonDocument.parse(options), stages, version2);
  }

  private String expanded() {
    if (release.atLeast(6, 0)) {
      return "{showExpandedEvents: true, fullDocument: 'whenAvailable',"
          + " fullDocumentBeforeChange: 'whenAvailable'}";
    }
    return release.atLeast(4, 4) ? "{fullDocumentBeforeChange: 'whenAvailable'}" : "{}";
  }

  private void check(RawConnection connection, WatchedStream stream, BsonTimestamp start)
      throws InterruptedException {
    StreamRun full =
        stream.readAll(connection, random, new BsonDocument("startAtOperationTime", start));
    for (int i = 1; i < full.events().size(); i++) {
      BsonDocument token = full.events().get(i).getDocument("_id");
      if (ResumeTokenCodec.compare(full.events().get(i - 1).getDocument("_id"), token) >= 0) {
        throw failure(stream, "the token " + print(token) + " is not after the one before it");
      }
    }
    List<Place> places = new ArrayList<>(full.places());
    Collections.shuffle(places, random);
    for (Place place : places.subList(0, Math.min(PLACES_OF_A_RUN, places.size()))) {
      DecodedToken token = place.decoded();
      resume(connection, stream, full, place, "");
      for (BsonDocument other : otherVersions.of(token, eventOf(full, place))) {
        resume(connection, stream, full, new Place(other, place.next()), "");
      }
    }
  }

  private static @Nullable BsonDocument eventOf(StreamRun run, Place place) {
    return place.decoded().isHighWaterMark() ? null : run.events().get(place.next() - 1);
  }

  /** Goes on from a place, and then from a place in what came. */
  private void resume(
      RawConnection connection, WatchedStream stream, StreamRun run, Place place, String before)
      throws InterruptedException {
    boolean onlyStartAfter = place.decoded().fromInvalidate();
    String option = onlyStartAfter || random.nextBoolean() ? "startAfter" : "resumeAfter";
    String path = before + option + " " + print(place.token());
    StreamRun resumed;
    try {
      resumed = stream.read(connection, random, new BsonDocument(option, place.token()));
    } catch (AssertionError e) {
      throw failure(stream, path + ": " + e.getMessage());
    }
    List<BsonDocument> wanted = withoutTokens(run.rest(place.next()));
    List<BsonDocument> found = withoutTokens(resumed.events());
    if (!found.equals(wanted)) {
      throw failure(stream, path + " gave\n" + found + "\ninstead of\n" + wanted);
    }
    if (before.isEmpty() && !resumed.places().isEmpty()) {
      Place next = resumed.places().get(random.nextInt(resumed.places().size()));
      // What comes after an invalidate is not in a stream that ended with it.
      if (!next.decoded().fromInvalidate()) {
        resume(connection, stream, resumed, next, path + ", then ");
      }
    }
  }

  /** Events may have tokens of several versions. */
  private static List<BsonDocument> withoutTokens(List<BsonDocument> events) {
    return events.stream()
        .map(
            event -> {
              BsonDocument copy = new BsonDocument();
              copy.putAll(event);
              copy.remove("_id");
              return copy;
            })
        .toList();
  }

  private static String print(BsonDocument token) {
    return ResumeTokenCodec.decode(token).toString();
  }

  private AssertionError failure(WatchedStream stream, String what) {
    return new AssertionError(
        "release %s, -Dtailrace.resume.seed=%d, %s: %s".formatted(release, seed, stream, what));
  }
}
