package dev.tailrace.fakeserver.network;

import java.io.IOException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.ArrayDeque;
import java.util.Optional;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A client at the other end of a socket. All of it happens under the host's lock. */
final class TcpPeer implements CoreHost.Peer, TlsSession.Listener {

  /** So many bytes of a message come before its length of body: its header. */
  private static final int HEADER_BYTES = 16;

  private static final int RESPONSE_TO_OFFSET = 8;

  private static final Logger LOG = LoggerFactory.getLogger(TcpPeer.class);

  /** A client that leaves more than two of the largest messages lying is cut off. */
  private static final long MAX_QUEUED_BYTES = 2L * 48_000_000;

  private final TcpHost host;
  private final Selector selector;
  private final SocketChannel channel;
  private final @Nullable TlsSession tls;
  private final ArrayDeque<ByteBuffer> queued = new ArrayDeque<>();
  private long queuedBytes;
  private @Nullable SelectionKey key;
  private long connection;
  private boolean closing;
  private boolean begun;

  /**
   * Whether what the client still sends is thrown away until it hangs up. A socket that is closed
   * with bytes in it that nobody has read takes back what it has sent, as why it was refused.
   */
  private boolean lingering;

  TcpPeer(TcpHost host, Selector selector, SocketChannel channel, Optional<ServerTls> tls) {
    this.host = host;
    this.selector = selector;
    this.channel = channel;
    this.tls = tls.map(settings -> new TlsSession(settings.engine(), this)).orElse(null);
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
      received(buffer.flip());
    }
  }

  private void received(ByteBuffer bytes) {
    boolean goesOn;
    try {
      goesOn = tls == null ? !speaksTls(bytes) : tls.receive(bytes);
    } catch (SSLException e) {
      LOG.debug("A client of the fake set and TLS", e);
      lingering = tls != null && tls.hasBegun();
      goesOn = false;
    }
    if (!goesOn) {
      onClosed(); // Once it has heard why, if it has.
      host.disconnect(connection);
    } else if (tls == null) {
      host.receive(connection, bytes);
    }
  }

  /**
   * Whether a client begins with a TLS handshake where none is expected: as mongod finds out, by
   * the place where a message says what it answers. What begins with less than a header waits.
   */
  private boolean speaksTls(ByteBuffer bytes) {
    boolean first = !begun && bytes.remaining() >= HEADER_BYTES;
    begun = true;
    int responseTo = first ? bytes.getInt(bytes.position() + RESPONSE_TO_OFFSET) : 0;
    return responseTo != 0 && responseTo != -1;
  }

  @Override
  public void onPlain(ByteBuffer bytes) {
    host.receive(connection, bytes);
  }

  @Override
  public void onEstablished(String protocol, @Nullable String subject) {
    host.encrypted(connection, protocol, subject);
  }

  @Override
  public void onBytes(ByteBuffer bytes) {
    if (closing) {
      return;
    }
    if (tls == null) {
      onEncrypted(bytes.duplicate());
      return;
    }
    try {
      tls.send(bytes);
    } catch (SSLException e) { // The client has said goodbye.
      lost();
    }
  }

  @Override
  public void onEncrypted(ByteBuffer bytes) {
    queued.add(bytes);
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
      end();
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
        end();
      } else if (current != null && current.isValid()) {
        current.interestOps(SelectionKey.OP_READ);
      }
    } catch (IOException e) {
      lost();
    }
  }

  private void end() {
    SelectionKey current = key;
    if (!lingering || current == null || !current.isValid()) {
      closeNow();
      return;
    }
    try {
      channel.shutdownOutput();
      current.interestOps(SelectionKey.OP_READ);
    } catch (IOException e) {
      closeNow();
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
