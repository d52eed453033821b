package dev.tailrace.fakeserver.network;

import java.nio.ByteBuffer;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLEngineResult.Status;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/**
 * The server's end of TLS on one connection: bytes in, bytes out, no socket. Not thread-safe; its
 * listener may call back.
 */
final class TlsSession {

  /** Takes what comes of bytes. */
  interface Listener {

    /** The client sent this; the buffer is used again afterwards. */
    void onPlain(ByteBuffer bytes);

    /** This is to be sent to the client; the buffer is the listener's to keep. */
    void onEncrypted(ByteBuffer bytes);

    /**
     * The handshake is over.
     *
     * @param protocol its version
     * @param subject whose certificate the client has shown, as RFC 2253 writes it; null for nobody
     */
    void onEstablished(String protocol, @Nullable String subject);
  }

  private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

  /** What every handshake begins with (RFC 8446, section 5.1). */
  private static final byte HANDSHAKE = 0x16;

  private final SSLEngine engine;
  private final Listener listener;

  /** What has come of a record that is not yet whole; to be read. */
  private ByteBuffer incoming = NOTHING;

  private ByteBuffer plain = NOTHING;
  private boolean begun;

  TlsSession(SSLEngine engine, Listener listener) {
    this.engine = engine;
    this.listener = listener;
  }

  /**
   * The client sent these bytes, however they are cut.
   *
   * @return whether the client has more to say
   * @throws SSLException if they are not TLS, or the two do not come to terms; what the client is
   *     to be told of that was given to the listener
   */
  boolean receive(ByteBuffer bytes) throws SSLException {
    if (!begun && bytes.get(bytes.position()) != HANDSHAKE) {
      throw new SSLException("the client does not speak TLS"); // It would not understand more.
    }
    begun = true;
    incoming = joined(incoming, bytes);
    try {
      return proceed();
    } catch (SSLException e) {
      sayWhy();
      throw e;
    }
  }

  /** Whether the client has begun to speak TLS, and so understands why it is refused. */
  boolean hasBegun() {
    return begun;
  }

  /** Encrypts what is to be sent. The handshake is over. */
  void send(ByteBuffer plain) throws SSLException {
    ByteBuffer rest = plain.duplicate();
    while (rest.hasRemaining()) {
      wrap(rest);
    }
  }

  private boolean proceed() throws SSLException {
    while (true) {
      HandshakeStatus status = engine.getHandshakeStatus();
      if (status == HandshakeStatus.NEED_TASK) {
        for (Runnable task; (task = engine.getDelegatedTask()) != null; ) {
          task.run();
        }
      } else if (status == HandshakeStatus.NEED_WRAP) {
        wrap(NOTHING.duplicate());
      } else if (!incoming.hasRemaining()) {
        return !engine.isInboundDone();
      } else {
        SSLEngineResult result = unwrap();
        if (result.getStatus() == Status.BUFFER_UNDERFLOW) {
          return true;
        }
        if (result.getStatus() == Status.CLOSED) {
          return false;
        }
      }
    }
  }

  private SSLEngineResult unwrap() throws SSLException {
    int size = engine.getSession().getApplicationBufferSize();
    plain = plain.capacity() < size ? ByteBuffer.allocate(size) : plain.clear();
    SSLEngineResult result = engine.unwrap(incoming, plain);
    if (result.getStatus() == Status.BUFFER_OVERFLOW) {
      throw new SSLException("a record is longer than it may be");
    }
    noticeEnd(result);
    if (plain.position() > 0) {
      listener.onPlain(plain.flip());
    }
    return result;
  }

  private void wrap(ByteBuffer plain) throws SSLException {
    ByteBuffer encrypted = ByteBuffer.allocate(engine.getSession().getPacketBufferSize());
    SSLEngineResult result = engine.wrap(plain, encrypted);
    if (encrypted.position() == 0) {
      throw new SSLException("nothing more can be sent: " + result.getStatus());
    }
    listener.onEncrypted(encrypted.flip());
    noticeEnd(result);
  }

  private void noticeEnd(SSLEngineResult result) {
    if (result.getHandshakeStatus() == HandshakeStatus.FINISHED) {
      SSLSession session = engine.getSession();
      listener.onEstablished(session.getProtocol(), subject(session));
    }
  }

  private static @Nullable String subject(SSLSession session) {
    try {
      return session.getPeerPrincipal().getName(); // Of an X500Principal that is RFC 2253.
    } catch (SSLPeerUnverifiedException e) {
      return null;
    }
  }

  /** The alert that TLS has for what went wrong. */
  private void sayWhy() {
    try {
      while (engine.getHandshakeStatus() == HandshakeStatus.NEED_WRAP) {
        wrap(NOTHING.duplicate());
      }
    } catch (SSLException e) {
      // Then the client has to do with the end of the connection.
    }
  }

  private static ByteBuffer joined(ByteBuffer one, ByteBuffer other) {
    return ByteBuffer.allocate(one.remaining() + other.remaining()).put(one).put(other).flip();
  }
}
