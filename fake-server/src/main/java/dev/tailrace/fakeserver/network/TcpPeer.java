package dev.tailrace.fakeserver.network;

import java.io.IOException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/** A client at the other end of a socket. All of it happens under the host's lock. */
final class TcpPeer implements CoreHost.Peer {

  /** A client that leaves more than two of the largest messages lying is cut off. */
  private static final long MAX_QUEUED_BYTES = 2L * 48_000_000;

  private final TcpHost host;
  private final Selector selector;
  private final SocketChannel channel;
  private final ArrayDeque<ByteBuffer> queued = new ArrayDeque<>();
  private long queuedBytes;
  private @Nullable SelectionKey key;
  private long connection;
  private boolean closing;

  TcpPeer(TcpHost host, Selector selector, SocketChannel channel) {
    this.host = host;
    this.selector = selector;
    this.channel = channel;
  }

  /** Takes up service for a member. */
  void begin(int member) {
    host.lock.lock();
    try {
      if (host.isClosed()) {
        closeNow();
        return;
      }
      key = channel.register(selector, SelectionKey.OP_READ, this);
      connection = host.connect(member, remote(), this);
    } catch (ClosedChannelException e) {
      closeNow();
    } finally {
      host.lock.unlock();
    }
  }

  private String remote() {
    try {
      SocketAddress address = channel.getRemoteAddress();
      return address == null ? "unknown" : address.toString().replaceFirst("^/", "");
    } catch (IOException e) {
      return "unknown";
    }
  }

  /** The socket is ready for something. */
  void serve(SelectionKey ready) {
    host.lock.lock();
    try {
      if (ready.isWritable()) {
        flush();
      }
      if (ready.isValid() && ready.isReadable()) {
        read();
      }
    } finally {
      host.lock.unlock();
    }
  }

  private void read() {
    ByteBuffer buffer = host.readBuffer();
    int count;
    try {
      count = channel.read(buffer);
    } catch (IOException e) {
      count = -1;
    }
    if (count < 0) {
      lost();
    } else if (count > 0 && !closing) {
      buffer.flip();
      host.receive(connection, buffer);
    }
  }

  @Override
  public void onBytes(ByteBuffer bytes) {
    if (closing) {
      return;
    }
    queued.add(bytes.duplicate());
    queuedBytes += bytes.remaining();
    if (host.isServing(Thread.currentThread())) {
      flush();
    } else {
      wantWrite();
    }
    if (queuedBytes > MAX_QUEUED_BYTES) {
      lost();
    }
  }

  @Override
  public void onClosed() {
    closing = true;
    if (queued.isEmpty()) {
      closeNow();
    } else {
      wantWrite();
    }
  }

  private void flush() {
    try {
      ByteBuffer next;
      while ((next = queued.peek()) != null) {
        queuedBytes -= channel.write(next);
        if (next.hasRemaining()) {
          wantWrite();
          return;
        }
        queued.remove();
      }
      SelectionKey current = key;
      if (closing) {
        closeNow();
      } else if (current != null && current.isValid()) {
        current.interestOps(SelectionKey.OP_READ);
      }
    } catch (IOException e) {
      lost();
    }
  }

  private void wantWrite() {
    SelectionKey current = key;
    if (current != null && current.isValid()) {
      current.interestOps(SelectionKey.OP_READ | SelectionKey.OP_WRITE);
      if (!host.isServing(Thread.currentThread())) {
        selector.wakeup();
      }
    }
  }

  /** The client is gone. */
  void lost() {
    closing = true;
    queued.clear();
    closeNow();
    host.disconnect(connection);
  }

  /** Closes the socket. */
  void closeNow() {
    try {
      channel.close();
    } catch (IOException e) {
      // It is of no more use either way.
    }
  }
}
