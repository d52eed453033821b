package dev.tailrace.wire.dns;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A DNS server that knows the answer to one question, whatever is asked, by UDP and TCP on one port
 * of the loopback interface (RFC 1035).
 */
final class DnsOnLoopback implements AutoCloseable {

  static final int SERVER_FAILURE = 2;
  static final int NAME_ERROR = 3;

  private static final int TYPE_TXT = 16;
  private static final int TYPE_SRV = 33;
  private static final int HEADER_LENGTH = 12;
  private static final byte[] LOOPBACK = {127, 0, 0, 1};

  private final ServerSocket tcp;
  private final DatagramSocket udp;
  private final List<byte[]> answers = new ArrayList<>();
  private final AtomicInteger tcpQuestions = new AtomicInteger();

  private int type;
  private int responseCode;
  private boolean truncates;
  private boolean silent;

  DnsOnLoopback() throws IOException {
    InetAddress loopback = InetAddress.getByAddress(LOOPBACK);
    tcp = new ServerSocket(0, 50, loopback);
    udp = new DatagramSocket(tcp.getLocalPort(), loopback);
  }

  /** Answers with one SRV record more. */
  DnsOnLoopback srv(String target, int port) throws IOException {
    type = TYPE_SRV;
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    out.writeShort(7); // Priority.
    out.writeShort(5); // Weight.
    out.writeShort(port);
    writeName(out, target);
    answers.add(bytes.toByteArray());
    return this;
  }

  /** Answers with one TXT record more, of several strings. */
  DnsOnLoopback txt(String... strings) throws IOException {
    type = TYPE_TXT;
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    for (String string : strings) {
      byte[] text = string.getBytes(StandardCharsets.US_ASCII);
      out.writeByte(text.length);
      out.write(text);
    }
    answers.add(bytes.toByteArray());
    return this;
  }

  /** Refuses with a response code. */
  DnsOnLoopback refuses(int code) {
    responseCode = code;
    return this;
  }

  /** Says by UDP only that the answer does not fit. */
  DnsOnLoopback truncates() {
    truncates = true;
    return this;
  }

  /** Says nothing at all. */
  DnsOnLoopback isSilent() {
    silent = true;
    return this;
  }

  /** How often it was asked by TCP. */
  int tcpQuestions() {
    return tcpQuestions.get();
  }

  /** Begins to answer. Returns where to ask, in the words of JNDI. */
  String start() {
    start(this::answerUdp);
    start(this::answerTcp);
    return "dns://127.0.0.1:" + tcp.getLocalPort();
  }

  @Override
  public void close() {
    udp.close();
    try {
      tcp.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void start(Runnable task) {
    Thread thread = new Thread(task, "dns-on-loopback");
    thread.setDaemon(true);
    thread.start();
  }

  private void answerUdp() {
    byte[] buffer = new byte[512];
    try {
      while (true) {
        DatagramPacket question = new DatagramPacket(buffer, buffer.length);
        udp.receive(question);
        if (!silent) {
          byte[] answer = answer(question.getData(), question.getLength(), truncates);
          udp.send(new DatagramPacket(answer, answer.length, question.getSocketAddress()));
        }
      }
    } catch (IOException e) {
      // Closed.
    }
  }

  private void answerTcp() {
    try {
      while (true) {
        try (Socket socket = tcp.accept()) {
          DataInputStream in = new DataInputStream(socket.getInputStream());
          byte[] question = new byte[in.readUnsignedShort()];
          in.readFully(question);
          tcpQuestions.incrementAndGet();
          byte[] answer = answer(question, question.length, false);
          DataOutputStream out = new DataOutputStream(socket.getOutputStream());
          out.writeShort(answer.length);
          out.write(answer);
        }
      }
    } catch (IOException e) {
      // Closed.
    }
  }

  private byte[] answer(byte[] question, int length, boolean truncated) throws IOException {
    int end = questionEnd(question, length);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    out.write(question, 0, 2); // The number of the question.
    int isAnAnswer = 0x8580;
    out.writeShort(isAnAnswer | (truncated ? 0x0200 : 0) | responseCode);
    int count = truncated || responseCode != 0 ? 0 : answers.size();
    out.writeShort(1);
    out.writeShort(count);
    out.writeShort(0);
    out.writeShort(0);
    out.write(question, HEADER_LENGTH, end - HEADER_LENGTH);
    for (byte[] answer : answers.subList(0, count)) {
      out.writeShort(0xC000 | HEADER_LENGTH); // The name that was asked for.
      out.writeShort(type);
      out.writeShort(1);
      out.writeInt(86_400);
      out.writeShort(answer.length);
      out.write(answer);
    }
    return bytes.toByteArray();
  }

  /** Behind the name, the type and the class. */
  private static int questionEnd(byte[] question, int length) throws IOException {
    int at = HEADER_LENGTH;
    while (at < length && question[at] != 0) {
      at += question[at] + 1;
    }
    if (at + 5 > length) {
      throw new IOException("no question");
    }
    return at + 5;
  }

  private static void writeName(DataOutputStream out, String name) throws IOException {
    for (String label : name.toLowerCase(Locale.ROOT).split("\\.", -1)) {
      out.writeByte(label.length());
      out.writeBytes(label);
    }
    out.writeByte(0);
  }
}
