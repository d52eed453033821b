package dev.tailrace.fakeserver.core;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;

/** What the step under way wants done, and a hash of all that was ever wanted. */
final class Outbox {

  private final CRC32C hash = new CRC32C();
  private List<Effect> effects = new ArrayList<>();

  void add(Effect effect) {
    effects.add(effect);
    hash.update(Long.toString(effect.connection()).getBytes(StandardCharsets.US_ASCII));
    if (effect instanceof Effect.Send send) {
      hash.update(send.bytes().duplicate());
    }
  }

  /** The effects since the last time, in order. */
  List<Effect> take() {
    List<Effect> taken = effects;
    effects = new ArrayList<>();
    return taken;
  }

  long hash() {
    return hash.getValue();
  }
}
