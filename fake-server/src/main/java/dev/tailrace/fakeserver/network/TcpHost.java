package dev.tailrace.fakeserver.network;

import dev.tailrace.fakeserver.core.ReplicaSetCore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves a set over TCP in real time: one thread for all members and all connections. Reads and
 * writes never block it; what a client does not take is queued, and one that lets too much pile up
 * is cut off.
 */
public final class TcpHost extends CoreHost {

  private static final Logger LOG = LoggerFactory.getLogger(TcpHost.class);

  private static final int READ_BYTES = 256 * 1024;
  private static final long CLOSE_WAIT_MILLIS = 5_000;

  private final Listeners listeners;
  private final Optional<ServerTls> tls;
  private final Selector selector;
  private final Thread thread;
  private final ByteBuffer readBuffer = ByteBuffer.allocateDirect(READ_BYTES);
  private final long originNanos;
  private long offsetNanos;
  private long wakeAtNanos = Long.MAX_VALUE;

  /**
   * Begins to serve: from now on the listeners belong to the host.
   *
   * @param tls what connections are encrypted by; empty if they are not
   * @param originNanos {@link System#nanoTime} when the host's clock showed 0, which is when the
   *     core's wall clock started
   */
  public TcpHost(
      ReplicaSetCore core, Listeners listeners, Optional<ServerTls> tls, long originNanos) {
    super(core);
    this.tls = tls;
    this.originNanos = originNanos;
    this.listeners = listeners;
    try {
      selector = Selector.open();
      int member = 0;
      for (ServerSocketChannel channel : listeners.channels()) {
        channel.register(selector, SelectionKey.OP_ACCEPT, member++);
      }
    } catch (IOException e) {
      listeners.close();
      throw new UncheckedIOException("cannot serve the set", e);
    }
    thread = new Thread(this::serve, "tailrace-fake-set " + listeners.addresses().get(0));
    thread.setDaemon(true);
    apply(ReplicaSetCore::tick);
    thread.start();
  }

  @Override
  public long nowNanos() {
    lock.lock();
    try {
      return System.nanoTime() - originNanos + offsetNanos;
    } finally {
      lock.unlock();
    }
  }

  /** Sets the clock forward: all that was to happen meanwhile happens now. */
  public void advance(long nanos) {
    lock.lock();
    try {
      offsetNanos += nanos;
      if (!isClosed()) {
        apply(ReplicaSetCore::tick);
      }
    } finally {
      lock.unlock();
    }
  }

  @Override
  public boolean awaitState(Predicate<ReplicaSetCore> holds, Duration within)
      throws InterruptedException {
    long left = within.toNanos();
    lock.lock();
    try {
      while (!look(holds::test)) {
        if (left <= 0) {
          return false;
        }
        left = changed.awaitNanos(left);
      }
      return true;
    } finally {
      lock.unlock();
    }
  }

  @Override
  void wakeAt(long atNanos) {
    boolean isSooner = atNanos < wakeAtNanos;
    wakeAtNanos = atNanos;
    if (isSooner && Thread.currentThread() != thread) {
      selector.wakeup();
    }
  }

  private void serve() {
    while (selector.isOpen()) {
      try {
        long timeoutMillis = timeoutMillis();
        if (timeoutMillis == 0) {
          selector.selectNow(this::serveKey);
        } else {
          selector.select(this::serveKey, timeoutMillis == Long.MAX_VALUE ? 0 : timeoutMillis);
        }
        tickIfDue();
      } catch (IOException e) {
        LOG.error("The fake set stops serving: its selector failed", e);
        return;
      } catch (ClosedSelectorException e) {
        return;
      }
    }
  }

  /** How long to wait for the network; 0 not at all, {@link Long#MAX_VALUE} for ever. */
  private long timeoutMillis() {
    lock.lock();
    try {
      if (wakeAtNanos == Long.MAX_VALUE) {
        return Long.MAX_VALUE;
      }
      long left = wakeAtNanos - nowNanos();
      return left <= 0 ? 0 : TimeUnit.NANOSECONDS.toMillis(left) + 1;
    } finally {
      lock.unlock();
    }
  }

  private void tickIfDue() {
    lock.lock();
    try {
      if (!isClosed() && nowNanos() >= wakeAtNanos) {
        apply(ReplicaSetCore::tick);
      }
    } finally {
      lock.unlock();
    }
  }

  private void serveKey(SelectionKey key) {
    try {
      if (key.isAcceptable()) {
        accept(key);
      } else if (key.attachment() instanceof TcpPeer peer) {
        peer.serve(key);
      }
    } catch (CancelledKeyException e) {
      // Closed by the set while it was selected.
    } catch (RuntimeException e) {
      LOG.error("A connection to the fake set is closed: serving it failed", e);
      if (key.attachment() instanceof TcpPeer peer) {
        peer.lost();
      }
    }
  }

  private void accept(SelectionKey key) {
    SocketChannel channel;
    try {
      channel = ((ServerSocketChannel) key.channel()).accept();
      if (channel == null) {
        return;
      }
      channel.configureBlocking(false);
      channel.socket().setTcpNoDelay(true);
    } catch (IOException e) {
      LOG.debug("A client was gone before it was accepted", e);
      return;
    }
    TcpPeer peer = new TcpPeer(this, selector, channel, tls);
    peer.begin((Integer) key.attachment());
  }

  ByteBuffer readBuffer() {
    readBuffer.clear();
    return readBuffer;
  }

  boolean isServing(Thread candidate) {
    return candidate == thread;
  }

  @Override
  void release() {
    List<SelectionKey> keys = new ArrayList<>(selector.keys());
    listeners.close();
    for (SelectionKey key : keys) {
      if (key.attachment() instanceof TcpPeer peer) {
        peer.closeNow();
      }
    }
    try {
      selector.close();
      if (Thread.currentThread() != thread) {
        thread.join(CLOSE_WAIT_MILLIS);
      }
    } catch (IOException e) {
      LOG.debug("The selector was closed already", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
