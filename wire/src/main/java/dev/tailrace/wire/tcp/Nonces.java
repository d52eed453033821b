package dev.tailrace.wire.tcp;

import com.ongres.scram.common.ScramFunctions;
import java.security.SecureRandom;
import java.util.function.Supplier;

/** The client's part of what makes each authentication another one. Thread-safe. */
final class Nonces implements Supplier<String> {

  private static final int LENGTH = 24;

  private final SecureRandom random = new SecureRandom();

  @Override
  public String get() {
    return ScramFunctions.nonce(LENGTH, random);
  }
}
