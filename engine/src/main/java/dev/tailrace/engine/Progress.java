package dev.tailrace.engine;

import java.util.Optional;
import org.bson.BsonTimestamp;

/**
 * How far a stream has come: everything up to here was handed to the user.
 *
 * @param resumeToken where a new stream would go on, never ahead of an event that is still to be
 *     handed over; empty as long as the server has given none
 * @param operationTime the server's {@code operationTime} of the latest reply; empty before one
 */
public record Progress(Optional<ResumeToken> resumeToken, Optional<BsonTimestamp> operationTime) {}
