package dev.tailrace.conformance.unified.match;

import dev.tailrace.conformance.support.ObservedEvent;
import dev.tailrace.conformance.unified.format.ExpectedEvents.ExpectedEvent;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.bson.BsonValue;

/** Compares observed events with expected ones. */
public final class EventMatcher {

  /** Fields that are compared as root-level documents. */
  private static final Set<String> DOCUMENTS =
      Set.of("command", "reply", "previousDescription", "newDescription");

  private final Matcher matcher;

  public EventMatcher(Matcher matcher) {
    this.matcher = matcher;
  }

  /**
   * Asserts that these events were observed, in this order.
   *
   * @param client whose events they are, for the failure's message
   * @param ignoreExtra whether more may follow
   */
  public void match(
      String client,
      List<ExpectedEvent> expected,
      List<ObservedEvent> observed,
      boolean ignoreExtra) {
    try {
      for (int i = 0; i < expected.size(); i++) {
        if (i == observed.size()) {
          throw new AssertionError(
              "event %d: expected %s, found no more".formatted(i, expected.get(i)));
        }
        match("event " + i, expected.get(i), observed.get(i));
      }
      if (!ignoreExtra && observed.size() > expected.size()) {
        throw new AssertionError(
            "expected %d events, found %d".formatted(expected.size(), observed.size()));
      }
    } catch (AssertionError mismatch) {
      throw new AssertionError(
          "%s: %s%nobserved:%n%s"
              .formatted(
                  client,
                  mismatch.getMessage(),
                  observed.stream().map(each -> "  " + each).collect(Collectors.joining("\n"))),
          mismatch);
    }
  }

  /** Whether one event is as expected. */
  public boolean matches(ExpectedEvent expected, ObservedEvent observed) {
    try {
      match("event", expected, observed);
      return true;
    } catch (AssertionError mismatch) {
      return false;
    }
  }

  private void match(String path, ExpectedEvent expected, ObservedEvent observed) {
    if (!expected.type().equals(observed.type())) {
      throw new AssertionError(
          "%s: expected a %s, found %s".formatted(path, expected.type(), observed));
    }
    expected
        .fields()
        .forEach((name, value) -> matchField(path + ", " + name, name, value, observed));
  }

  private void matchField(String path, String name, BsonValue expected, ObservedEvent observed) {
    if (DOCUMENTS.contains(name)) {
      matcher.matchRoot(path, expected, observed.fields().get(name));
    } else {
      matcher.match(path, expected, observed.fields().get(name));
    }
  }
}
