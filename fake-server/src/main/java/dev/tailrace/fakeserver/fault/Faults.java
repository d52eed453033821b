package dev.tailrace.fakeserver.fault;

import static java.util.Objects.requireNonNull;

import dev.tailrace.fakeserver.fault.FaultRule.Moment;
import dev.tailrace.fakeserver.fault.FaultRule.Selector;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.bson.BsonDocument;
import org.jspecify.annotations.Nullable;

/**
 * Faults on demand, said in a sentence: {@code faults.on("getMore").nth(2).closeConnection()}.
 *
 * <p>Thread-safe. A rule strikes once unless it says otherwise, and before the command runs unless
 * it says {@link Rule#afterCommand}.
 */
public final class Faults {

  /** Has the plan changed or read by one thread at a time. */
  public interface Access {
    <T> T with(Function<FaultPlan, T> edit);

    /**
     * For what would do something to the set.
     *
     * @throws IllegalStateException if the set is closed
     */
    void checkOpen();

    /** Whether the set has a command of that name. */
    boolean knows(String command);

    /** How many members the set has. */
    int members();
  }

  private final Access access;

  /** Faults of the plan behind {@code access}. */
  public Faults(Access access) {
    this.access = access;
  }

  /** A rule for commands of these names; for all commands if there are none. */
  public Rule on(String... commands) {
    return new Rule(new LinkedHashSet<>(List.of(commands)));
  }

  /**
   * Puts a rule in force.
   *
   * @throws IllegalArgumentException if the set has no such command or no such member, so that the
   *     rule would never strike
   * @throws IllegalStateException if the set is closed
   */
  public Handle add(FaultRule rule) {
    access.checkOpen();
    for (String command : rule.selector().commands()) {
      if (!access.knows(command)) {
        throw new IllegalArgumentException(
            "on: expected commands of the release, spelt as it spells them, found " + command);
      }
    }
    Integer member = rule.selector().member();
    if (member != null && (member < 0 || member >= access.members())) {
      throw new IllegalArgumentException(
          "atMember: expected 0 to %d, found %d".formatted(access.members() - 1, member));
    }
    return new Handle(access.with(plan -> plan.add(rule)));
  }

  /** Takes every rule back. */
  public void clear() {
    access.with(
        plan -> {
          plan.clear();
          return true;
        });
  }

  /** A rule in force. */
  public final class Handle {

    private final FaultPlan.Active active;

    private Handle(FaultPlan.Active active) {
      this.active = active;
    }

    /** How often it struck so far. */
    public long hits() {
      return access.with(plan -> active.hits());
    }

    /** Takes it back. */
    public void remove() {
      access.with(
          plan -> {
            plan.remove(active);
            return true;
          });
    }
  }

  /**
   * A rule that is being said. Its last word puts it in force, and throws {@link
   * IllegalArgumentException} for what could never strike or do anything, as {@link FaultRule} and
   * {@link Faults#add} say. Not thread-safe.
   */
  public final class Rule {

    private final Set<String> commands;
    private @Nullable Integer member;
    private @Nullable String appName;
    private @Nullable String namespace;
    private Moment moment = Moment.BEFORE_COMMAND;
    private long skip;
    private long times = 1;
    private double probability = 1;

    private Rule(Set<String> commands) {
      this.commands = commands;
    }

    /** Only at that member. */
    public Rule atMember(int index) {
      member = index;
      return this;
    }

    /** Only commands of that application. */
    public Rule fromApp(String name) {
      appName = requireNonNull(name, "fromApp");
      return this;
    }

    /** Only commands on that namespace, {@code db.coll}. */
    public Rule onNamespace(String fullName) {
      namespace = requireNonNull(fullName, "onNamespace");
      return this;
    }

    /**
     * Only the n-th such command, counted from 1.
     *
     * @throws IllegalArgumentException if n is less than 1
     */
    public Rule nth(long n) {
      if (n < 1) {
        throw new IllegalArgumentException("nth: expected 1 or more, found " + n);
      }
      skip = n - 1;
      times = 1;
      return this;
    }

    /** The next n such commands. */
    public Rule times(long n) {
      times = n;
      return this;
    }

    /** Lets n such commands pass first. */
    public Rule skip(long n) {
      skip = n;
      return this;
    }

    /** Every such command. */
    public Rule always() {
      times = FaultRule.ALWAYS;
      return this;
    }

    /** Each such command with that probability. */
    public Rule withProbability(double chance) {
      probability = chance;
      times = FaultRule.ALWAYS;
      return this;
    }

    /** After the command ran, before its reply is sent. */
    public Rule afterCommand() {
      moment = Moment.AFTER_COMMAND;
      return this;
    }

    /**
     * The command is not run; the reply is this error, with the labels that the server's own {@code
     * failCommand} would give it. For a {@code getMore} those are none that a driver resumes a
     * change stream from, but for 43; {@link #failWithLabels} gives it {@code
     * ResumableChangeStreamError}. Not for {@link #afterCommand}.
     */
    public Handle fail(int code) {
      return is(new Fault.ErrorReply(code, null, null, new BsonDocument()));
    }

    /**
     * The command is not run; the reply is this error, with exactly these labels. Not for {@link
     * #afterCommand}.
     */
    public Handle failWithLabels(int code, String... labels) {
      return is(new Fault.ErrorReply(code, null, List.of(labels), new BsonDocument()));
    }

    /** The connection is closed. */
    public Handle closeConnection() {
      return is(new Fault.CloseConnection());
    }

    /** The command runs; of its reply so many bytes come through, then the connection is closed. */
    public Handle closeMidReply(int afterBytes) {
      return afterCommand().is(new Fault.CloseMidReply(afterBytes));
    }

    /** Nothing ever comes through the connection again. */
    public Handle halfOpen() {
      return is(new Fault.HalfOpen());
    }

    /** It takes so much longer. */
    public Handle delay(Duration time) {
      return is(new Fault.Delay(time.toNanos()));
    }

    /** The command runs, and its reply is lost. */
    public Handle dropReply() {
      return afterCommand().is(new Fault.DropReply());
    }

    /** The command runs, and its reply comes twice. */
    public Handle duplicateReply() {
      return afterCommand().is(new Fault.DuplicateReply());
    }

    /** The command runs, and its reply is scrambled. */
    public Handle garbleReply() {
      return afterCommand().is(new Fault.GarbleReply());
    }

    /** The cursor of the getMore is killed before that runs. For {@code on("getMore")} alone. */
    public Handle killCursor() {
      return is(new Fault.KillCursor());
    }

    /** The member steps down. */
    public Handle stepDown() {
      return is(new Fault.StepDown());
    }

    /** The member's process dies. */
    public Handle crash() {
      return is(new Fault.Crash());
    }

    /** These things happen, in this order. */
    public Handle is(Fault... faults) {
      Selector selector = new Selector(commands, member, appName, namespace);
      return add(new FaultRule(selector, moment, skip, times, probability, List.of(faults)));
    }
  }
}
