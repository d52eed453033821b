package dev.tailrace.fakeserver.network;

import dev.tailrace.wire.frame.BadMessageException;
import dev.tailrace.wire.frame.Frame;
import dev.tailrace.wire.frame.FrameReader;
import dev.tailrace.wire.frame.Message;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * A client's connection to a member inside one process, in real bytes. In virtual time its messages
 * are under way for a while, in order, and may be lost.
 */
final class ClientLink {

  private final CoreHost host;
  private final int member;
  private final Consumer<Message> onMessage;
  private final Consumer<String> onClosed;
  private final FrameReader reader = new FrameReader();
  private final long connection;
  private long toServerNotBefore;
  private long toClientNotBefore;
  private int lastRequestId;
  private boolean closed;
  private boolean garbled;

  /**
   * Connects.
   *
   * @param onMessage takes what the member sends; called under the host's lock
   * @param onClosed told once, with the reason, when the connection ends by the other side's doing
   */
  ClientLink(CoreHost host, int member, Consumer<Message> onMessage, Consumer<String> onClosed) {
    this.host = host;
    this.member = member;
    this.onMessage = onMessage;
    this.onClosed = onClosed;
    connection =
        host.connect(
            member,
            "loopback:" + member,
            new CoreHost.Peer() {
              @Override
              public void onBytes(ByteBuffer bytes) {
                byte[] copy = new byte[bytes.remaining()];
                bytes.duplicate().get(copy);
                carry(false, () -> arrived(ByteBuffer.wrap(copy)));
              }

              @Override
              public void onClosed() {
                carry(false, () -> end("the member closed the connection"));
              }
            });
    if (!closed) {
      host.attend(this, () -> end(CoreHost.CLOSED));
    }
  }

  /** The number for the client's next message. */
  int nextRequestId() {
    return ++lastRequestId;
  }

  /** Whether the connection has ended. */
  boolean isClosed() {
    return closed;
  }

  /** Whether it has ended because the member sent what is no message. */
  boolean isGarbled() {
    return garbled;
  }

  /** Sends a frame. */
  void send(ByteBuffer frame) {
    carry(true, () -> host.receive(connection, frame.duplicate()));
  }

  /** Ends the connection. What was sent before still gets there first. */
  void close() {
    if (!closed) {
      closed = true;
      host.leave(this);
      if (host instanceof VirtualHost virtual) {
        virtual.schedule(
            Math.max(toServerNotBefore, virtual.nowNanos()), () -> host.disconnect(connection));
      } else {
        host.disconnect(connection);
      }
    }
  }

  private void arrived(ByteBuffer bytes) {
    if (closed) {
      return;
    }
    try {
      reader.feed(bytes);
      Optional<Frame> frame = reader.poll();
      while (frame.isPresent()) {
        onMessage.accept(Message.decode(frame.get()));
        frame = reader.poll();
      }
    } catch (BadMessageException e) {
      host.disconnect(connection);
      garbled = true;
      end("the member sent what is no message: " + e.getMessage());
    }
  }

  private void end(String reason) {
    if (!closed) {
      closed = true;
      host.leave(this);
      onClosed.accept(reason);
    }
  }

  /** Brings something to the other side, now or later. */
  private void carry(boolean toServer, Runnable arrival) {
    if (!(host instanceof VirtualHost virtual)) {
      arrival.run();
      return;
    }
    NetworkConditions conditions = virtual.conditions();
    if (conditions.isCutOff(member) || conditions.drawLoss()) {
      return;
    }
    long earliest = virtual.nowNanos() + conditions.drawLatencyNanos();
    long at = Math.max(earliest, toServer ? toServerNotBefore : toClientNotBefore);
    if (toServer) {
      toServerNotBefore = at;
    } else {
      toClientNotBefore = at;
    }
    virtual.schedule(at, arrival);
    // A request is never doubled: no network under TCP does that, and a getMore that runs twice
    // takes events away from every client there could be.
    if (!toServer && conditions.drawDuplication()) {
      virtual.schedule(at, arrival);
    }
  }
}
