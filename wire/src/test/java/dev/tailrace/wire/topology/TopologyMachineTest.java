package dev.tailrace.wire.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.tailrace.wire.topology.Update.Action;
import dev.tailrace.wire.topology.Update.Action.Kind;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import org.bson.BsonDocument;
import org.bson.types.ObjectId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TopologyMachineTest {

  private static final ServerAddress A = ServerAddress.parse("a");
  private static final ServerAddress B = ServerAddress.parse("b");
  private static final ServerAddress C = ServerAddress.parse("c");
  private static final ObjectId ONE = new ObjectId("000000000000000000000001");
  private static final ObjectId TWO = new ObjectId("000000000000000000000002");

  private final TopologyMachine machine =
      new TopologyMachine(List.of(A), null, ConnectionMode.DISCOVER);

  @Test
  void seedsAreUnknown() {
    assertThat(machine.topology()).hasToString("Unknown [a:27017 Unknown]");
  }

  @Test
  void aPrimaryNamesTheOthers() {
    primary(A, 1);

    assertThat(machine.topology())
        .hasToString("ReplicaSetWithPrimary rs [a:27017 RSPrimary, b:27017 Unknown]");
    assertThat(machine.topology().server(A).orElseThrow().roundTripNanos())
        .isEqualTo(OptionalLong.of(5));
  }

  /** Where the name of the set is wrong, every server is left out: the message has to say why. */
  @Test
  void whoIsLeftOutIsNamedWithTheReason() throws BadHelloException {
    TopologyMachine other = new TopologyMachine(List.of(A), "other", ConnectionMode.DISCOVER);

    other.onHello(
        A,
        HelloReply.parse(
            BsonDocument.parse(
                "{ok: 1, setName: 'rs', secondary: true, hosts: ['a'], maxWireVersion: 25}")),
        5,
        1);

    assertThat(other.topology())
        .hasToString(
            "ReplicaSetNoPrimary other []; left out a:27017: expected replica set other, found rs");
  }

  @Test
  void theOldPrimaryIsCheckedAtOnce() {
    primary(A, 1);

    Update update = primary(B, 2);

    assertThat(update.actions()).containsExactly(new Action(Kind.CHECK_NOW, A));
    assertThat(machine.topology())
        .hasToString(
            "ReplicaSetWithPrimary rs [a:27017 Unknown (primary marked stale due to discovery of"
                + " newer primary), b:27017 RSPrimary]");
  }

  @ParameterizedTest
  @EnumSource(names = {"BROKEN", "HELLO_REFUSED", "NOT_AUTHENTICATED"})
  void aBrokenConnectionEndsTheCheckAndTheGeneration(NetworkFault fault) {
    primary(A, 1);

    Update update = machine.onNetworkError(A, 0, fault, "reset");

    assertThat(update.actions()).containsExactly(new Action(Kind.CANCEL_CHECK, A));
    assertThat(update.topology().server(A).orElseThrow().poolGeneration()).isEqualTo(1);
    assertThat(update.topology().server(A).orElseThrow()).hasToString("a:27017 Unknown (reset)");
  }

  @Test
  void anUnresolvedNameIsNoPassingTrouble() {
    Update update = machine.onNetworkError(A, 0, NetworkFault.NOT_RESOLVED, "unknown host");

    assertThat(update.topology()).hasToString("Unknown [a:27017 Unknown (unknown host)]");
  }

  @Test
  void aConnectionThatCouldNotBeMadeOrIsSlowSaysNothingOfTheServer() {
    primary(A, 1);
    Topology before = machine.topology();

    assertThat(machine.onNetworkError(A, 0, NetworkFault.NOT_ESTABLISHED, "refused").topology())
        .isSameAs(before);
    assertThat(machine.onNetworkError(A, 0, NetworkFault.TIMED_OUT, "timeout").topology())
        .isSameAs(before);
  }

  @Test
  void aTimedOutCheckInterruptsWhatIsInUse() {
    primary(A, 1);

    assertThat(machine.onCheckFailed(A, "timeout", true).actions())
        .containsExactly(new Action(Kind.INTERRUPT_IN_USE, A));
    assertThat(machine.onCheckFailed(A, "refused", false).actions()).isEmpty();
    assertThat(machine.topology().server(A).orElseThrow().poolGeneration()).isEqualTo(2);
  }

  @Test
  void notPrimaryIsCheckedAtOnceAndKeepsItsConnections() {
    primary(A, 1);

    Update update = machine.onStateChangeError(A, 0, 21, stateChange(10107));

    assertThat(update.actions()).containsExactly(new Action(Kind.CHECK_NOW, A));
    assertThat(update.topology().server(A).orElseThrow().poolGeneration()).isZero();
    assertThat(update.topology().type()).isEqualTo(TopologyType.REPLICA_SET_NO_PRIMARY);
  }

  @Test
  void aServerGoingDownLosesItsConnections() {
    primary(A, 1);

    Update update = machine.onStateChangeError(A, 0, 21, stateChange(91));

    assertThat(update.topology().server(A).orElseThrow().poolGeneration()).isEqualTo(1);
  }

  @Test
  void newsOfAStrangerIsDropped() throws BadHelloException {
    primary(A, 1);
    Topology before = machine.topology();
    ServerAddress stranger = ServerAddress.parse("stranger");

    machine.onHello(stranger, HelloReply.parse(BsonDocument.parse("{ok: 1}")), 1, 1);
    machine.onCheckFailed(stranger, "refused", true);
    machine.onNetworkError(stranger, 0, NetworkFault.BROKEN, "reset");
    machine.onStateChangeError(stranger, 0, 21, stateChange(91));

    assertThat(machine.topology()).isSameAs(before);
  }

  @Test
  void aRefusedHelloIsAFailedCheck() throws BadHelloException {
    primary(A, 1);

    machine.onHello(
        A, HelloReply.parse(BsonDocument.parse("{ok: 0, errmsg: 'going down', code: 91}")), 1, 1);

    assertThat(machine.topology().server(A).orElseThrow())
        .hasToString("a:27017 Unknown (hello failed: going down)");
    assertThat(machine.topology().server(A).orElseThrow().poolGeneration()).isEqualTo(1);
  }

  @Test
  void whatItTalksToIsWhatItWasToldTo() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new TopologyMachine(List.of(), null, ConnectionMode.DISCOVER));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new TopologyMachine(List.of(A, B), null, ConnectionMode.DIRECT));
  }

  @Test
  void aLoadBalancerIsThereOnceItIsOpened() {
    TopologyMachine balanced = balanced();
    assertThat(balanced.topology()).hasToString("LoadBalanced [a:27017 Unknown]");

    balanced.onOpened();

    assertThat(balanced.topology()).hasToString("LoadBalanced [a:27017 LoadBalancer]");
  }

  /** Load balancers specification, "Error handling": the load balancer itself is never lost. */
  @Test
  void anErrorOfOneServiceEndsTheGenerationOfItsConnectionsOnly() {
    TopologyMachine balanced = balanced();
    balanced.onOpened();

    balanced.onServiceError(A, ONE, 0, NetworkFault.BROKEN);

    ServerView server = balanced.topology().server(A).orElseThrow();
    assertThat(server.type()).isEqualTo(ServerType.LOAD_BALANCER);
    assertThat(server.serviceGeneration(ONE)).isEqualTo(1);
    assertThat(server.serviceGeneration(TWO)).isZero();
    assertThat(server.poolGeneration()).isZero();
  }

  @Test
  void anErrorOfAnOlderGenerationIsOldNews() {
    TopologyMachine balanced = balanced();
    balanced.onServiceError(A, ONE, 0, NetworkFault.BROKEN);

    balanced.onServiceError(A, ONE, 0, NetworkFault.NOT_AUTHENTICATED);

    assertThat(balanced.topology().server(A).orElseThrow().serviceGeneration(ONE)).isEqualTo(1);
    balanced.onServiceError(A, ONE, 1, NetworkFault.NOT_AUTHENTICATED);
    assertThat(balanced.topology().server(A).orElseThrow().serviceGeneration(ONE)).isEqualTo(2);
  }

  @ParameterizedTest
  @EnumSource(names = {"NOT_ESTABLISHED", "TIMED_OUT"})
  void whatSaysNothingOfAServiceEndsNoGeneration(NetworkFault fault) {
    TopologyMachine balanced = balanced();

    balanced.onServiceError(A, ONE, 0, fault);

    assertThat(balanced.topology().server(A).orElseThrow().serviceGeneration(ONE)).isZero();
  }

  @Test
  void aLoadBalancerIsNotJudgedByWhatItsServersSay() throws BadHelloException {
    TopologyMachine balanced = balanced();
    balanced.onOpened();
    Topology before = balanced.topology();

    balanced.onHello(A, HelloReply.parse(BsonDocument.parse("{ok: 1, msg: 'isdbgrid'}")), 5, 1);
    balanced.onCheckFailed(A, "gone", true);
    balanced.onNetworkError(A, 0, NetworkFault.BROKEN, "gone");
    balanced.onStateChangeError(A, 0, 25, new StateChangeError("down", true, null));

    assertThat(balanced.topology()).isEqualTo(before);
  }

  /** Polling SRV records specification. */
  @Test
  void otherHostsReplaceRoutersAndLeaveTheRestAlone() throws BadHelloException {
    TopologyMachine routers = new TopologyMachine(List.of(A, B), null, ConnectionMode.DISCOVER);
    routers.onHello(A, HelloReply.parse(BsonDocument.parse("{ok: 1, msg: 'isdbgrid'}")), 5, 1);

    routers.onSeeds(Set.of(A, C));

    assertThat(routers.topology()).hasToString("Sharded [a:27017 Mongos, c:27017 Unknown]");
  }

  @Test
  void membersOfASetAreNotReplaced() {
    primary(A, 1);
    Topology before = machine.topology();

    machine.onSeeds(Set.of(C));

    assertThat(machine.topology()).isEqualTo(before);
    assertThatIllegalArgumentException().isThrownBy(() -> machine.onSeeds(Set.of()));
  }

  /** Nothing is beside a single server, so what DNS has put there speaks against one. */
  @Test
  void aStandaloneBesideOtherHostsIsLeftOutThoughTheSeedWasOne() throws BadHelloException {
    machine.onSeeds(Set.of(A, B));

    standalone(machine, A);

    assertThat(machine.topology())
        .hasToString(
            "Unknown [b:27017 Unknown]; left out a:27017: it is a standalone server, and there are"
                + " several seeds");
  }

  /** Seeds are what the client was given to begin with (discovery specification, "Seed list"). */
  @Test
  void aStandaloneThatIsLeftOfSeveralSeedsIsLeftOutToo() throws BadHelloException {
    TopologyMachine several = new TopologyMachine(List.of(A, B), null, ConnectionMode.DISCOVER);
    several.onSeeds(Set.of(A));

    standalone(several, A);

    assertThat(several.topology().toString()).startsWith("Unknown []; left out a:27017");
  }

  @Test
  void aStandaloneInThePlaceOfTheOneSeedIsASingleServer() throws BadHelloException {
    machine.onSeeds(Set.of(B));

    standalone(machine, B);

    assertThat(machine.topology()).hasToString("Single [b:27017 Standalone]");
  }

  private static void standalone(TopologyMachine machine, ServerAddress address)
      throws BadHelloException {
    machine.onHello(
        address, HelloReply.parse(BsonDocument.parse("{ok: 1, maxWireVersion: 21}")), 5, 1);
  }

  private static TopologyMachine balanced() {
    return new TopologyMachine(List.of(A), null, ConnectionMode.LOAD_BALANCED);
  }

  private Update primary(ServerAddress address, int term) {
    try {
      return machine.onHello(
          address,
          HelloReply.parse(
              BsonDocument.parse(
                  """
                  {ok: 1, isWritablePrimary: true, setName: "rs", hosts: ["a", "b"], setVersion: 1,
                   electionId: {$oid: "7fffffff000000000000000%d"}, maxWireVersion: 21}
                  """
                      .formatted(term))),
          5,
          9);
    } catch (BadHelloException e) {
      throw new AssertionError(e);
    }
  }

  private static StateChangeError stateChange(int code) {
    return StateChangeError.in(
            BsonDocument.parse("{ok: 0, errmsg: 'no', code: %d}".formatted(code)))
        .orElseThrow();
  }
}
