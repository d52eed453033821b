package dev.tailrace.engine.core;

import dev.tailrace.engine.ChangeStreamOptions;
import dev.tailrace.engine.StreamEvent;
import dev.tailrace.engine.core.State.Exchange;
import dev.tailrace.engine.transport.DocumentSlice;
import dev.tailrace.engine.transport.Request;
import dev.tailrace.engine.transport.ServerRef;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the machine wants done, in order, until the step takes it; and what it sent and gave up. It
 * sees to it that every cursor is killed that an answer may still bring.
 */
final class Outbox {

  private final Commands commands;
  private final Duration answerTimeout;
  private final Orphans orphans = new Orphans();
  private long lastExchange;
  private List<Effect> effects = new ArrayList<>();

  Outbox(Commands commands, ChangeStreamOptions options) {
    this.commands = commands;
    answerTimeout = options.answerTimeout();
  }

  /** What is to be done since the last time. */
  List<Effect> take() {
    List<Effect> taken = effects;
    effects = new ArrayList<>();
    return taken;
  }

  void notify(StreamEvent event) {
    effects.add(new Effect.Notify(event));
  }

  // ---------------------------------------------------------------- exchanges

  Exchange aggregate(
      StartPoint start, Set<String> deprioritized, long nowNanos, long deadlineNanos) {
    return send(
        commands.aggregate(start, deprioritized, deadlineNanos), nowNanos, nowNanos, deadlineNanos);
  }

  Exchange getMore(ServerCursor cursor, long nowNanos, long dueNanos, long deadlineNanos) {
    return send(commands.getMore(cursor, deadlineNanos), nowNanos, dueNanos, deadlineNanos);
  }

  /** A getMore that is given up is broken off: its cursor is going to be killed. */
  void giveUpGetMore(Exchange exchange) {
    effects.add(new Effect.Abandon(exchange.number()));
  }

  /**
   * An aggregate that is given up is let go on for a while: it may yet make a cursor, and only its
   * answer says which.
   */
  void giveUpAggregate(Exchange exchange, long nowNanos) {
    orphans.add(exchange.number(), Step.after(nowNanos, answerTimeout));
  }

  /** An answer came that nobody waits for. If it made a cursor, that is killed. */
  void lateReply(long exchange, ServerRef server, DocumentSlice reply, long nowNanos) {
    if (orphans.remove(exchange)) {
      killNamedIn(reply, server, nowNanos);
    }
  }

  /** Kills the cursor that an aggregate's reply names, if it names one, whatever else it says. */
  void killNamedIn(DocumentSlice reply, ServerRef server, long nowNanos) {
    @Nullable ServerCursor named = CursorReply.cursorNamedIn(reply, server);
    if (named != null) {
      kill(named, nowNanos);
    }
  }

  /** An exchange is over without an answer. */
  void lateFailure(long exchange) {
    orphans.remove(exchange);
  }

  /** Breaks off the aggregates that were let go on for long enough. */
  void breakOffDue(long nowNanos) {
    orphans.due(nowNanos).forEach(exchange -> effects.add(new Effect.Abandon(exchange)));
  }

  /** When {@link #breakOffDue} has something to do; {@link Step#NEVER} for never. */
  long nextDeadlineNanos() {
    return orphans.nextDeadlineNanos();
  }

  /** Frees a cursor at its server, whose answer nobody hears. */
  void kill(ServerCursor cursor, long nowNanos) {
    if (!cursor.isExhausted()) {
      long untilNanos = Step.after(nowNanos, answerTimeout);
      effects.add(new Effect.Forget(commands.killCursors(cursor), untilNanos));
    }
  }

  private Exchange send(Request request, long nowNanos, long dueNanos, long deadlineNanos) {
    Exchange exchange = new Exchange(++lastExchange, nowNanos, dueNanos, deadlineNanos);
    effects.add(new Effect.Send(exchange.number(), request));
    return exchange;
  }
}
