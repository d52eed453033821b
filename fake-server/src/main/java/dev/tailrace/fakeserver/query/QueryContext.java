package dev.tailrace.fakeserver.query;

import com.google.common.collect.ImmutableMap;
import dev.tailrace.fakeserver.ServerVersion;
import dev.tailrace.fakeserver.query.value.BsonOrder;
import dev.tailrace.fakeserver.query.value.Collation;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.bson.BsonTimestamp;
import org.bson.BsonValue;
import org.jspecify.annotations.Nullable;

/**
 * What a query may know of its surroundings. Everything a query does follows from this, its own
 * text and the documents it sees.
 *
 * @param version the release whose language is spoken
 * @param order the order of values, under the operation's collation
 * @param nowMillis {@code $$NOW} and {@code $currentDate}, in milliseconds since 1970
 * @param clusterTime {@code $$CLUSTER_TIME} and {@code $currentDate} as a timestamp; null where
 *     there is none, as on a server outside a replica set
 * @param random the source of {@code $rand}, {@code $sampleRate} and {@code $sample}; the one part
 *     that is not immutable
 * @param variables the {@code let} variables, by name without {@code $$}; an empty value is one
 *     that is missing
 */
public record QueryContext(
    ServerVersion version,
    BsonOrder order,
    long nowMillis,
    @Nullable BsonTimestamp clusterTime,
    RandomGenerator random,
    ImmutableMap<String, Optional<BsonValue>> variables) {

  /** A context without collation and variables, at the beginning of time and with a fixed seed. */
  public static QueryContext of(ServerVersion version) {
    return new QueryContext(
        version,
        BsonOrder.SIMPLE,
        0,
        new BsonTimestamp(1, 1),
        new SplittableRandom(0),
        ImmutableMap.of());
  }

  public QueryContext withCollation(Collation collation) {
    return new QueryContext(
        version, BsonOrder.of(collation), nowMillis, clusterTime, random, variables);
  }

  public QueryContext withTime(long newNowMillis, @Nullable BsonTimestamp newClusterTime) {
    return new QueryContext(version, order, newNowMillis, newClusterTime, random, variables);
  }

  public QueryContext withRandom(RandomGenerator newRandom) {
    return new QueryContext(version, order, nowMillis, clusterTime, newRandom, variables);
  }

  public QueryContext withVariables(ImmutableMap<String, Optional<BsonValue>> newVariables) {
    return new QueryContext(version, order, nowMillis, clusterTime, random, newVariables);
  }

  /** Whether the release is this one or later. */
  public boolean atLeast(int major, int minor) {
    return version.atLeast(major, minor);
  }
}
