package dev.tailrace.conformance.topology;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.conformance.unified.match.EntityLookup;
import dev.tailrace.conformance.unified.match.Matcher;
import dev.tailrace.engine.transport.Outcome;
import dev.tailrace.engine.transport.ReadPreference;
import dev.tailrace.engine.transport.Request;
import dev.tailrace.engine.transport.Target;
import dev.tailrace.fakeserver.FakeReplicaSet;
import dev.tailrace.fakeserver.ServerVersion;
import dev.tailrace.wire.event.CommandEvent;
import dev.tailrace.wire.event.CommandEvent.Succeeded;
import dev.tailrace.wire.event.WireListener;
import dev.tailrace.wire.tcp.TcpTransport;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.bson.BsonArray;
import org.bson.BsonBoolean;
import org.bson.BsonDocument;
import org.bson.BsonString;
import org.bson.BsonValue;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * The suite of the command monitoring specification, as far as it sends commands as they are: by
 * the transport to a fake server of a release that meets all requirements of these files.
 */
class CommandMonitoringTest {

  private static final Matcher MATCHER =
      new Matcher(
          new EntityLookup() {
            @Override
            public BsonValue value(String name) {
              throw new AssertionError("no entity " + name);
            }

            @Override
            public BsonDocument sessionLsid(String name) {
              throw new AssertionError("no session " + name);
            }
          });

  private static final AtomicInteger PLAYED = new AtomicInteger();

  @TestFactory
  Stream<DynamicTest> commands() {
    return OfficialTests.in(
        "command-logging-and-monitoring/tests/monitoring", CommandMonitoringTest::playAll);
  }

  private static void playAll(BsonDocument file) throws InterruptedException {
    String database = entity(file, "database").getString("databaseName").getValue();
    BsonArray observed = entity(file, "client").getArray("observeEvents");
    try (FakeReplicaSet set =
        FakeReplicaSet.builder().members(1).serverVersion(ServerVersion.V6_0).start()) {
      for (BsonValue test : file.getArray("tests")) {
        play(test.asDocument(), database, observed, set.connectionString());
        PLAYED.incrementAndGet();
      }
    }
  }

  private static BsonDocument entity(BsonDocument file, String kind) {
    return file.getArray("createEntities").stream()
        .map(BsonValue::asDocument)
        .filter(entity -> entity.containsKey(kind))
        .map(entity -> entity.getDocument(kind))
        .findFirst()
        .orElseThrow();
  }

  private static void play(BsonDocument test, String database, BsonArray observed, String uri)
      throws InterruptedException {
    Queue<CommandEvent> events = new ConcurrentLinkedQueue<>();
    WireListener listener =
        new WireListener() {
          @Override
          public void command(CommandEvent event) {
            if (observed.contains(new BsonString(kind(event)))) {
              events.add(event);
            }
          }
        };
    try (TcpTransport transport = TcpTransport.builder(uri).listener(listener).connect()) {
      for (BsonValue operation : test.getArray("operations")) {
        run(operation.asDocument(), database, transport);
      }
    }
    BsonDocument expected = test.getArray("expectEvents").get(0).asDocument();
    for (BsonValue value : expected.getArray("events")) {
      checkEvent(value.asDocument(), events.remove());
    }
    assertThat(events).isEmpty();
  }

  /** The event's name as the suite has it. */
  private static String kind(CommandEvent event) {
    return "command" + event.getClass().getSimpleName() + "Event";
  }

  private static void run(BsonDocument operation, String database, TcpTransport transport)
      throws InterruptedException {
    assertThat(operation.getString("name").getValue()).isEqualTo("runCommand");
    BlockingQueue<Outcome> outcomes = new LinkedBlockingQueue<>();
    transport.send(
        new Request(
            new Target.AnyEligible(ReadPreference.of(ReadPreference.Mode.PRIMARY)),
            database,
            operation.getDocument("arguments").getDocument("command")),
        outcomes::add);
    @Nullable Outcome outcome = outcomes.poll(20, TimeUnit.SECONDS);
    assertThat(outcome).isInstanceOf(Outcome.Replied.class);
    boolean ok = ((Outcome.Replied) outcome).reply().asDocument().getNumber("ok").intValue() == 1;
    assertThat(BsonBoolean.valueOf(!ok))
        .as("whether %s fails", operation)
        .isEqualTo(
            operation
                .getDocument("expectError", new BsonDocument())
                .getBoolean("isError", BsonBoolean.FALSE));
  }

  private static void checkEvent(BsonDocument expected, CommandEvent event) {
    Map.Entry<String, BsonValue> kind = expected.entrySet().iterator().next();
    assertThat(kind.getKey()).isEqualTo(kind(event));
    BsonDocument actual =
        new BsonDocument("commandName", new BsonString(event.context().commandName()))
            .append("databaseName", new BsonString(event.context().databaseName()));
    if (event instanceof CommandEvent.Started started) {
      actual.append("command", started.command());
    } else if (event instanceof Succeeded succeeded) {
      actual.append("reply", succeeded.reply());
    }
    kind.getValue()
        .asDocument()
        .forEach((name, value) -> MATCHER.matchRoot(name, value, actual.get(name)));
  }

  @AfterAll
  static void printCounts() {
    System.out.printf("command-logging-and-monitoring: %d tests pass%n", PLAYED.get());
  }
}
