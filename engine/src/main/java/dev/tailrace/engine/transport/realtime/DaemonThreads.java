package dev.tailrace.engine.transport.realtime;

import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Makes a transport's threads: virtual ones where the JVM has them (since 21), found by reflection
 * because the code is compiled for 17; else daemon threads. None keeps a process alive.
 * Thread-safe.
 */
public final class DaemonThreads implements ThreadFactory {

  private static final ThreadFactory VIRTUAL_OR_DAEMON = virtualOrDaemon();

  private final String prefix;
  private final AtomicInteger count = new AtomicInteger();

  /** Makes threads called {@code tailrace-<name>-<number>}. */
  public DaemonThreads(String name) {
    this.prefix = "tailrace-" + name + "-";
  }

  @Override
  public Thread newThread(Runnable task) {
    Thread thread = VIRTUAL_OR_DAEMON.newThread(task);
    thread.setName(prefix + count.incrementAndGet());
    return thread;
  }

  /** Whether it is a virtual thread; never so before Java 21. Those are in a group of this name. */
  public static boolean isVirtual(Thread thread) {
    @Nullable ThreadGroup group = thread.getThreadGroup();
    return group != null && group.getName().equals("VirtualThreads");
  }

  /** {@code Thread.ofVirtual().factory()}, or its stand-in. */
  private static ThreadFactory virtualOrDaemon() {
    try {
      Object ofVirtual = Thread.class.getMethod("ofVirtual").invoke(null);
      return (ThreadFactory)
          Class.forName("java.lang.Thread$Builder").getMethod("factory").invoke(ofVirtual);
    } catch (ReflectiveOperationException e) {
      return task -> {
        Thread thread = new Thread(task);
        thread.setDaemon(true);
        return thread;
      };
    }
  }
}
