package dev.tailrace.wire.event;

import dev.tailrace.wire.event.CommandEvent.Context;

/** What there is to log of commands (command logging and monitoring, "Log Messages"). */
final class CommandMessages {

  private CommandMessages() {}

  static LogMessage of(CommandEvent event, int maxDocumentLength) {
    if (event instanceof CommandEvent.Started started) {
      String command = LogDraft.text(started.command(), maxDocumentLength);
      return draft("Command started", event.context())
          .with("command", command)
          .saying(sentence("started", event.context(), "Command: " + command));
    }
    if (event instanceof CommandEvent.Succeeded succeeded) {
      String reply = LogDraft.text(succeeded.reply(), maxDocumentLength);
      long millis = LogDraft.millis(succeeded.durationNanos());
      return draft("Command succeeded", event.context())
          .with("durationMS", millis)
          .with("reply", reply)
          .saying(
              sentence(
                  "succeeded in " + millis + " ms", event.context(), "Command reply: " + reply));
    }
    CommandEvent.Failed failed = (CommandEvent.Failed) event;
    String failure = LogDraft.truncated(failed.failure(), maxDocumentLength);
    long millis = LogDraft.millis(failed.durationNanos());
    return draft("Command failed", event.context())
        .with("durationMS", millis)
        .with("failure", failure)
        .saying(sentence("failed in " + millis + " ms", event.context(), "Error: " + failure));
  }

  private static LogDraft draft(String message, Context at) {
    LogDraft draft =
        new LogDraft(message)
            .with("commandName", at.commandName())
            .with("databaseName", at.databaseName())
            .with("requestId", at.requestId())
            .with("driverConnectionId", at.connectionId())
            .with(at.address());
    at.serverConnectionId().ifPresent(id -> draft.with("serverConnectionId", id));
    at.serviceId().ifPresent(id -> draft.with("serviceId", id.toHexString()));
    return draft;
  }

  private static String sentence(String what, Context at, String rest) {
    return "Command \"%s\" %s on database \"%s\" using a connection with %sdriver-generated ID %d to %s%s. The requestID is %d. %s"
        .formatted(
            at.commandName(),
            what,
            at.databaseName(),
            at.serverConnectionId().isPresent()
                ? "server-generated ID " + at.serverConnectionId().getAsLong() + " and "
                : "",
            at.connectionId(),
            at.address(),
            at.serviceId().map(id -> " with service ID " + id).orElse(""),
            at.requestId(),
            rest);
  }
}
