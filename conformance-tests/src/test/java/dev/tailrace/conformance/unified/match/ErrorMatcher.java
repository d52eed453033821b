package dev.tailrace.conformance.unified.match;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.bson.BsonDocument;
import org.bson.BsonValue;

/** Compares the error of an operation with what is said of it in {@code expectError}. */
public final class ErrorMatcher {

  private final Matcher matcher;

  public ErrorMatcher(Matcher matcher) {
    this.matcher = matcher;
  }

  /** Asserts that the error is as expected. */
  public void match(BsonDocument expected, OperationError actual) {
    try {
      expected.forEach((claim, value) -> check(claim, value, actual));
    } catch (AssertionError mismatch) {
      mismatch.addSuppressed(actual.thrown());
      throw mismatch;
    }
  }

  private void check(String claim, BsonValue expected, OperationError actual) {
    switch (claim) {
      case "isError" -> {
        // That it is one is why we are here; false is no value that the format allows.
      }
      case "isClientError" ->
          assertThat(!actual.isByServer()).as(claim).isEqualTo(expected.asBoolean().getValue());
      case "isTimeoutError" ->
          assertThat(actual.isTimeout()).as(claim).isEqualTo(expected.asBoolean().getValue());
      case "errorContains" ->
          assertThat(actual.message())
              .as(claim)
              .containsIgnoringCase(expected.asString().getValue());
      case "errorCode" ->
          assertThat(actual.code()).as(claim).isEqualTo(expected.asNumber().intValue());
      case "errorCodeName" ->
          assertThat(actual.codeName())
              .as(claim)
              .isEqualToIgnoringCase(expected.asString().getValue());
      case "errorLabelsContain" ->
          assertThat(actual.labels()).as(claim).containsAll(strings(expected));
      case "errorLabelsOmit" ->
          assertThat(actual.labels()).as(claim).doesNotContainAnyElementsOf(strings(expected));
      case "errorResponse" -> matcher.matchRoot(claim, expected, actual.response().orElse(null));
      case "expectResult" -> matcher.match(claim, expected, actual.result().orElse(null));
      default -> throw new IllegalArgumentException("unsupported claim \"%s\"".formatted(claim));
    }
  }

  private static List<String> strings(BsonValue array) {
    return array.asArray().stream().map(each -> each.asString().getValue()).toList();
  }
}
