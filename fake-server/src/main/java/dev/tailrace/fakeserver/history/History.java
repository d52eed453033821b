package dev.tailrace.fakeserver.history;

import java.util.List;
import java.util.stream.Collectors;

/**
 * What happened, as far as it was kept: the newest events, oldest first. Immutable.
 *
 * @param events the events
 * @param forgotten how many older ones were not kept
 */
public record History(List<HistoryEvent> events, long forgotten) {

  public History {
    events = List.copyOf(events);
  }

  /** The commands of that name, in the order in which they came. */
  public List<HistoryEvent> commands(String name) {
    return of(HistoryEvent.Kind.COMMAND, name);
  }

  /** The replies to commands of that name, in the order in which they were sent. */
  public List<HistoryEvent> replies(String name) {
    return of(HistoryEvent.Kind.REPLY, name);
  }

  private List<HistoryEvent> of(HistoryEvent.Kind kind, String name) {
    return events.stream()
        .filter(event -> event.kind() == kind && event.name().equals(name))
        .toList();
  }

  /** A timeline, one event a line. */
  @Override
  public String toString() {
    String lines = events.stream().map(HistoryEvent::toString).collect(Collectors.joining("\n"));
    return forgotten == 0 ? lines : "(" + forgotten + " older events were not kept)\n" + lines;
  }
}
