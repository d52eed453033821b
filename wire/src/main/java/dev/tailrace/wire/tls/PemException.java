package dev.tailrace.wire.tls;

/**
 * A file with certificates or a key cannot be used. The message names the file and what is wrong
 * with it; it holds neither the key nor a password.
 */
public final class PemException extends Exception {

  private static final long serialVersionUID = 1L;

  PemException(String message) {
    super(message);
  }
}
