package dev.tailrace.fakeserver.command;

import dev.tailrace.fakeserver.query.RandomBson;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonInt64;
import org.bson.BsonString;
import org.bson.BsonValue;

/** Commands that are right but for a few things, or not at all; the same for the same seed. */
final class RandomCommands {

  /** A command and the database that it goes to. */
  record Drawn(String db, BsonDocument command) {}

  private static final List<String> NAMES =
      List.of(
          "$gt",
          "$in",
          "$set",
          "$expr",
          "$or",
          "$elemMatch",
          "$each",
          "$regex",
          "$type",
          "level",
          "id",
          "name",
          "key",
          "w",
          "mode",
          "batchSize",
          "$match",
          "$changeStream",
          "pipeline",
          "locale",
          "enabled",
          "into",
          "_data",
          "$date",
          "t",
          "ns",
          "document",
          "filter");

  /** Fields that any command may carry, most of them right. */
  private static final List<String> GENERIC =
      List.of(
          "{readConcern: {level: 'majority'}}",
          "{readConcern: {level: 'snapshot', atClusterTime: {$timestamp: {t: 1767225600, i: 1}}}}",
          "{readConcern: {afterClusterTime: {$timestamp: {t: 1767225600, i: 1}}}}",
          "{writeConcern: {w: 1, j: true}}",
          "{writeConcern: {w: 3, wtimeout: 5}}",
          "{writeConcern: {w: 'majority'}}",
          "{$readPreference: {mode: 'secondaryPreferred', tags: [{a: 'b'}]}}",
          "{apiVersion: '1'}",
          "{apiVersion: '1', apiStrict: true, apiDeprecationErrors: true}",
          "{maxTimeMS: 5}",
          "{comment: {a: 1}}",
          "{$clusterTime: {clusterTime: {$timestamp: {t: 1767225600, i: 1}}}}",
          "{lsid: {id: {$uuid: 'aaaaaaaa-aaaa-aaaa-aaaa-aaaaaaaaaaa1'}}}",
          "{lsid: {id: {$uuid: 'aaaaaaaa-aaaa-aaaa-aaaa-aaaaaaaaaaa2'}}, txnNumber: {$numberLong:"
              + " '2'}}",
          "{lsid: {id: {$uuid: 'aaaaaaaa-aaaa-aaaa-aaaa-aaaaaaaaaaa2'}}, txnNumber: {$numberLong:"
              + " '3'}, autocommit: false}",
          "{startTransaction: true}",
          "{stmtId: 1}",
          "{collation: {locale: 'fr', strength: 2}}",
          "{let: {v: {$add: [1, 2]}}}",
          "{foo: 1}");

  private final SplittableRandom random;
  private final RandomBson values;

  /** Cursors that were opened, and tokens that were seen. */
  final List<Long> cursors = new ArrayList<>();

  final List<BsonDocument> tokens = new ArrayList<>();

  RandomCommands(long seed) {
    random = new SplittableRandom(seed);
    values = new RandomBson(random.nextLong(), NAMES);
  }

  Drawn next() {
    String template = CommandTemplates.ALL.get(random.nextInt(CommandTemplates.ALL.size()));
    int bar = template.indexOf('|');
    boolean namesDb = bar > 0 && bar < template.indexOf('{');
    String db = namesDb ? template.substring(0, bar) : "d";
    BsonDocument command =
        BsonDocument.parse(filledIn(namesDb ? template.substring(bar + 1) : template));
    for (int changes = random.nextInt(4); changes > 0; changes--) {
      mutate(command, 0);
    }
    for (int more = random.nextInt(6) - 3; more > 0; more--) {
      command.putAll(BsonDocument.parse(GENERIC.get(random.nextInt(GENERIC.size()))));
    }
    return new Drawn(
        random.nextInt(20) == 0 ? values.any(List.of("admin", "d", "local", "")) : db, command);
  }

  private String filledIn(String template) {
    String text = template;
    for (int at = text.indexOf('<'); at >= 0; at = text.indexOf('<')) {
      int end = text.indexOf('>', at);
      text = text.substring(0, at) + filling(text.substring(at + 1, end)) + text.substring(end + 1);
    }
    return text;
  }

  private String filling(String what) {
    return switch (what) {
      case "n" -> Integer.toString(random.nextInt(3));
      case "id" -> Integer.toString(random.nextInt(8));
      case "txn" -> "{$numberLong: '%d'}".formatted(random.nextInt(4));
      case "stage" -> values.any(CommandTemplates.STAGES);
      case "cursor" ->
          "{$numberLong: '%s'}".formatted(cursors.isEmpty() ? "7" : values.any(cursors).toString());
      case "token" ->
          tokens.isEmpty()
              ? "{_data: '826553F100000000012B0229296E04'}"
              : values.any(tokens).toJson();
      default -> throw new IllegalArgumentException(what);
    };
  }

  /** Changes one thing somewhere in the document. */
  private void mutate(BsonDocument document, int depth) {
    List<String> fields = new ArrayList<>(document.keySet());
    if (fields.isEmpty()) {
      document.append(values.any(NAMES), value());
      return;
    }
    String field = fields.get(random.nextInt(fields.size()));
    BsonValue old = document.get(field);
    if (old != null && isDeeper(old)) {
      mutateWithin(old, depth + 1);
      return;
    }
    switch (random.nextInt(6)) {
      case 0 -> {
        if (depth > 0 || !field.equals(fields.get(0))) {
          document.remove(field);
        }
      }
      case 1 -> document.append(values.any(NAMES), value());
      default -> document.put(field, value());
    }
  }

  private void mutateWithin(BsonValue value, int depth) {
    if (value instanceof BsonDocument inner) {
      mutate(inner, depth);
    } else if (value instanceof BsonArray array) {
      int index = random.nextInt(array.size());
      if (isDeeper(array.get(index))) {
        mutateWithin(array.get(index), depth + 1);
      } else if (random.nextInt(4) == 0) {
        array.remove(index);
      } else {
        array.set(index, value());
      }
    }
  }

  private boolean isDeeper(BsonValue value) {
    boolean holdsMore =
        value instanceof BsonDocument document
            ? !document.isEmpty()
            : value instanceof BsonArray array && !array.isEmpty();
    return holdsMore && random.nextInt(4) > 0;
  }

  /** Anything: of any type, very large, very deep, or of a kind that was seen elsewhere. */
  private BsonValue value() {
    return switch (random.nextInt(12)) {
      case 0 -> deep(random.nextInt(150));
      case 1 ->
          new BsonString(
              values.any(
                  List.of("c", "e", "v", "d.c", "$cmd.aggregate", "system.views", "majority")));
      case 2 -> BsonDocument.parse(values.any(CommandTemplates.STAGES));
      case 3 -> new BsonArray(List.of(BsonDocument.parse(values.any(CommandTemplates.STAGES))));
      case 4 -> tokens.isEmpty() ? new BsonInt32(1) : values.any(tokens).clone();
      case 5 -> cursors.isEmpty() ? new BsonInt64(1) : new BsonInt64(values.any(cursors));
      default -> values.value(3);
    };
  }

  private BsonValue deep(int depth) {
    BsonValue value = new BsonInt32(1);
    for (int i = 0; i < depth; i++) {
      value =
          random.nextBoolean()
              ? new BsonDocument(values.any(NAMES), value)
              : new BsonArray(List.of(value));
    }
    return value;
  }
}
