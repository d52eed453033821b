package dev.tailrace.fakeserver.query.stage;

import dev.tailrace.fakeserver.query.QueryContext;

/**
 * What a pipeline may know of its surroundings.
 *
 * @param query what any query may know
 * @param collections the other collections
 */
public record PipelineContext(QueryContext query, CollectionReader collections) {

  /** A context without other collections. */
  public static PipelineContext of(QueryContext query) {
    return new PipelineContext(query, CollectionReader.NONE);
  }

  PipelineContext withQuery(QueryContext newQuery) {
    return new PipelineContext(newQuery, collections);
  }
}
