package dev.tailrace.conformance.topology;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.bson.BsonDocument;

/** Lets no test pass that asks for something nobody looks at. */
final class KnownFields {

  private KnownFields() {}

  /** Fails where {@code document} has a field besides {@code names}. */
  static void require(String what, BsonDocument document, String... names) {
    assertThat(List.of(names))
        .as("fields of %s that are looked at", what)
        .containsAll(document.keySet());
  }
}
