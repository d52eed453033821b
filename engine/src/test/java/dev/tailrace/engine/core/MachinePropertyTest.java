package dev.tailrace.engine.core;

import dev.tailrace.engine.HistoryLostPolicy;
import dev.tailrace.engine.InvalidatePolicy;
import dev.tailrace.engine.UndecodablePolicy;
import dev.tailrace.engine.core.ModelServer.Item;
import dev.tailrace.engine.transport.Outcome;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.constraints.IntRange;

/**
 * What holds of the machine whatever happens, in whatever order: the cached token is what the rules
 * say; nothing is lost, nothing comes twice; each pull is answered once; at most one exchange is
 * awaited; a late answer is harmless; no cursor is left behind; and when trouble is over, the
 * stream gets on.
 *
 * <p>A failure prints the actions and the conversation; jqwik prints the seed.
 */
class MachinePropertyTest {

  private static final int LONGEST = 80;

  /** Everything that can happen to a machine. What exactly is for the number to choose. */
  enum Action {
    COMMIT,
    PULL,
    CANCEL_PULL,
    TAKE_READY,
    GIVE_BACK,
    ANSWER,
    ERROR,
    FAIL,
    NONSENSE,
    LATE,
    CLOSE_CURSOR,
    TIME,
    CLOSE
  }

  /** An error of each class: resumable or not, retryable or not, and of lost history. */
  private enum Refusal {
    LABELLED(91, "ResumableChangeStreamError", "shutdown in progress"),
    ONLY_RESUMABLE(133, "ResumableChangeStreamError", "no primary"),
    ONLY_RETRYABLE(91, "", "shutdown in progress"),
    CURSOR_NOT_FOUND(43, "", "cursor not found"),
    CURSOR_KILLED(237, "", "cursor killed"),
    OUT_OF_TIME(50, "", "operation exceeded time limit"),
    UNAUTHORIZED(13, "", "not authorized"),
    HISTORY_LOST(
        286, "NonResumableChangeStreamError", "resume point may no longer be in the oplog"),
    TOO_LARGE(10334, "", "BSONObj size is invalid");

    private final int code;
    private final String label;
    private final String message;

    Refusal(int code, String label, String message) {
      this.code = code;
      this.label = label;
      this.message = message;
    }
  }

  record Act(Action action, int number) {
    @Override
    public String toString() {
      return action + " " + number;
    }
  }

  @Property(edgeCases = EdgeCasesMode.NONE)
  void whateverHappens(@ForAll("setups") MachineSetup setup, @ForAll("acts") List<Act> acts) {
    MachineWorld world = new MachineWorld(setup);
    try {
      world.open();
      acts.forEach(act -> perform(act, world, setup));
      world.heal();
      world.finish();
    } catch (RuntimeException | AssertionError wrong) {
      throw new AssertionError("%s%n%s%n%s%n%s".formatted(wrong, setup, acts, world.log()), wrong);
    }
  }

  /** One byte of a reply is wrong: of an aggregate's, or of a getMore's. */
  @Property(edgeCases = EdgeCasesMode.NONE)
  void aBrokenReplyEndsAStreamAtWorst(
      @ForAll("setups") MachineSetup setup,
      @ForAll boolean ofGetMore,
      @ForAll @IntRange(max = 2_000) int place,
      @ForAll byte value) {
    MachineWorld world = new MachineWorld(setup);
    world.commit(Item.Kind.PLAIN, setup.hasFragments() ? 3 : 1);
    world.open();
    if (ofGetMore) {
      world.answer(0, setup.silence());
      world.pull(Patience.untilEvent());
    }
    world.answerBroken(place, value);
    world.readToTheEnd();
  }

  private static void perform(Act act, MachineWorld world, MachineSetup setup) {
    int number = act.number();
    switch (act.action()) {
      case COMMIT -> commit(number, world, setup);
      case PULL -> world.pull(patience(number, world.nowNanos()));
      case CANCEL_PULL -> world.cancelPull();
      case TAKE_READY -> world.takeReady();
      case GIVE_BACK -> world.giveBack();
      case ANSWER -> world.answer(number % 5, setup.silence());
      case ERROR -> {
        Refusal error = pick(Refusal.values(), number);
        Optional<String> label = Optional.of(error.label).filter(name -> !name.isEmpty());
        world.answerError(error.code, label, error.message);
      }
      case FAIL -> world.fail(pick(Outcome.Reason.values(), number));
      case NONSENSE -> nonsense(number, world, setup);
      case LATE -> world.answerLate(number, setup.silence());
      case CLOSE_CURSOR -> world.closeCursor();
      case TIME -> time(number, world);
      case CLOSE -> world.close();
    }
  }

  private static <T> T pick(T[] all, int number) {
    return all[number % all.length];
  }

  private static void commit(int number, MachineWorld world, MachineSetup setup) {
    switch (number % 8) {
      case 7 -> world.commit(Item.Kind.INVALIDATE, 1);
      case 6 -> world.commit(Item.Kind.UNDECODABLE, 1);
      case 3, 4, 5 -> world.commit(Item.Kind.PLAIN, setup.hasFragments() ? number % 3 + 1 : 1);
      default -> world.commit(Item.Kind.PLAIN, 1);
    }
  }

  private static Patience patience(int number, long nowNanos) {
    return switch (number % 6) {
      case 0 -> Patience.oneRound();
      case 1 -> Patience.ofDemand(/* withProgress= */ false);
      case 2 -> Patience.ofDemand(/* withProgress= */ true);
      case 3 -> Patience.until(Step.after(nowNanos, Duration.ofSeconds(number / 6)));
      default -> Patience.untilEvent();
    };
  }

  private static void nonsense(int number, MachineWorld world, MachineSetup setup) {
    switch (number % 4) {
      case 0 -> world.answerNonsense(new byte[] {5, 0, 0, 0, 0});
      case 1 -> world.answerNonsense(new byte[] {(byte) number, 1, 2, 3, 4, 5});
      case 2 -> world.answerOfAnotherCursor(setup.silence());
      default -> world.answerWithoutToken(number % 3, setup.silence());
    }
  }

  private static void time(int number, MachineWorld world) {
    switch (number % 5) {
      case 0 -> world.pass(0);
      case 1 -> world.pass(Duration.ofMillis(number).toNanos());
      case 2 -> world.pass(Duration.ofSeconds(number).toNanos());
      case 3 -> world.passUnnoticed(Duration.ofSeconds(number / 3).toNanos());
      default -> {
        if (world.isToWake()) {
          world.wake();
        }
      }
    }
  }

  // ---------------------------------------------------------------- what is drawn

  /** Some servers are quick and some readers are, and trouble is rare or frequent. */
  @Provide
  Arbitrary<List<Act>> acts() {
    return Arbitraries.oneOf(
        acts(/* pulls= */ 100, /* answers= */ 120, /* trouble= */ 3),
        acts(/* pulls= */ 150, /* answers= */ 60, /* trouble= */ 2),
        acts(/* pulls= */ 60, /* answers= */ 100, /* trouble= */ 1));
  }

  private static Arbitrary<List<Act>> acts(int pulls, int answers, int trouble) {
    Arbitrary<Action> actions =
        Arbitraries.frequency(
            Tuple.of(60, Action.COMMIT),
            Tuple.of(pulls, Action.PULL),
            Tuple.of(10, Action.CANCEL_PULL),
            Tuple.of(30, Action.TAKE_READY),
            Tuple.of(15, Action.GIVE_BACK),
            Tuple.of(answers, Action.ANSWER),
            Tuple.of(4 * trouble, Action.ERROR),
            Tuple.of(6 * trouble, Action.FAIL),
            Tuple.of(trouble, Action.NONSENSE),
            Tuple.of(5 * trouble, Action.LATE),
            Tuple.of(trouble, Action.CLOSE_CURSOR),
            Tuple.of(8 * trouble, Action.TIME),
            Tuple.of(1, Action.CLOSE));
    return Combinators.combine(actions, Arbitraries.integers().between(0, 60))
        .as(Act::new)
        .list()
        .ofMinSize(1)
        .ofMaxSize(LONGEST);
  }

  @Provide
  Arbitrary<MachineSetup> setups() {
    Arbitrary<Boolean> flag = Arbitraries.of(false, true);
    return Combinators.combine(
            Combinators.combine(
                    Arbitraries.of(MachineSetup.Start.class),
                    Arbitraries.integers().between(1, 3),
                    flag)
                .as(Tuple::of),
            Combinators.combine(
                    Arbitraries.frequency(Tuple.of(3, false), Tuple.of(1, true)), flag, flag)
                .as(Tuple::of),
            Arbitraries.of(InvalidatePolicy.class),
            Arbitraries.of(UndecodablePolicy.class),
            Arbitraries.of(HistoryLostPolicy.Restart.class),
            Arbitraries.of(MachineSetup.Pieces.class),
            Combinators.combine(flag, flag).as(ModelServer.Silence::new))
        .as(
            (begin, limits, invalidate, undecodable, historyLost, pieces, silence) ->
                new MachineSetup(
                    begin.get1(),
                    begin.get2(),
                    begin.get3(),
                    limits.get1(),
                    limits.get2(),
                    limits.get3(),
                    invalidate,
                    undecodable,
                    historyLost,
                    pieces,
                    silence));
  }
}
