package dev.tailrace.wire.frame;

import static java.util.Objects.requireNonNull;

import dev.tailrace.engine.transport.DocumentSlice;
import java.util.List;

/**
 * A section of kind 1: the value of one command argument, as documents one behind the other instead
 * of an array in the body.
 *
 * @param identifier the name of the argument, such as {@code documents} of an insert
 * @param documents the documents in order; may be none
 */
public record DocumentSequence(String identifier, List<DocumentSlice> documents) {

  public DocumentSequence {
    requireNonNull(identifier, "identifier");
    documents = List.copyOf(documents);
  }
}
