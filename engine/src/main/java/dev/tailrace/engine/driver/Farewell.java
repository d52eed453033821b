package dev.tailrace.engine.driver;

import dev.tailrace.engine.transport.Outcome;
import dev.tailrace.engine.transport.Timers;
import dev.tailrace.engine.transport.Transport;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** An exchange that nobody waits for: it must not go on for ever either. */
final class Farewell implements Consumer<Outcome> {

  private final Timers timers;
  private boolean over;
  private Timers.@Nullable Alarm end;

  Farewell(Timers timers) {
    this.timers = timers;
  }

  synchronized void endAt(long nanos, Transport.Exchange exchange) {
    if (!over) {
      end = timers.schedule(nanos, exchange::abandon);
    }
  }

  @Override
  public synchronized void accept(Outcome outcome) {
    over = true;
    if (end != null) {
      end.cancel();
    }
  }
}
