package dev.tailrace.wire.event;

/**
 * Hears what a transport does. Each method does nothing unless it is overridden.
 *
 * <p>A listener is called by the threads that do the work, and must not block: it holds up what it
 * hears of. {@link #command} and {@link #selection} may be called by several threads at once, on
 * each with no lock held; {@link #pool} and {@link #topology} are called for one event at a time,
 * in the order in which they happened. The last ones may come from another thread just after the
 * transport's {@code close} has returned. What a listener throws is logged, once for each listener,
 * and changes nothing.
 */
public interface WireListener {

  /** A command was sent, or is over. */
  default void command(CommandEvent event) {}

  /** A server is searched for, or has been. */
  default void selection(SelectionEvent event) {}

  /** Something happened to a pool or one of its connections. */
  default void pool(ConnectionPoolEvent event) {}

  /** Something became of the deployment, or of a check of one of its servers. */
  default void topology(TopologyEvent event) {}
}
