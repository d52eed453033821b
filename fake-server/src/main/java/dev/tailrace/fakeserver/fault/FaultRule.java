package dev.tailrace.fakeserver.fault;

import static java.util.Objects.requireNonNull;

import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * When a fault happens.
 *
 * @param selector the commands it is for
 * @param moment before such a command runs, or after it ran and before its reply is sent
 * @param skip how many matching commands are let pass first
 * @param times how many are hit then; {@link #ALWAYS} for all of them
 * @param probability how likely each of those is to be hit, 0 to 1
 * @param faults what happens, in this order; each of a kind that can happen at that moment
 */
public record FaultRule(
    Selector selector,
    Moment moment,
    long skip,
    long times,
    double probability,
    List<Fault> faults) {

  /** Without end. */
  public static final long ALWAYS = Long.MAX_VALUE;

  /**
   * A rule that can strike.
   *
   * @throws IllegalArgumentException if a number is out of its range, if there is no fault, or if
   *     one could do nothing for these commands at that moment
   */
  public FaultRule {
    requireNonNull(selector, "selector");
    requireNonNull(moment, "moment");
    faults = List.copyOf(faults);
    check(skip >= 0, "skip: expected 0 or more, found " + skip);
    check(times >= 1, "times: expected 1 or more, found " + times);
    check(
        probability >= 0 && probability <= 1, "probability: expected 0 to 1, found " + probability);
    check(!faults.isEmpty(), "faults: expected at least one, found none");
    for (Fault fault : faults) {
      check(fault, selector, moment);
    }
  }

  private static void check(Fault fault, Selector selector, Moment moment) {
    boolean isBefore = moment == Moment.BEFORE_COMMAND;
    if (fault instanceof Fault.ErrorReply
        || fault instanceof Fault.WriteConcernError
        || fault instanceof Fault.KillCursor) {
      check(isBefore, "expected before the command, found after it: " + fault);
    } else if (fault instanceof Fault.CloseMidReply
        || fault instanceof Fault.DuplicateReply
        || fault instanceof Fault.GarbleReply) {
      check(!isBefore, "expected after the command, when there is a reply, found before: " + fault);
    }
    if (fault instanceof Fault.CloseMidReply cut) {
      check(cut.afterBytes() >= 0, "afterBytes: expected 0 or more, found " + cut.afterBytes());
    } else if (fault instanceof Fault.Delay delay) {
      check(delay.nanos() >= 0, "delay: expected 0 or more ns, found " + delay.nanos());
    } else if (fault instanceof Fault.KillCursor) {
      check(
          selector.commands().equals(Set.of("getMore")),
          "killCursor: expected on getMore alone, found on " + selector.commands());
    }
  }

  private static void check(boolean isMet, String expectation) {
    if (!isMet) {
      throw new IllegalArgumentException(expectation);
    }
  }

  /** Moments in the life of a command. */
  public enum Moment {
    BEFORE_COMMAND,
    AFTER_COMMAND
  }

  /**
   * Which commands.
   *
   * @param commands names; the aliases that differ in case only are meant too. Empty for all
   * @param member the member that runs it; null for any
   * @param appName the application that sent it; null for any
   * @param namespace {@code db.coll}, or {@code db.$cmd} for commands without a collection; null
   *     for any
   */
  public record Selector(
      Set<String> commands,
      @Nullable Integer member,
      @Nullable String appName,
      @Nullable String namespace) {

    public Selector {
      commands = Collections.unmodifiableSet(new LinkedHashSet<>(commands));
      check(
          namespace == null || namespace.indexOf('.') > 0,
          "namespace: expected db.coll, found " + namespace);
    }

    /** Every command of that name. */
    public static Selector command(String name) {
      return new Selector(Set.of(name), null, null, null);
    }

    boolean matches(Call call) {
      return (commands.isEmpty() || commands.stream().anyMatch(call.command()::equalsIgnoreCase))
          && (member == null || member == call.member())
          && (appName == null || appName.equals(call.appName()))
          && (namespace == null || namespace.equals(call.namespace()));
    }
  }

  /**
   * A command as rules see it.
   *
   * @param command its name
   * @param member the member it came to
   * @param appName the application that sent it, if it said
   * @param namespace {@code db.coll}, or the database with what the command names
   */
  public record Call(
      String command, int member, @Nullable String appName, @Nullable String namespace) {}
}
