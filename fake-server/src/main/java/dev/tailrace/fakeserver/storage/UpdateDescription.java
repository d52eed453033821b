package dev.tailrace.fakeserver.storage;

import org.bson.BsonArray;
import org.bson.BsonDocument;

/**
 * Which parts of a document an update changed, as a change stream tells it. Not to be changed.
 *
 * @param updatedFields dotted path to new value
 * @param removedFields dotted paths that are gone
 * @param truncatedArrays {@code {field, newSize}} for each array that only lost its end
 * @param disambiguatedPaths for paths that can be read in two ways, their components: strings for
 *     field names, int32 for array indexes
 * @param diff the oplog's own form from 5.0 on, <code>{$v: 2, diff}</code>; empty before
 */
public record UpdateDescription(
    BsonDocument updatedFields,
    BsonArray removedFields,
    BsonArray truncatedArrays,
    BsonDocument disambiguatedPaths,
    BsonDocument diff) {}
