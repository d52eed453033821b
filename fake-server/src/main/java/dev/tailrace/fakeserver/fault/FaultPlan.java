package dev.tailrace.fakeserver.fault;

import dev.tailrace.fakeserver.clock.Ids;
import dev.tailrace.fakeserver.fault.FaultRule.Call;
import dev.tailrace.fakeserver.fault.FaultRule.Moment;
import java.util.ArrayList;
import java.util.List;

/**
 * The rules in force. Of several rules that match a command at one moment, each counts it and each
 * that hits adds its faults, oldest rule first. Not thread-safe.
 */
public final class FaultPlan {

  private final List<Active> rules = new ArrayList<>();
  private final Ids ids;

  /** A plan without rules; rules with a probability draw from {@code ids}. */
  public FaultPlan(Ids ids) {
    this.ids = ids;
  }

  /** A rule in force, and what it did so far. */
  public static final class Active {

    private final FaultRule rule;
    private long matched;
    private long hits;

    private Active(FaultRule rule) {
      this.rule = rule;
    }

    /** How often it struck. */
    public long hits() {
      return hits;
    }

    /** Whether it will never strike again. */
    public boolean isSpent() {
      return hits >= rule.times();
    }
  }

  /** Puts a rule in force. */
  public Active add(FaultRule rule) {
    Active active = new Active(rule);
    rules.add(active);
    return active;
  }

  /** Takes a rule back. */
  public void remove(Active rule) {
    rules.remove(rule);
  }

  /** Takes every rule back. */
  public void clear() {
    rules.clear();
  }

  /** What happens to a command at that moment; also counts it. */
  public List<Fault> strike(Call call, Moment moment) {
    if (rules.isEmpty()) {
      return List.of();
    }
    List<Fault> faults = new ArrayList<>();
    for (Active active : rules) {
      FaultRule rule = active.rule;
      if (rule.moment() == moment && rule.selector().matches(call) && !active.isSpent()) {
        active.matched++;
        boolean isDue = active.matched > rule.skip();
        if (isDue && (rule.probability() >= 1 || ids.fraction() < rule.probability())) {
          active.hits++;
          faults.addAll(rule.faults());
        }
      }
    }
    return faults;
  }
}
