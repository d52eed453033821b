package dev.tailrace.conformance.unified.entity;

import com.mongodb.client.ClientSession;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/** Operations that the driver offers twice: with a session and without one. */
final class InSession {

  private InSession() {}

  /** Does the one or the other; the result may be null. */
  static <T> T call(
      Optional<ClientSession> session, Function<ClientSession, T> within, Supplier<T> without) {
    return session.isPresent() ? within.apply(session.get()) : without.get();
  }
}
