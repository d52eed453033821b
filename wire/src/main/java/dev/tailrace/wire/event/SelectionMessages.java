package dev.tailrace.wire.event;

import dev.tailrace.wire.event.SelectionEvent.Context;
import java.lang.System.Logger.Level;

/** What there is to log of searches for servers (server selection specification, "Logging"). */
final class SelectionMessages {

  private SelectionMessages() {}

  static LogMessage of(SelectionEvent event) {
    Context search = event.context();
    if (event instanceof SelectionEvent.Started) {
      return draft("Server selection started", search)
          .saying(sentence("Server selection started", search, ""));
    } else if (event instanceof SelectionEvent.Waiting waiting) {
      long millis = LogDraft.millis(waiting.remainingNanos());
      return draft("Waiting for suitable server to become available", search)
          .at(Level.INFO)
          .with("remainingTimeMS", millis)
          .saying(
              sentence(
                  "Waiting for server to become available",
                  search,
                  "Remaining time: " + millis + " ms. "));
    } else if (event instanceof SelectionEvent.Succeeded succeeded) {
      return draft("Server selection succeeded", search)
          .with(succeeded.address())
          .saying(
              sentence(
                  "Server selection succeeded",
                  search,
                  "Selected server: " + succeeded.address() + ". "));
    }
    String failure = ((SelectionEvent.Failed) event).failure();
    return draft("Server selection failed", search)
        .with("failure", failure)
        .saying(sentence("Server selection failed", search, "Failure: " + failure + ". "));
  }

  private static LogDraft draft(String message, Context search) {
    return new LogDraft(message)
        .with("operation", search.commandName())
        .with("selector", selector(search))
        .with("topologyDescription", search.topology().toString());
  }

  private static String sentence(String what, Context search, String rest) {
    return "%s for operation %s. %sSelector: %s, topology description: %s"
        .formatted(what, search.commandName(), rest, selector(search), search.topology());
  }

  private static String selector(Context search) {
    return search.readPreference().toDocument().toJson();
  }
}
