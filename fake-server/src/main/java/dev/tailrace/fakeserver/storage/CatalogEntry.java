package dev.tailrace.fakeserver.storage;

/** What a namespace names: a collection or a view. */
public sealed interface CatalogEntry permits StoredCollection, StoredView {

  /** Its name. */
  Namespace namespace();
}
