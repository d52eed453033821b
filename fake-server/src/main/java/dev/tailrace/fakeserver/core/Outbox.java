package dev.tailrace.fakeserver.core;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * What the step under way wants done, and a hash of all that was ever wanted.
 *
 * <p>Whoever waited is answered before the one whose command ended the wait: a stream has its event
 * as soon as it can be had. Between connections a real server promises no order; on each of them
 * the order stays.
 */
final class Outbox {

  private final CRC32C hash = new CRC32C();
  private List<Effect> effects = new ArrayList<>();

  /** Those of the connection that comes last. */
  private final List<Effect> lastEffects = new ArrayList<>();

  private @Nullable Long lastConnection;

  void add(Effect effect) {
    boolean isLast = lastConnection != null && lastConnection == effect.connection();
    (isLast ? lastEffects : effects).add(effect);
  }

  /** From now on until they are taken, what is for that connection comes after all else. */
  void putLast(long connection) {
    lastConnection = connection;
  }

  /** The effects since the last time, in order. */
  List<Effect> take() {
    List<Effect> taken = effects;
    taken.addAll(lastEffects);
    taken.forEach(this::addToHash);
    effects = new ArrayList<>();
    lastEffects.clear();
    lastConnection = null;
    return taken;
  }

  private void addToHash(Effect effect) {
    hash.update(Long.toString(effect.connection()).getBytes(StandardCharsets.US_ASCII));
    if (effect instanceof Effect.Send send) {
      hash.update(send.bytes().duplicate());
    }
  }

  long hash() {
    return hash.getValue();
  }
}
