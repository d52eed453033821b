package dev.tailrace.fakeserver.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.fakeserver.ServerVersion;
import dev.tailrace.fakeserver.auth.Users;
import dev.tailrace.fakeserver.clock.Ids;
import dev.tailrace.fakeserver.command.ClientConnection;
import dev.tailrace.fakeserver.command.Invocation;
import dev.tailrace.fakeserver.command.Node;
import dev.tailrace.fakeserver.command.Request;
import dev.tailrace.fakeserver.command.World;
import dev.tailrace.fakeserver.history.HistoryEvent;
import dev.tailrace.fakeserver.history.TrafficCounter;
import dev.tailrace.fakeserver.replset.ReplicaSet;
import dev.tailrace.fakeserver.transaction.Sessions;
import dev.tailrace.fakeserver.transaction.Transactions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.bson.BsonDocument;
import org.junit.jupiter.api.Test;

/** Faults of the fake's own: whoever asked is told, and the set lives on. */
class FailuresTest {

  private final World world = world();
  private final Context context = new Context(world);

  private static World world() {
    Ids ids = new Ids(1);
    ReplicaSet set = new ReplicaSet("rs", List.of("h:1"), ids, 1, 1_700_000_000_000L, 1 << 20);
    ServerVersion version = ServerVersion.NEWEST;
    World world =
        new World(
            set,
            ids,
            version,
            false,
            false,
            new Users(List.of(), List.of(), ids),
            new Sessions(),
            new Transactions(),
            new ArrayList<>());
    set.members().forEach(member -> world.nodes().add(new Node(member, ids, version, 0)));
    return world;
  }

  @Test
  void aCommandThatGoesTooDeepIsAnswered() {
    Link link = new Link(1, 0, new ClientConnection(1, "h:2", new TrafficCounter()));
    BsonDocument body = BsonDocument.parse("{currentOp: 1, $db: 'admin'}");
    Request request = new Request("currentOp", "admin", body, Map.of(), false, false);
    Invocation call =
        new Invocation(
            request,
            world,
            world.nodes().get(0),
            link.client,
            node -> {
              throw new StackOverflowError();
            });
    Exchange exchange =
        new Exchange(context, link, request, call, 7, true, /* replyCompressor= */ null);
    link.running = exchange;
    exchange.start();

    List<HistoryEvent> history = context.recorder.history().events();
    HistoryEvent reply = history.get(history.size() - 1);
    assertThat(reply.toString()).contains("InternalError").contains("StackOverflowError");
    assertThat(context.outbox.take()).hasSize(1);
    assertThat(link.running).isNull();
  }

  @Test
  void aTaskThatFailsLeavesTheOthersToHappen() {
    List<String> done = new ArrayList<>();
    context.later(
        1,
        () -> {
          throw new IllegalStateException("on purpose");
        });
    context.later(
        1,
        () -> {
          throw new StackOverflowError();
        });
    context.later(1, () -> done.add("the last"));
    context.timers.run(1);
    assertThat(done).containsExactly("the last");
    assertThat(context.recorder.history().events())
        .extracting(HistoryEvent::kind)
        .containsExactly(HistoryEvent.Kind.FAULT, HistoryEvent.Kind.FAULT);
    assertThat(context.recorder.history().events().get(0).toString()).contains("on purpose");
  }
}
