package dev.tailrace.wire.tcp;

import dev.tailrace.engine.transport.ReadPreference;
import dev.tailrace.wire.event.SelectionEvent;
import dev.tailrace.wire.event.SelectionEvent.Context;
import dev.tailrace.wire.topology.ServerAddress;
import dev.tailrace.wire.topology.Topology;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Tells of the search for one command's server, if anybody listens. To be called with no lock held.
 */
final class SelectionReport {

  private final Announcer announcer;
  private final String commandName;
  private final ReadPreference readPreference;
  private final Supplier<Topology> picture;

  /**
   * A search that has yet to begin.
   *
   * @param picture the deployment at the moment
   */
  SelectionReport(
      Announcer announcer,
      String commandName,
      ReadPreference readPreference,
      Supplier<Topology> picture) {
    this.announcer = announcer;
    this.commandName = commandName;
    this.readPreference = readPreference;
    this.picture = picture;
  }

  void started() {
    tell(SelectionEvent.Started::new);
  }

  void waiting(long remainingNanos) {
    tell(context -> new SelectionEvent.Waiting(context, remainingNanos));
  }

  void succeeded(ServerAddress address) {
    tell(context -> new SelectionEvent.Succeeded(context, address));
  }

  void failed(NoEligibleServerException failure) {
    tell(context -> new SelectionEvent.Failed(context, String.valueOf(failure.getMessage())));
  }

  private void tell(Function<Context, SelectionEvent> event) {
    if (announcer.tellsOfSelections()) {
      announcer.selection(event.apply(new Context(commandName, readPreference, picture.get())));
    }
  }
}
