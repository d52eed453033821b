package dev.tailrace.wire.tcp;

import java.io.ByteArrayOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;

/** Accepts sockets that can stop sending in the middle of whatever it is. */
final class HoldableServerSocket extends ServerSocket {

  HoldableServerSocket(InetAddress address) throws IOException {
    super(0, 50, address);
  }

  @Override
  public HoldableSocket accept() throws IOException {
    HoldableSocket socket = new HoldableSocket();
    implAccept(socket);
    return socket;
  }

  /** A socket of the server. */
  static final class HoldableSocket extends Socket {

    private final ByteArrayOutputStream held = new ByteArrayOutputStream();
    private int left = Integer.MAX_VALUE;

    /** Sends so many bytes more and holds the rest back. */
    synchronized void holdAfter(int bytes) {
      left = bytes;
    }

    /** Sends what was held back, and holds no more. */
    synchronized void goOn() throws IOException {
      left = Integer.MAX_VALUE;
      super.getOutputStream().write(held.toByteArray());
      held.reset();
    }

    @Override
    public OutputStream getOutputStream() throws IOException {
      return new FilterOutputStream(super.getOutputStream()) {
        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
          synchronized (HoldableSocket.this) {
            int now = Math.min(left, length);
            out.write(bytes, offset, now);
            held.write(bytes, offset + now, length - now);
            left -= left == Integer.MAX_VALUE ? 0 : now;
          }
        }
      };
    }
  }
}
