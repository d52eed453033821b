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
  void begins_initiated_with_its_first_member_as_primary() {
    assertThat(set.primary()).isSameAs(member(0));
    assertThat(set.term()).isEqualTo(1);
    assertThat(set.majority()).isEqualTo(set.journal().end());
    assertThat(set.electionId().toHexString()).isEqualTo("7fffffff0000000000000001");
  }

  @Test
  void a_write_is_everywhere_at_once_where_nobody_lags() {
    write("x");
    assertThat(set.members()).allSatisfy(m -> assertThat(m.applied()).isEqualTo(3));
    assertThat(set.majority()).isEqualTo(3);
  }

  @Test
  void the_majority_waits_for_its_second_member() {
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
  void after_a_step_down_another_member_is_elected_when_the_delay_is_over() {
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
  void a_sole_member_waits_out_its_own_ban() {
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
  void what_the_winner_has_not_applied_is_rolled_back() {
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
  void the_member_that_has_most_wins() {
    set.setLag(member(1), 100 * SECOND);
    write("x");
    set.stop(member(0));
    set.advance(SECOND);
    assertThat(set.primary()).isSameAs(member(2));
    assertThat(set.journal().end()).isEqualTo(4);
  }

  @Test
  void one_that_stays_out_of_one_election_does_so_however_late_the_clock_is_looked_at() {
    set.beginStepDown(member(0));
    set.finishStepDown(member(0), set.oneElectionNanos());
    set.advance(3 * SECOND);
    assertThat(set.primary()).isSameAs(member(1));
  }

  @Test
  void nobody_is_elected_who_lacks_what_the_majority_has() {
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
  void a_laggard_catches_up_without_a_primary_and_wins_then() {
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
  void a_primary_without_a_majority_steps_down_and_nobody_is_elected_until_there_is_one() {
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
  void cluster_times_never_go_back_even_if_the_wall_clock_does() {
    write("x");
    BsonTimestamp before = set.journal().timeAt(set.journal().end());
    set.jumpWallClock(-3_600_000);
    write("y");
    assertThat(set.journal().timeAt(set.journal().end())).isGreaterThan(before);
  }
}
