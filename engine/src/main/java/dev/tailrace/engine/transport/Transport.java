package dev.tailrace.engine.transport;

import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.bson.BsonDocument;

/**
 * The engine's way to a deployment: a request goes out, at most one outcome comes back.
 *
 * <h2>What is promised</h2>
 *
 * <ul>
 *   <li>Every method may be called from any thread, and only {@link #await} and {@link #close}
 *       block.
 *   <li>A handler is called at most once. It may be called on any thread, also on the calling one
 *       before {@link #send} has returned; it must not block, and an exception it throws is a fault
 *       of the caller's.
 *   <li>A request to {@link Target.SameServer} reaches that server or fails; it is never sent to
 *       another one.
 *   <li>Requests of different exchanges never wait for each other: a {@code getMore} that sits at
 *       the server holds up nothing else.
 * </ul>
 *
 * <h2>What is not promised</h2>
 *
 * <ul>
 *   <li>An outcome may come late, or never: whoever waits keeps a deadline of its own.
 *   <li>Outcomes of different exchanges come in any order.
 *   <li>A failed outcome does not mean that the server did nothing.
 *   <li>An abandoned exchange may still be answered, if the answer was already on its way.
 * </ul>
 *
 * <p>The transport adds what belongs to the conversation and not to the command: {@code $db},
 * {@code $clusterTime} (gossiped across all exchanges, driver sessions specification), {@code
 * $readPreference} (server selection specification) and, where the request has a {@link TimeLimit}
 * that says so, {@code maxTimeMS} (client-side operations timeout specification).
 */
public interface Transport extends AutoCloseable {

  /**
   * Starts one exchange.
   *
   * @param request what to send, and to which server
   * @param handler takes the outcome
   * @return the running exchange, so that it can be given up
   */
  Exchange send(Request request, Consumer<Outcome> handler);

  /**
   * The read preference of streams that name none of their own: what the transport was told of the
   * deployment (URI options specification, {@code readPreference}); else the primary. Requests say
   * theirs, and are not touched by it.
   */
  default ReadPreference readPreference() {
    return ReadPreference.PRIMARY;
  }

  /** The clock and the timers this transport lives by: the machine's, or a simulation's. */
  Timers timers();

  /**
   * Blocks until {@code done} is true or the clock of {@link #timers} has reached {@code
   * untilNanos}, and may return early for no reason; the caller checks and calls again.
   *
   * <p>The calling thread is lent to the transport for that time: a simulated transport moves its
   * clock and delivers what is due. Whoever makes {@code done} true also unparks the waiting thread
   * ({@link java.util.concurrent.locks.LockSupport#unpark}), so a transport with threads of its own
   * may simply park.
   *
   * @throws InterruptedException if the thread is interrupted, before or while it waits
   */
  void await(BooleanSupplier done, long untilNanos) throws InterruptedException;

  /**
   * The calling thread lends itself until the loan is closed: what it sends meanwhile may be
   * carried out by this thread while it is in {@link #await}, which saves a change of threads. A
   * transport that has no use for that does nothing.
   */
  default Loan lend() {
    return () -> {};
  }

  /** A thread that is lent. */
  interface Loan extends AutoCloseable {

    /** Ends the loan, on the thread that is lent. What was sent goes on elsewhere. */
    @Override
    void close();
  }

  /**
   * A new logical session for one stream's life.
   *
   * @return the {@code lsid} document to send with each command: <code>{id: UUID}</code>
   */
  BsonDocument startSession();

  /** Gives back a session from {@link #startSession}; the server is told at some later time. */
  void endSession(BsonDocument lsid);

  /**
   * Tells the servers that the sessions are over, lets {@code killCursors} that are under way get
   * there, ends all other exchanges that are still open (their handlers get {@link Outcome.Failed}
   * with {@link Outcome.Reason#CLOSED}, or nothing), and frees connections and threads. Waits for
   * no more than a moment. A second call does nothing.
   */
  @Override
  void close();

  /** One request that is under way. */
  interface Exchange {

    /**
     * Gives the exchange up: nobody wants its outcome any more. Frees a read in flight, if need be
     * by closing the connection. Never blocks; does nothing where the outcome is already here.
     */
    void abandon();
  }
}
