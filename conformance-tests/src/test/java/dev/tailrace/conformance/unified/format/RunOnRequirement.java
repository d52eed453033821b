package dev.tailrace.conformance.unified.format;

import java.util.List;
import java.util.Optional;
import org.bson.BsonDocument;

/**
 * What a server has to be for a test to run: all that is given here.
 *
 * @param minServerVersion the oldest version
 * @param maxServerVersion the newest version
 * @param topologies the topologies; empty for any
 * @param serverless {@code require}, {@code forbid} or {@code allow}
 * @param auth whether authentication is on
 * @param authMechanism a mechanism that the server offers
 * @param csfle whether client-side field level encryption can be used
 * @param serverParameters values that {@code getParameter} must give
 */
public record RunOnRequirement(
    Optional<Version> minServerVersion,
    Optional<Version> maxServerVersion,
    List<String> topologies,
    Optional<String> serverless,
    Optional<Boolean> auth,
    Optional<String> authMechanism,
    Optional<Boolean> csfle,
    BsonDocument serverParameters) {}
