package dev.tailrace.cli.demo;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bson.BsonDocument;

/**
 * What was written, in order, and what of it was delivered.
 *
 * <p>Every write has a number of its own, and makes one event that shows it. The writer writes one
 * after the other, so the events have to come in the order of the numbers. A write that failed
 * although it may have been done is doubtful: its event may come, in its place, or not.
 *
 * <p>Thread-safe: one thread writes, another one delivers.
 */
final class Ledger {

  private enum Standing {
    /** Under way. */
    BEGUN,
    /** Acknowledged. */
    WRITTEN,
    /** Failed, maybe after it was done. */
    DOUBTFUL,
    /** Its event came. */
    DELIVERED
  }

  private final Map<Integer, Standing> writes = new LinkedHashMap<>();
  private int highestDelivered = -1;
  private long delivered;
  private long repeated;
  private long outOfOrder;
  private final List<String> complaints = new ArrayList<>();

  /** A write begins. */
  synchronized void begun(int number) {
    writes.put(number, Standing.BEGUN);
  }

  /** A write has ended: it was acknowledged, or it failed, and nobody knows if it was done. */
  synchronized void ended(int number, boolean acknowledged) {
    writes.replace(number, Standing.BEGUN, acknowledged ? Standing.WRITTEN : Standing.DOUBTFUL);
  }

  /**
   * An event was delivered.
   *
   * @param number of the write that it shows; a number that nobody wrote is a repetition too
   */
  synchronized void delivered(int number, BsonDocument event) {
    delivered++;
    if (!writes.containsKey(number) || writes.get(number) == Standing.DELIVERED) {
      repeated++;
      complaints.add("repeated: " + event.toJson());
    } else if (number < highestDelivered) {
      outOfOrder++;
      complaints.add("out of order, after %d: %s".formatted(highestDelivered, event.toJson()));
    }
    writes.put(number, Standing.DELIVERED);
    highestDelivered = Math.max(highestDelivered, number);
  }

  /** How many events were delivered so far. */
  synchronized long delivered() {
    return delivered;
  }

  /** What there is to say when everything was written and read. */
  synchronized Account account() {
    long lost = 0;
    long doubtful = 0;
    List<String> all = new ArrayList<>(complaints);
    for (Map.Entry<Integer, Standing> write : writes.entrySet()) {
      if (write.getValue() == Standing.WRITTEN) {
        lost++;
        all.add("lost: write " + write.getKey());
      } else if (write.getValue() != Standing.DELIVERED) {
        doubtful++;
      }
    }
    return new Account(writes.size() - doubtful, delivered, lost, repeated, outOfOrder, all);
  }

  /**
   * The account of a whole run.
   *
   * @param written writes that were acknowledged, or whose event shows that they were done
   * @param delivered events
   * @param lost writes without their event
   * @param repeated events of writes that had theirs before
   * @param outOfOrder events that came behind those of later writes
   * @param complaints one line for each lost, repeated or misplaced event
   */
  record Account(
      long written,
      long delivered,
      long lost,
      long repeated,
      long outOfOrder,
      List<String> complaints) {

    boolean isClean() {
      return lost == 0 && repeated == 0 && outOfOrder == 0;
    }
  }
}
