package dev.tailrace.wire.event;

import static java.util.Objects.requireNonNull;

import java.lang.System.Logger.Level;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What there is to log of an event, twice: as a sentence, and as values by the names that the
 * logging specifications give them. The transport logs the sentences; a listener that logs for
 * machines finds here what to log. Events hold no secrets, so messages hold none.
 *
 * @param level {@code DEBUG}, or {@code INFO} for a server that is waited for
 * @param text the sentence
 * @param fields strings, numbers and truth values, {@code message} first. Documents are relaxed
 *     Extended JSON; they and failures of commands are cut behind 1,000 characters, unless said
 *     otherwise
 */
public record LogMessage(Level level, String text, Map<String, Object> fields) {

  private static final int MAX_DOCUMENT_LENGTH = 1000;

  public LogMessage {
    requireNonNull(level, "level");
    requireNonNull(text, "text");
    fields = Collections.unmodifiableMap(new LinkedHashMap<>(fields));
  }

  /** What there is to log of a command. */
  public static LogMessage of(CommandEvent event) {
    return CommandMessages.of(event, MAX_DOCUMENT_LENGTH);
  }

  /**
   * What there is to log of a command.
   *
   * @param maxDocumentLength behind how many characters documents and failures are cut (logging
   *     specification, "Configurable Max Document Length"); at least 1
   * @throws IllegalArgumentException if it is less
   */
  public static LogMessage of(CommandEvent event, int maxDocumentLength) {
    return CommandMessages.of(event, requirePositive(maxDocumentLength));
  }

  /** What there is to log of a pool. */
  public static LogMessage of(ConnectionPoolEvent event) {
    return PoolMessages.of(event);
  }

  /** What there is to log of the search for a server. */
  public static LogMessage of(SelectionEvent event) {
    return SelectionMessages.of(event);
  }

  /**
   * What there is to log of a deployment; empty for the change of a single server, which is logged
   * as a change of the deployment alone.
   */
  public static Optional<LogMessage> of(TopologyEvent event) {
    return TopologyMessages.of(event, MAX_DOCUMENT_LENGTH);
  }

  /**
   * What there is to log of a deployment, as {@link #of(TopologyEvent)}.
   *
   * @param maxDocumentLength behind how many characters replies are cut; at least 1
   * @throws IllegalArgumentException if it is less
   */
  public static Optional<LogMessage> of(TopologyEvent event, int maxDocumentLength) {
    return TopologyMessages.of(event, requirePositive(maxDocumentLength));
  }

  private static int requirePositive(int maxDocumentLength) {
    if (maxDocumentLength < 1) {
      throw new IllegalArgumentException(
          "maxDocumentLength: expected 1 or more, found " + maxDocumentLength);
    }
    return maxDocumentLength;
  }
}
