package dev.tailrace.fakeserver.network;

import dev.tailrace.wire.frame.Message;
import dev.tailrace.wire.frame.OpMsg;
import dev.tailrace.wire.frame.OpReply;
import java.time.Duration;
import java.util.ArrayDeque;
import org.bson.BsonDocument;
import org.bson.BsonString;
import org.jspecify.annotations.Nullable;

/**
 * A connection to one member over which commands are sent as they are: nothing is added but {@code
 * $db}, nothing is retried. For looking at the server without a driver in between. Thread-safe; in
 * virtual time the thread that waits moves the clock.
 */
public final class RawConnection implements AutoCloseable {

  private final CoreHost host;
  private final int member;
  private final ClientLink link;
  private final ArrayDeque<Reply> replies = new ArrayDeque<>();
  private boolean closedByMember;

  /** Connects to a member. */
  public RawConnection(CoreHost host, int member) {
    this.host = host;
    this.member = member;
    host.lock.lock();
    try {
      link = new ClientLink(host, member, this::arrived, reason -> closedByMember = true);
    } finally {
      host.lock.unlock();
    }
  }

  /** What a member sent. */
  private record Reply(int responseTo, BsonDocument body) {}

  private void arrived(Message message) {
    if (message instanceof OpMsg msg) {
      replies.add(new Reply(msg.responseTo(), msg.body().asDocument()));
    } else if (message instanceof OpReply reply) {
      replies.add(new Reply(reply.responseTo(), reply.document().asDocument()));
    }
    host.changed.signalAll();
  }

  /** Sends a command; its reply comes with {@link #receive(Duration)}. */
  public void send(String db, BsonDocument command) {
    send(db, command, 0);
  }

  /**
   * Sends a command.
   *
   * @param flagBits flags of the message, such as {@link OpMsg#EXHAUST_ALLOWED}
   */
  public void send(String db, BsonDocument command, int flagBits) {
    sendNumbered(db, command, flagBits);
  }

  /** Gives the message's number, which its reply names. */
  private int sendNumbered(String db, BsonDocument command, int flagBits) {
    BsonDocument body = new BsonDocument();
    body.putAll(command);
    body.append("$db", new BsonString(db));
    host.lock.lock();
    try {
      int requestId = link.nextRequestId();
      link.send(OpMsg.encode(requestId, 0, flagBits, body));
      return requestId;
    } finally {
      host.lock.unlock();
    }
  }

  /**
   * Waits for the next reply.
   *
   * @return null if none came in time, or the member closed the connection
   * @throws InterruptedException if the thread is interrupted
   */
  public @Nullable BsonDocument receive(Duration within) throws InterruptedException {
    Reply reply = await(within);
    return reply == null ? null : reply.body();
  }

  private @Nullable Reply await(Duration within) throws InterruptedException {
    if (host instanceof VirtualHost virtual) {
      virtual.await(this::isSettled, virtual.nowNanos() + within.toNanos());
    } else {
      awaitRealTime(within);
    }
    host.lock.lock();
    try {
      return replies.poll();
    } finally {
      host.lock.unlock();
    }
  }

  /**
   * Sends a command and waits for the reply to it; others, which a duplicated message may have
   * caused, are dropped.
   *
   * @return null if none came in time, or the member closed the connection
   * @throws InterruptedException if the thread is interrupted
   */
  public @Nullable BsonDocument command(String db, BsonDocument command, Duration within)
      throws InterruptedException {
    int requestId = sendNumbered(db, command, 0);
    // Each round takes a reply out, so that there are no more rounds than replies.
    for (Reply reply = await(within); reply != null; reply = await(within)) {
      if (reply.responseTo() == requestId) {
        return reply.body();
      }
    }
    return null;
  }

  private void awaitRealTime(Duration within) throws InterruptedException {
    long left = within.toNanos();
    host.lock.lock();
    try {
      while (!isSettled() && left > 0) {
        left = host.changed.awaitNanos(left);
      }
    } finally {
      host.lock.unlock();
    }
  }

  private boolean isSettled() {
    host.lock.lock();
    try {
      return !replies.isEmpty() || closedByMember;
    } finally {
      host.lock.unlock();
    }
  }

  /** Whether the member closed the connection. */
  public boolean isClosedByMember() {
    host.lock.lock();
    try {
      return closedByMember;
    } finally {
      host.lock.unlock();
    }
  }

  /**
   * Sends a command and waits for its reply, for as long as it takes.
   *
   * @throws IllegalStateException if the member closes the connection, or does not answer in ten
   *     minutes
   * @throws InterruptedException if the thread is interrupted
   */
  public BsonDocument command(String db, BsonDocument command) throws InterruptedException {
    BsonDocument reply = command(db, command, Duration.ofMinutes(10));
    if (reply == null) {
      throw new IllegalStateException(
          isClosedByMember()
              ? "the member closed the connection instead of answering " + command.getFirstKey()
              : "no answer to " + command.getFirstKey());
    }
    return reply;
  }

  /** Where it leads, and how it stands; for the messages of tests. */
  @Override
  public String toString() {
    return host.look(
        core ->
            "RawConnection[to %s, %d replies not received yet%s]"
                .formatted(
                    core.set().members().get(member).address(),
                    replies.size(),
                    link.isClosed() ? ", closed" : ""));
  }

  @Override
  public void close() {
    host.lock.lock();
    try {
      link.close();
    } finally {
      host.lock.unlock();
    }
  }
}
