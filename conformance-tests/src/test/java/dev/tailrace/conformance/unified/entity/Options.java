package dev.tailrace.conformance.unified.entity;

import com.mongodb.ReadConcern;
import com.mongodb.ReadConcernLevel;
import com.mongodb.ReadPreference;
import com.mongodb.TransactionOptions;
import com.mongodb.WriteConcern;
import dev.tailrace.conformance.unified.format.Fields;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.bson.BsonDocument;
import org.bson.BsonValue;

/** The options that several entities and operations take ("Common Options" of the format). */
final class Options {

  private Options() {}

  /** Reads a read preference, of which only the mode is supported. */
  static ReadPreference readPreference(BsonDocument document) {
    Fields fields = new Fields("readPreference", document);
    ReadPreference preference = ReadPreference.valueOf(fields.text("mode"));
    fields.requireAllRead();
    return preference;
  }

  /** Reads a read concern. */
  static ReadConcern readConcern(BsonDocument document) {
    Fields fields = new Fields("readConcern", document);
    ReadConcern concern = new ReadConcern(ReadConcernLevel.fromString(fields.text("level")));
    fields.requireAllRead();
    return concern;
  }

  /** The options of a transaction among the fields of something larger. */
  static TransactionOptions transactionOptions(Fields fields) {
    TransactionOptions.Builder options = TransactionOptions.builder();
    fields
        .optionalDocument("readConcern")
        .map(Options::readConcern)
        .ifPresent(options::readConcern);
    fields
        .optionalDocument("writeConcern")
        .map(Options::writeConcern)
        .ifPresent(options::writeConcern);
    fields
        .optionalDocument("readPreference")
        .map(Options::readPreference)
        .ifPresent(options::readPreference);
    fields
        .optionalNumber("maxCommitTimeMS")
        .ifPresent(millis -> options.maxCommitTime((long) millis, TimeUnit.MILLISECONDS));
    return options.build();
  }

  /** Reads a write concern. */
  static WriteConcern writeConcern(BsonDocument document) {
    Fields fields = new Fields("writeConcern", document);
    BsonValue w = fields.any("w");
    WriteConcern concern =
        w.isString()
            ? new WriteConcern(w.asString().getValue())
            : new WriteConcern(w.asNumber().intValue());
    Optional<Boolean> journal = fields.optionalFlag("journal");
    Optional<Integer> timeout = fields.optionalNumber("wtimeoutMS");
    fields.requireAllRead();
    WriteConcern journaled = journal.map(concern::withJournal).orElse(concern);
    return timeout
        .map(millis -> journaled.withWTimeout(millis, TimeUnit.MILLISECONDS))
        .orElse(journaled);
  }
}
