package dev.tailrace.cli.demo;

import com.mongodb.MongoException;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoDatabase;
import dev.tailrace.engine.ChangeStreamOptions;
import dev.tailrace.engine.ChangeStreams;
import dev.tailrace.engine.Next;
import dev.tailrace.engine.ResumePolicy;
import dev.tailrace.engine.StreamEvent;
import dev.tailrace.engine.WatchTarget;
import dev.tailrace.engine.face.BlockingChangeStream;
import dev.tailrace.wire.tcp.TcpTransport;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;
import org.bson.Document;
import org.bson.RawBsonDocument;

/**
 * The official driver writes from a thread of its own, the engine watches over TCP, trouble comes
 * from a seed; in the end every write is held against every event.
 */
public final class Demonstration {

  /** The last thing that is written, in a collection of its own: its event ends the play. */
  private static final String CURTAIN = "curtain";

  /** Without an event for so long, the rest is lost. */
  private static final Duration GIVE_UP_AFTER = Duration.ofSeconds(60);

  private static final Duration PROGRESS_EVERY = Duration.ofSeconds(1);
  private static final int COMPLAINTS_SHOWN = 10;

  private final Stage stage;
  private final int events;
  private final long seed;
  private final PrintWriter out;
  private final Ledger ledger = new Ledger();
  private final AtomicInteger resumes = new AtomicInteger();

  private Demonstration(Stage stage, int events, long seed, PrintWriter out) {
    this.stage = stage;
    this.events = events;
    this.seed = seed;
    this.out = out;
  }

  /**
   * Plays on a fake replica set of its own; whether every event was accounted for, and the set was
   * spoken with as it should be.
   */
  public static boolean onFakeSet(int events, long seed, Channel channel, PrintWriter out)
      throws InterruptedException {
    try (Stage stage = new FakeStage(seed, channel)) {
      return new Demonstration(stage, events, seed, out).play();
    }
  }

  /** Plays on the deployment at that address; whether every event was accounted for. */
  public static boolean onDeployment(String uri, int events, long seed, PrintWriter out)
      throws InterruptedException {
    try (Stage stage = new RealStage(uri)) {
      return new Demonstration(stage, events, seed, out).play();
    }
  }

  private boolean play() throws InterruptedException {
    say("on %s; %s, seed %d", stage.description(), counted(events, "write"), seed);
    long startNanos = System.nanoTime();
    String databaseName = "tailrace_demo_" + Long.toHexString(startNanos);
    try (MongoClient client = MongoClients.create(DriverSettings.of(stage.connectionString()));
        TcpTransport transport = TcpTransport.connect(stage.watcherConnectionString());
        BlockingChangeStream<RawBsonDocument> stream =
            ChangeStreams.watch(transport, WatchTarget.database(databaseName))
                .with(
                    ChangeStreamOptions.builder()
                        .resumePolicy(ResumePolicy.persistent(GIVE_UP_AFTER))
                        .build())
                .listener(this::heard)
                .open()) {
      MongoDatabase database = client.getDatabase(databaseName);
      Workload workload = new Workload(database, ledger, seed, events);
      TroubleMaker trouble = new TroubleMaker(stage.troubles(), workload, events, seed);
      Thread writer = start("writer", () -> write(workload, database));
      Thread troubleMaker = start("trouble maker", trouble);
      boolean sawTheEnd = watch(stream, workload, trouble);
      trouble.stop();
      troubleMaker.join();
      if (sawTheEnd) {
        writer.join();
        dropQuietly(database);
      }
      Duration time = Duration.ofNanos(System.nanoTime() - startNanos);
      return verdict(sawTheEnd, trouble, time);
    }
  }

  private static void write(Workload workload, MongoDatabase database) {
    workload.run();
    for (boolean down = false; !down; ) {
      try {
        database.getCollection(CURTAIN).insertOne(new Document());
        down = true;
      } catch (MongoException notYet) {
        // Whatever it was, the play must end; the event of either try will do.
      }
    }
  }

  /** Reads until the curtain; whether it came. */
  private boolean watch(
      BlockingChangeStream<RawBsonDocument> stream, Workload workload, TroubleMaker trouble)
      throws InterruptedException {
    long lastEventNanos = System.nanoTime();
    long lastWordNanos = lastEventNanos;
    while (System.nanoTime() - lastEventNanos < GIVE_UP_AFTER.toNanos()) {
      if (stream.poll(PROGRESS_EVERY) instanceof Next.Event<RawBsonDocument> next) {
        RawBsonDocument event = next.value();
        if (event.getDocument("ns").getString("coll").getValue().equals(CURTAIN)) {
          return true;
        }
        ledger.delivered(workload.numberOf(event), event);
        lastEventNanos = System.nanoTime();
      }
      if (System.nanoTime() - lastWordNanos > PROGRESS_EVERY.toNanos()) {
        lastWordNanos = System.nanoTime();
        say(
            "  %16s  %10s  %11s",
            counted(ledger.delivered(), "event"),
            counted(trouble.count(), "fault"),
            counted(resumes.get(), "resume"));
      }
    }
    say("no event came for %d s, and the load is not through", GIVE_UP_AFTER.toSeconds());
    return false;
  }

  private boolean verdict(boolean sawTheEnd, TroubleMaker trouble, Duration time) {
    Ledger.Account account = ledger.account();
    account.complaints().stream().limit(COMPLAINTS_SHOWN).forEach(line -> say("  %s", line));
    say("");
    say("written       %,9d", account.written());
    say("delivered     %,9d", account.delivered());
    say("lost          %,9d", account.lost());
    say("repeated      %,9d", account.repeated());
    say("out of order  %,9d", account.outOfOrder());
    say("resumes       %,9d", resumes.get());
    say("faults        %,9d", trouble.count());
    trouble.made().forEach((name, count) -> say("  %,d x %s", count, name));
    say("time          %9.1f s", time.toMillis() / 1000.0);
    stage.observed().forEach(line -> say("%s", line));
    say("");
    stage.missed().forEach(what -> say("NOT in use, though it was asked for: %s", what));
    boolean clean = sawTheEnd && account.isClean();
    say(clean ? "every event came once, and in order" : "NOT every event is accounted for");
    return clean && stage.missed().isEmpty();
  }

  private void heard(StreamEvent event) {
    if (event instanceof StreamEvent.Resumed) {
      resumes.incrementAndGet();
    }
  }

  private static Thread start(String name, Runnable task) {
    Thread thread = new Thread(task, name);
    thread.setDaemon(true);
    thread.start();
    return thread;
  }

  private static void dropQuietly(MongoDatabase database) {
    try {
      database.drop();
    } catch (MongoException leftBehind) {
      // Nobody is harmed by a small database that stays.
    }
  }

  private static String counted(long number, String noun) {
    return String.format(Locale.ROOT, number == 1 ? "%,d %s" : "%,d %ss", number, noun);
  }

  private void say(String format, Object... arguments) {
    out.println(String.format(Locale.ROOT, format, arguments));
    out.flush();
  }
}
