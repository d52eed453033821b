package dev.tailrace.wire.auth;

import java.util.function.Supplier;

/**
 * Authenticates all connections of one client. Keeps the keys that were derived from its password,
 * which is meant to take long. Thread-safe.
 */
public final class Authenticator {

  private final Credential credential;
  private final Supplier<String> nonces;
  private final KeyCache keys = new KeyCache();

  /**
   * An authenticator for one credential.
   *
   * @param nonces printable ASCII without commas, at least 24 characters, never the same twice and
   *     not to be guessed
   */
  public Authenticator(Credential credential, Supplier<String> nonces) {
    this.credential = credential;
    this.nonces = nonces;
  }

  /** Begins to authenticate one new connection. */
  public Authentication begin() {
    return new Authentication(credential, nonces, keys);
  }
}
