package dev.tailrace.conformance.unified.format;

/** A file that is no test file of a version that is supported. */
public final class RefusedFileException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  RefusedFileException(String message) {
    super(message);
  }
}
