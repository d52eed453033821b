package dev.tailrace.engine.core;

import dev.tailrace.engine.StreamEvent;
import dev.tailrace.engine.transport.Request;

/** One thing the world must now do. Effects are values; nothing here acts by itself. */
public sealed interface Effect {

  /** Calls the one of {@code cases} that is for this effect. */
  void match(Cases cases);

  /** Every effect there is: a new one stops every driver from compiling until it is handled. */
  interface Cases {
    void send(Send send);

    void abandon(Abandon abandon);

    void forget(Forget forget);

    void notify(Notify notify);
  }

  /**
   * Send a request, and bring its outcome to {@link ChangeStreamMachine#onReply} or {@link
   * ChangeStreamMachine#onFailure} under this number.
   */
  record Send(long exchange, Request request) implements Effect {
    @Override
    public void match(Cases cases) {
      cases.send(this);
    }
  }

  /** Nobody waits for this exchange any more; its outcome, if one still comes, is late. */
  record Abandon(long exchange) implements Effect {
    @Override
    public void match(Cases cases) {
      cases.abandon(this);
    }
  }

  /** Send a request whose outcome nobody will hear of, and let it go on until then at the most. */
  record Forget(Request request, long untilNanos) implements Effect {
    @Override
    public void match(Cases cases) {
      cases.forget(this);
    }
  }

  /** Tell whoever listens what happened in the stream's life. */
  record Notify(StreamEvent event) implements Effect {
    @Override
    public void match(Cases cases) {
      cases.notify(this);
    }
  }
}
