package dev.tailrace.transport.driver;

import com.mongodb.event.CommandListener;
import com.mongodb.event.CommandStartedEvent;
import org.jspecify.annotations.Nullable;

/**
 * Learns from the driver which server a command goes to: {@code runCommand} itself does not tell.
 */
final class CallListener implements CommandListener {

  @Override
  public void commandStarted(CommandStartedEvent event) {
    @Nullable Call call = Call.awaitingServer();
    if (call != null) {
      call.onStarted(event.getCommandName(), event.getConnectionDescription());
    }
  }
}
