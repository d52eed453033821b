package dev.tailrace.conformance.unified.format;

/**
 * A test asks for something that it has no right to, or that the runner does not offer: an unknown
 * operation, argument or entity. However the test is written, it has failed.
 */
public final class UnrunnableTestException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  public UnrunnableTestException(String message) {
    super(message);
  }

  public UnrunnableTestException(String message, Throwable cause) {
    super(message, cause);
  }
}
