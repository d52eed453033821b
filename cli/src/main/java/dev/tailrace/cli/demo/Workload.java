package dev.tailrace.cli.demo;

import com.mongodb.MongoException;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.MongoDatabase;
import com.mongodb.client.model.Filters;
import com.mongodb.client.model.Updates;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonString;
import org.bson.conversions.Bson;

/**
 * A mixed load from one thread, through the official driver: inserts, updates, replaces and deletes
 * over several collections, drawn from a seed. Each write has a number, and its event shows it.
 */
final class Workload implements Runnable {

  private static final List<String> COLLECTIONS = List.of("orders", "customers", "stock");

  /** So many documents are alive at most: a longer run changes as much as it adds. */
  private static final int MAX_ALIVE = 500;

  /** So many documents come with an insert of several. */
  private static final int MANY = 10;

  private final MongoDatabase database;
  private final Ledger ledger;
  private final Random random;
  private final int count;

  /** Documents that are there for sure, to be changed or deleted. */
  private final List<Alive> alive = new ArrayList<>();

  /**
   * The number of the write that deleted a document, by its {@code _id}: its event has no other.
   */
  private final Map<Integer, Integer> deletions = new ConcurrentHashMap<>();

  private volatile int begun;

  /**
   * @param count how many writes, and so events, in all
   */
  Workload(MongoDatabase database, Ledger ledger, long seed, int count) {
    this.database = database;
    this.ledger = ledger;
    this.random = new Random(seed);
    this.count = count;
  }

  /** How many writes were begun so far. */
  int begun() {
    return begun;
  }

  /** The number of the write that an event shows; -1 if it shows none. */
  int numberOf(BsonDocument event) {
    return switch (event.getString("operationType").getValue()) {
      case "insert", "replace" -> event.getDocument("fullDocument").getInt32("n").getValue();
      case "update" ->
          event
              .getDocument("updateDescription")
              .getDocument("updatedFields")
              .getInt32("n")
              .getValue();
      case "delete" ->
          deletions.getOrDefault(event.getDocument("documentKey").getInt32("_id").getValue(), -1);
      default -> -1;
    };
  }

  @Override
  public void run() {
    while (begun < count) {
      int die = random.nextInt(100);
      if (alive.isEmpty() || (alive.size() < MAX_ALIVE && die < 30)) {
        insert(die % 3 == 0 ? Math.min(MANY, count - begun) : 1);
      } else if (die < 65) {
        Alive document = pick();
        write(n -> collection(document).updateOne(document.filter(), Updates.set("n", n)));
      } else if (die < 85) {
        Alive document = pick();
        write(n -> collection(document).replaceOne(document.filter(), document(document.id, n)));
      } else {
        Alive document = alive.remove(random.nextInt(alive.size()));
        write(
            n -> {
              deletions.put(document.id, n);
              collection(document).deleteOne(document.filter());
            });
      }
    }
  }

  private void insert(int howMany) {
    int first = begun;
    String collection = COLLECTIONS.get(random.nextInt(COLLECTIONS.size()));
    List<BsonDocument> documents = new ArrayList<>();
    for (int n = first; n < first + howMany; n++) {
      ledger.begun(n);
      documents.add(document(n, n));
    }
    begun = first + howMany;
    boolean written = tryTo(() -> collection(collection).insertMany(documents));
    for (int n = first; n < first + howMany; n++) {
      ledger.ended(n, written);
      if (written) {
        alive.add(new Alive(collection, n));
      }
    }
  }

  private void write(NumberedWrite write) {
    int n = begun;
    ledger.begun(n);
    begun = n + 1;
    ledger.ended(n, tryTo(() -> write.with(n)));
  }

  /** The driver has retried it by then; if it still failed, nobody knows whether it was done. */
  private static boolean tryTo(Runnable write) {
    try {
      write.run();
      return true;
    } catch (MongoException failed) {
      return false;
    }
  }

  private Alive pick() {
    return alive.get(random.nextInt(alive.size()));
  }

  private MongoCollection<BsonDocument> collection(Alive document) {
    return collection(document.collection);
  }

  private MongoCollection<BsonDocument> collection(String name) {
    return database.getCollection(name, BsonDocument.class);
  }

  private static BsonDocument document(int id, int n) {
    return new BsonDocument("_id", new BsonInt32(id))
        .append("n", new BsonInt32(n))
        .append("text", new BsonString("write number " + n));
  }

  /** A document that is there for sure. */
  private record Alive(String collection, int id) {
    Bson filter() {
      return Filters.eq("_id", id);
    }
  }

  private interface NumberedWrite {
    void with(int number);
  }
}
