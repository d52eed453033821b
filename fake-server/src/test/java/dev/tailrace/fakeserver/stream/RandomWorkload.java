package dev.tailrace.fakeserver.stream;

import dev.tailrace.fakeserver.error.ErrorCode;
import dev.tailrace.fakeserver.network.RawConnection;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.bson.BsonDocument;
import org.bson.BsonValue;

/**
 * Writes of every kind that makes events, at random, into two databases with few names and few ids,
 * so that they meet. Many are refused, as a client's are.
 */
final class RandomWorkload {

  private static final String SESSION =
      "lsid: {id: {$uuid: 'a5a5a5a5-a5a5-a5a5-a5a5-a5a5a5a5a5a5'}}";

  /** A refusal that no server would give: a fault of the fake's. */
  private static final Set<Integer> FAULTS =
      Set.of(ErrorCode.INTERNAL_ERROR.code(), ErrorCode.NOT_IMPLEMENTED.code());

  /** The option that records images, of the releases before 6.0 and of those since. */
  private static final String[] IMAGES = {
    "recordPreImages: %b", "changeStreamPreAndPostImages: {enabled: %b}"
  };

  private final RawConnection connection;
  private final Random random;
  private long transactions;

  RandomWorkload(RawConnection connection, Random random) {
    this.connection = connection;
    this.random = random;
  }

  /** One command, or one transaction. */
  void step() throws InterruptedException {
    int choice = random.nextInt(30);
    if (choice < 18) {
      run(database(), "{" + write(collection()) + "}");
    } else if (choice < 22) {
      transaction();
    } else {
      define(choice);
    }
  }

  private void transaction() throws InterruptedException {
    String transaction =
        SESSION + ", txnNumber: {$numberLong: '%d'}, autocommit: false".formatted(++transactions);
    boolean succeeds = true;
    int writes = 1 + random.nextInt(4);
    for (int i = 0; i < writes && succeeds; i++) {
      String write = write(any("c", "e")) + ", " + transaction;
      BsonDocument reply = run("d", "{" + write + (i == 0 ? ", startTransaction: true}" : "}"));
      succeeds = reply.getNumber("ok").intValue() == 1 && !reply.containsKey("writeErrors");
    }
    String end = succeeds && random.nextInt(4) > 0 ? "commit" : "abort";
    run("admin", "{" + end + "Transaction: 1, " + transaction + "}");
  }

  private void define(int choice) throws InterruptedException {
    String db = database();
    String name = collection();
    switch (choice) {
      case 22, 23 -> run(db, "{drop: '" + name + "'}");
      case 24 ->
          run(
              "admin",
              "{renameCollection: '%s.%s', to: '%s.%s', dropTarget: %b}"
                  .formatted(
                      db,
                      name,
                      random.nextInt(4) > 0 ? db : "x",
                      collection(),
                      random.nextBoolean()));
      case 25 -> run(db, "{createIndexes: '" + name + "', indexes: [{key: {a: 1}, name: 'a_1'}]}");
      case 26 -> run(db, "{dropIndexes: '" + name + "', index: '*'}");
      case 27 ->
          run(db, "{collMod: '" + name + "', " + any(IMAGES).formatted(random.nextBoolean()) + "}");
      case 28 ->
          run(
              db,
              any(
                  "{create: 'v', viewOn: 'c', pipeline: []}",
                  "{collMod: 'v', viewOn: 'e', pipeline: []}",
                  "{drop: 'v'}"));
      default -> {
        if (random.nextInt(3) == 0) {
          run(db, "{dropDatabase: 1}");
        }
      }
    }
  }

  private String write(String name) {
    return switch (random.nextInt(7)) {
      case 0, 1 ->
          "insert: '%s', documents: %s, ordered: %b"
              .formatted(name, documents(), random.nextBoolean());
      case 2 ->
          update(
              name,
              "{a: {$gte: " + random.nextInt(3) + "}}",
              any("{$set: {b: 1}}", "{$inc: {a: 1}}", "{$push: {l: 3}}", "{$unset: {b: 1}}"),
              "multi: " + random.nextBoolean());
      case 3 ->
          update(name, "{_id: " + id() + "}", "{z: " + random.nextInt(3) + "}", "upsert: true");
      case 4 -> update(name, "{}", "[{$set: {p: " + random.nextInt(3) + "}}]", "multi: false");
      case 5 ->
          "findAndModify: '%s', query: {}, update: {$inc: {f: 1}}, upsert: %b"
              .formatted(name, random.nextBoolean());
      default ->
          "delete: '%s', deletes: [{q: {a: %d}, limit: %d}]"
              .formatted(name, random.nextInt(4), random.nextInt(2));
    };
  }

  private static String update(String name, String filter, String update, String option) {
    return "update: '%s', updates: [{q: %s, u: %s, %s}]".formatted(name, filter, update, option);
  }

  private List<String> documents() {
    List<String> documents = new ArrayList<>();
    int count = 1 + random.nextInt(3);
    for (int i = 0; i < count; i++) {
      documents.add("{_id: %s, a: %d, l: [1, 2]}".formatted(id(), random.nextInt(4)));
    }
    return documents;
  }

  private String id() {
    int number = random.nextInt(4);
    return switch (random.nextInt(6)) {
      case 0 -> "'k" + number + "'";
      case 1 -> number + ".5";
      case 2 -> "{$numberLong: '" + number + "'}";
      case 3 -> "{a: " + number + "}";
      default -> number + "";
    };
  }

  private String database() {
    return random.nextInt(4) > 0 ? "d" : "x";
  }

  private String collection() {
    return random.nextInt(3) > 0 ? "c" : any("c", "e", "system.js", "tmp");
  }

  private String any(String... choices) {
    return choices[random.nextInt(choices.length)];
  }

  private BsonDocument run(String db, String command) throws InterruptedException {
    BsonDocument reply = connection.command(db, BsonDocument.parse(command));
    BsonValue code = reply.get("code");
    if (code != null && FAULTS.contains(code.asInt32().getValue())) {
      throw new AssertionError(command + " on " + db + " was answered with " + reply);
    }
    return reply;
  }
}
