package dev.tailrace.engine.transport;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonInt64;
import org.bson.BsonString;

/**
 * Which members of a set may be read from (server selection specification).
 *
 * @param mode which kind of member
 * @param tagSets tag sets in order of preference: the first that any member matches is used; empty
 *     means any member. Each tag set keeps the order of its tags
 * @param maxStaleness how far a secondary may be behind, as an estimate; empty for no limit
 */
public record ReadPreference(
    Mode mode, List<Map<String, String>> tagSets, Optional<Duration> maxStaleness) {

  /** Only the primary: the default. */
  public static final ReadPreference PRIMARY = of(Mode.PRIMARY);

  public ReadPreference {
    requireNonNull(mode, "mode");
    tagSets = List.copyOf(tagSets);
    requireNonNull(maxStaleness, "maxStaleness");
    if (mode == Mode.PRIMARY && (!tagSets.isEmpty() || maxStaleness.isPresent())) {
      throw new IllegalArgumentException(
          "readPreference: mode primary takes neither tag sets nor maxStaleness");
    }
  }

  /** A read preference without tags and without a limit of staleness. */
  public static ReadPreference of(Mode mode) {
    return new ReadPreference(mode, List.of(), Optional.empty());
  }

  /** The value of {@code $readPreference}: <code>{mode, tags?, maxStalenessSeconds?}</code>. */
  public BsonDocument toDocument() {
    BsonDocument document = new BsonDocument("mode", new BsonString(mode.specName()));
    if (!tagSets.isEmpty()) {
      BsonArray tags = new BsonArray();
      for (Map<String, String> tagSet : tagSets) {
        BsonDocument tagDocument = new BsonDocument();
        tagSet.forEach((name, value) -> tagDocument.append(name, new BsonString(value)));
        tags.add(tagDocument);
      }
      document.append("tags", tags);
    }
    maxStaleness.ifPresent(
        limit -> document.append("maxStalenessSeconds", new BsonInt64(limit.toSeconds())));
    return document;
  }

  /** The modes of the specification. */
  public enum Mode {
    PRIMARY("primary"),
    PRIMARY_PREFERRED("primaryPreferred"),
    SECONDARY("secondary"),
    SECONDARY_PREFERRED("secondaryPreferred"),
    NEAREST("nearest");

    private final String specName;

    Mode(String specName) {
      this.specName = specName;
    }

    /** The mode as it is spelled in connection strings and on the wire. */
    public String specName() {
      return specName;
    }
  }
}
