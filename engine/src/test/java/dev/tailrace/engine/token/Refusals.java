package dev.tailrace.engine.token;

import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** Says what an {@link InvalidTokenException} must be. */
final class Refusals {

  private Refusals() {}

  static void assertRefused(ThrowingCallable call, int code, String message) {
    assertThatExceptionOfType(InvalidTokenException.class)
        .isThrownBy(call)
        .withMessage(message)
        .extracting(InvalidTokenException::code)
        .isEqualTo(code);
  }
}
