package dev.tailrace.fakeserver.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tailrace.fakeserver.Conversation;
import dev.tailrace.fakeserver.FakeReplicaSet;
import java.time.Duration;
import org.bson.BsonDocument;
import org.bson.BsonString;
import org.junit.jupiter.api.Test;

/** A router as it shows itself to those who come through a load balancer. */
class BehindLoadBalancerTest {

  @Test
  void itSaysWhichServiceItIs() throws InterruptedException {
    try (var router = router(1);
        var another = router(2);
        var client = new Conversation(router, 0, "admin");
        var again = new Conversation(router, 0, "admin");
        var other = new Conversation(another, 0, "admin")) {
      BsonDocument hello = client.ok("{hello: 1, loadBalanced: true}");

      assertThat(hello)
          .containsEntry("msg", new BsonString("isdbgrid"))
          .doesNotContainKey("setName");
      assertThat(again.ok("{hello: 1, loadBalanced: true}").get("serviceId"))
          .isEqualTo(hello.getObjectId("serviceId"));
      assertThat(other.ok("{hello: 1, loadBalanced: true}").get("serviceId"))
          .isNotEqualTo(hello.getObjectId("serviceId"));
      // Said once, it holds for the connection.
      assertThat(client.ok("{hello: 1}").get("serviceId")).isEqualTo(hello.get("serviceId"));
    }
  }

  @Test
  void whoDoesNotSayThatHeComesThroughOneIsRefused() throws InterruptedException {
    try (var router = router(1);
        var client = new Conversation(router, 0, "admin")) {
      assertThat(Conversation.code(client.run("{hello: 1}"))).isEqualTo(354);
    }
  }

  @Test
  void whoIsBehindNoneHasNoServiceId() throws InterruptedException {
    try (var set = FakeReplicaSet.builder().virtualTime().start();
        var client = new Conversation(set, 0, "admin")) {
      assertThat(client.ok("{hello: 1, loadBalanced: true}")).doesNotContainKey("serviceId");
    }
  }

  @Test
  void aConnectionThatEndsTakesItsCursorsWithIt() throws InterruptedException {
    try (var router = router(1);
        var stays = new Conversation(router, 0, "shop")) {
      try (var goes = new Conversation(router, 0, "shop")) {
        goes.ok("{aggregate: 'orders', pipeline: [{$changeStream: {}}], cursor: {}}");
        stays.ok("{aggregate: 'orders', pipeline: [{$changeStream: {}}], cursor: {}}");
        assertThat(router.openCursors()).isEqualTo(2);
      }
      assertThat(router.awaitCursors(1, Duration.ofSeconds(1))).isTrue();
    }
  }

  @Test
  void severalMembersOrAStandaloneAreNoRouter() {
    assertThatThrownBy(
            () -> FakeReplicaSet.builder().behindLoadBalancer().members(3).virtualTime().start())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("behindLoadBalancer: it is one router of a cluster, not several members");
    assertThatThrownBy(
            () -> FakeReplicaSet.builder().behindLoadBalancer().standalone().virtualTime().start())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("behindLoadBalancer: it is one router of a cluster, not a standalone");
  }

  private static FakeReplicaSet router(long seed) {
    return FakeReplicaSet.builder().behindLoadBalancer().seed(seed).virtualTime().start();
  }
}
