/**
 * Aggregation pipelines and their stages.
 *
 * <p>{@link dev.tailrace.fakeserver.query.stage.Pipeline} is the front door. A {@link
 * dev.tailrace.fakeserver.query.stage.DocumentStage} makes one document of each, or none; any other
 * {@link dev.tailrace.fakeserver.query.stage.Stage} sees the whole stream. {@code StageTable} lists
 * them; what a stage reads of other collections comes through {@link
 * dev.tailrace.fakeserver.query.stage.CollectionReader}.
 */
@NullMarked
package dev.tailrace.fakeserver.query.stage;

import org.jspecify.annotations.NullMarked;
