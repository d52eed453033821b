package dev.tailrace.conformance.reactive;

import com.mongodb.event.CommandListener;
import com.mongodb.event.CommandSucceededEvent;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.bson.BsonDocument;
import org.bson.BsonValue;

/** The cursors that the server says it has opened and killed for a client. Thread-safe. */
final class CursorLog implements CommandListener {

  private static final long PATIENCE_SECONDS = 60;

  private final BlockingQueue<Long> opened = new LinkedBlockingQueue<>();
  private final BlockingQueue<Long> killed = new LinkedBlockingQueue<>();

  @Override
  public void commandSucceeded(CommandSucceededEvent event) {
    BsonDocument reply = event.getResponse();
    switch (event.getCommandName()) {
      case "aggregate" -> opened.add(reply.getDocument("cursor").getNumber("id").longValue());
      case "killCursors" -> {
        for (BsonValue id : reply.getArray("cursorsKilled")) {
          killed.add(id.asNumber().longValue());
        }
      }
      default -> {
        // Neither opens a stream nor ends one.
      }
    }
  }

  /** Waits for the next cursor that an aggregate opened; its id. */
  long awaitOpened() {
    return take(opened, "opened");
  }

  /** Waits for the next cursor that the server has killed as it was told to; its id. */
  long awaitKilled() {
    return take(killed, "killed");
  }

  private static long take(BlockingQueue<Long> ids, String what) {
    try {
      Long id = ids.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
      if (id == null) {
        throw new AssertionError("no cursor was " + what);
      }
      return id;
    } catch (InterruptedException impatient) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", impatient);
    }
  }
}
