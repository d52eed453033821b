package dev.tailrace.fakeserver.fault;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Locale;
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
 * @param faults what happens, in this order
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

  public FaultRule {
    requireNonNull(selector, "selector");
    requireNonNull(moment, "moment");
    faults = List.copyOf(faults);
  }

  /** Moments in the life of a command. */
  public enum Moment {
    BEFORE_COMMAND,
    AFTER_COMMAND
  }

  /**
   * Which commands.
   *
   * @param commands names in lower case; empty for all
   * @param member the member that runs it; null for any
   * @param appName the application that sent it; null for any
   * @param namespace {@code db.coll}; null for any
   */
  public record Selector(
      Set<String> commands,
      @Nullable Integer member,
      @Nullable String appName,
      @Nullable String namespace) {

    public Selector {
      commands = Set.copyOf(commands);
    }

    /** Every command of that name. */
    public static Selector command(String name) {
      return new Selector(Set.of(name.toLowerCase(Locale.ROOT)), null, null, null);
    }

    boolean matches(Call call) {
      return (commands.isEmpty() || commands.contains(call.command().toLowerCase(Locale.ROOT)))
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
