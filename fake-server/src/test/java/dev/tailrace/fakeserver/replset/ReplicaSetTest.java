package dev.tailrace.fakeserver.replset;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.fakeserver.clock.Ids;
import dev.tailrace.fakeserver.storage.Change;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.bson.BsonTimestamp;
import org.junit.jupiter.api.Test;

class ReplicaSetTest {

  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

  private final ReplicaSet set =
      new ReplicaSet(
          "rs0", List.of("a:1", "b:1", "c:1"), new Ids(7), SECOND, 1_700_000_000_000L, 1 << 20);

  private Member member(int index) {
    return set.members().get(index);
  }

  private void write(String message) {
    set.write(new Change.Noop(message), set.journal().head());
  }

  @Test
  void beginsInitiatedWithItsFirstMemberAsPrimary() {
    assertThat(set.primary()).isSameAs(member(0));
    assertThat(set.term()).isEqualTo(1);
    assertThat(set.majority()).isEqualTo(set.journal().end());
    assertThat(set.electionId().toHexString()).isEqualTo("7fffffff0000000000000001");
  }

  @Test
  void aWriteIsEverywhereAtOnceWhereNobodyLags() {
    write("x");
    assertThat(set.members()).allSatisfy(m -> assertThat(m.applied()).isEqualTo(3));
    assertThat(set.majority()).isEqualTo(3);
  }

  @Test
  void theMajorityWaitsForItsSecondMember() {
    set.setLag(member(1), 2 * SECOND);
    set.setLag(member(2), 5 * SECOND);
    write("x");
    assertThat(set.majority()).isEqualTo(2);
    assertThat(set.wakeAtNanos()).isEqualTo(2 * SECOND);
    set.advance(2 * SECOND - 1);
    assertThat(set.majority()).isEqualTo(2);
    set.advance(2 * SECOND);
    assertThat(set.majority()).isEqualTo(3);
    assertThat(set.majorityAt(member(2))).isEqualTo(2);
    set.advance(5 * SECOND);
    assertThat(set.majorityAt(member(2))).isEqualTo(3);
    assertThat(set.wakeAtNanos()).isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void afterAStepDownAnotherMemberIsElectedWhenTheDelayIsOver() {
    set.beginStepDown(member(0));
    assertThat(set.primary()).isNull();
    set.finishStepDown(member(0), 60 * SECOND);
    set.advance(SECOND - 1);
    assertThat(set.primary()).isNull();
    set.advance(SECOND);
    assertThat(set.primary()).isSameAs(member(1));
    assertThat(set.term()).isEqualTo(2);
    assertThat(set.journal().termAt(set.journal().end())).isEqualTo(2);
  }

  @Test
  void aSoleMemberWaitsOutItsOwnBan() {
    ReplicaSet alone =
        new ReplicaSet("rs0", List.of("a:1"), new Ids(7), SECOND, 1_700_000_000_000L, 1 << 20);
    alone.beginStepDown(alone.members().get(0));
    alone.finishStepDown(alone.members().get(0), 10 * SECOND);
    alone.advance(9 * SECOND);
    assertThat(alone.primary()).isNull();
    alone.advance(10 * SECOND);
    assertThat(alone.primary()).isNotNull();
  }

  @Test
  void whatTheWinnerHasNotAppliedIsRolledBack() {
    set.setLag(member(1), 100 * SECOND);
    set.setLag(member(2), 100 * SECOND);
    write("lost");
    BsonTimestamp lost = set.journal().timeAt(set.journal().end());
    set.stop(member(0));
    set.advance(SECOND);
    assertThat(set.primary()).isSameAs(member(1));
    assertThat(set.journal().oplog().get(2).changes())
        .containsExactly(new Change.Noop("new primary"));
    assertThat(set.journal().timeAt(3)).isGreaterThan(lost);
    set.restart(member(0));
    assertThat(member(0).applied()).isEqualTo(3);
  }

  @Test
  void theMemberThatHasMostWins() {
    set.setLag(member(1), 100 * SECOND);
    write("x");
    set.stop(member(0));
    set.advance(SECOND);
    assertThat(set.primary()).isSameAs(member(2));
    assertThat(set.journal().end()).isEqualTo(4);
  }

  @Test
  void oneThatStaysOutOfOneElectionDoesSoHoweverLateTheClockIsLookedAt() {
    set.beginStepDown(member(0));
    set.finishStepDown(member(0), set.oneElectionNanos());
    set.advance(3 * SECOND);
    assertThat(set.primary()).isSameAs(member(1));
  }

  @Test
  void nobodyIsElectedWhoLacksWhatTheMajorityHas() {
    set.setLag(member(1), 100 * SECOND);
    write("x");
    assertThat(set.majority()).isEqualTo(3);
    set.beginStepDown(member(0));
    set.finishStepDown(member(0), 60 * SECOND);
    set.stop(member(2));
    set.advance(59 * SECOND);
    assertThat(set.primary()).isNull();
    set.advance(60 * SECOND);
    assertThat(set.primary()).isSameAs(member(0));
    assertThat(set.journal().end()).isEqualTo(4);
  }

  @Test
  void aLaggardCatchesUpWithoutAPrimaryAndWinsThen() {
    ReplicaSet two =
        new ReplicaSet(
            "rs0", List.of("a:1", "b:2"), new Ids(7), SECOND, 1_700_000_000_000L, 1 << 20);
    Member first = two.members().get(0);
    Member second = two.members().get(1);
    two.setLag(second, 5 * SECOND);
    two.write(new Change.Noop("x"), two.journal().head());
    two.beginStepDown(first);
    two.finishStepDown(first, 60 * SECOND);
    two.advance(5 * SECOND - 1);
    assertThat(two.primary()).isNull();
    two.advance(5 * SECOND);
    assertThat(two.primary()).isSameAs(second);
    assertThat(two.journal().end()).isEqualTo(4);
  }

  @Test
  void aPrimaryWithoutAMajorityStepsDownAndNobodyIsElectedUntilThereIsOne() {
    set.stop(member(1));
    set.stop(member(2));
    assertThat(set.primary()).isNull();
    set.advance(10 * SECOND);
    assertThat(set.primary()).isNull();
    set.restart(member(2));
    set.advance(11 * SECOND);
    assertThat(set.primary()).isNotNull();
  }

  @Test
  void clusterTimesNeverGoBackEvenIfTheWallClockDoes() {
    write("x");
    BsonTimestamp before = set.journal().timeAt(set.journal().end());
    set.jumpWallClock(-3_600_000);
    write("y");
    assertThat(set.journal().timeAt(set.journal().end())).isGreaterThan(before);
  }

  @Test
  void aProcessThatEndsForgetsThatItShallNotStandForElection() {
    ReplicaSet alone =
        new ReplicaSet("rs0", List.of("a:1"), new Ids(7), SECOND, 1_700_000_000_000L, 1 << 20);
    Member only = alone.members().get(0);
    alone.beginStepDown(only);
    alone.finishStepDown(only, TimeUnit.DAYS.toNanos(1000));
    alone.advance(TimeUnit.DAYS.toNanos(1));
    assertThat(alone.primary()).isNull();
    alone.stop(only);
    alone.restart(only);
    alone.advance(TimeUnit.DAYS.toNanos(1) + 2 * SECOND);
    assertThat(alone.primary()).isSameAs(only);
  }

  @Test
  void aFreezeThatIsLiftedHoldsUpNoElection() {
    ReplicaSet alone =
        new ReplicaSet("rs0", List.of("a:1"), new Ids(7), SECOND, 1_700_000_000_000L, 1 << 20);
    Member only = alone.members().get(0);
    alone.beginStepDown(only);
    alone.finishStepDown(only, TimeUnit.DAYS.toNanos(1000));
    alone.advance(TimeUnit.DAYS.toNanos(1));
    alone.freeze(only, 0);
    alone.advance(TimeUnit.DAYS.toNanos(1) + 2 * SECOND);
    assertThat(alone.primary()).isSameAs(only);
  }
}
