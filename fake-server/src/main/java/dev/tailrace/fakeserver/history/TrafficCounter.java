package dev.tailrace.fakeserver.history;

import com.google.common.collect.ImmutableSortedMap;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Counts how clients speak with a set. Not thread-safe. */
public final class TrafficCounter {

  private final Map<String, Long> encrypted = new TreeMap<>();
  private final Map<String, Long> authenticated = new TreeMap<>();
  private final Map<String, Long> compressed = new TreeMap<>();
  private long connections;
  private long messages;

  /** A client connected. */
  public void connected() {
    connections++;
  }

  /** A connection is encrypted from now on. */
  public void encrypted(String protocol) {
    encrypted.merge(protocol, 1L, Long::sum);
  }

  /** A client has proved who it is. */
  public void authenticated(String mechanism) {
    authenticated.merge(mechanism, 1L, Long::sum);
  }

  /**
   * A message came.
   *
   * @param compressor by what it was compressed; null if it was not
   */
  public void received(@Nullable String compressor) {
    messages++;
    if (compressor != null) {
      compressed.merge(compressor, 1L, Long::sum);
    }
  }

  /** What was counted so far. */
  public Traffic traffic() {
    return new Traffic(
        connections,
        ImmutableSortedMap.copyOf(encrypted),
        ImmutableSortedMap.copyOf(authenticated),
        messages,
        ImmutableSortedMap.copyOf(compressed));
  }
}
