package dev.tailrace.wire.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.wire.frame.BadMessageException;
import dev.tailrace.wire.frame.Frame;
import dev.tailrace.wire.frame.FrameReader;
import dev.tailrace.wire.frame.Message;
import dev.tailrace.wire.frame.OpMsg;
import dev.tailrace.wire.frame.OpQuery;
import dev.tailrace.wire.frame.OpReply;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.bson.BsonDocument;
import org.jspecify.annotations.Nullable;

/**
 * A member of a set on the loopback interface. It answers hellos of every kind by itself, with the
 * reply of {@link #becomes}; every other command is kept for {@link #awaitCommand} and goes to the
 * {@link Script}.
 */
final class ScriptedServer implements AutoCloseable {

  /** Plays the server's part in one exchange: answers, misbehaves, or does nothing. */
  interface Script {
    void play(Peer peer, OpMsg request) throws IOException;
  }

  /** What a server speaks over its sockets. */
  interface Layer {
    Socket over(Socket plain) throws IOException;
  }

  private static final long PATIENCE_SECONDS = 20;
  private static final byte[] LOOPBACK = {127, 0, 0, 1};

  private final Layer layer;
  private final HoldableServerSocket serverSocket;
  private final LinkedBlockingQueue<BsonDocument> handshakes = new LinkedBlockingQueue<>();
  private final LinkedBlockingQueue<BsonDocument> hellos = new LinkedBlockingQueue<>();
  private final LinkedBlockingQueue<Received> commands = new LinkedBlockingQueue<>();

  // Guarded by this.
  private final List<Peer> peers = new ArrayList<>();
  private BsonDocument hello = new BsonDocument();
  private boolean greets = true;
  private boolean hangsUpOnHandshakes;
  private boolean streams = true;
  private boolean closed;

  private volatile Script script = (peer, request) -> peer.reply(request, "{ok: 1}");

  /** A command and the connection it came on. */
  record Received(Peer peer, BsonDocument command) {

    String name() {
      return command.getFirstKey();
    }
  }

  /** A standalone that listens on a port of its own. */
  ScriptedServer() {
    this(plain -> plain);
  }

  /** The same over something else than plain sockets. */
  ScriptedServer(Layer layer) {
    this.layer = layer;
    try {
      serverSocket = new HoldableServerSocket(InetAddress.getByAddress(LOOPBACK));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    becomes("{ok: 1, maxWireVersion: 21}");
    start(this::acceptAll);
  }

  String address() {
    return "127.0.0.1:" + serverSocket.getLocalPort();
  }

  String uri(String options) {
    return "mongodb://" + address() + "/?" + options;
  }

  /** What the next commands, and those that follow, are answered by. */
  ScriptedServer plays(Script script) {
    this.script = script;
    return this;
  }

  /** From now on hellos are answered so; clients that stream hellos hear of it at once. */
  synchronized ScriptedServer becomes(String reply) {
    hello = BsonDocument.parse(reply);
    peers.forEach(Peer::pushHello);
    return this;
  }

  /** Becomes a member, also in the eyes of clients that compare topology versions. */
  ScriptedServer becomes(Role role, int counter, ScriptedServer... others) {
    List<String> hosts = new ArrayList<>(List.of(address()));
    for (ScriptedServer other : others) {
      hosts.add(other.address());
    }
    return becomes(
        """
        {ok: 1, helloOk: true, setName: "rs", setVersion: 1, %s, me: "%s", hosts: ["%s"],
         minWireVersion: 0, maxWireVersion: 21, logicalSessionTimeoutMinutes: 30,
         topologyVersion: {processId: {$oid: "%024x"}, counter: {$numberLong: "%d"}}}
        """
            .formatted(
                role.fields(counter),
                address(),
                String.join("\", \"", hosts),
                serverSocket.getLocalPort(),
                counter));
  }

  /** What a member can be. */
  enum Role {
    PRIMARY,
    SECONDARY;

    private String fields(int counter) {
      return this == PRIMARY
          ? "isWritablePrimary: true, electionId: {$oid: \"7fffffff%016x\"}".formatted(counter)
          : "isWritablePrimary: false, secondary: true";
    }
  }

  /** Whether the first hello of a connection is answered. */
  synchronized ScriptedServer greets(boolean greets) {
    this.greets = greets;
    return this;
  }

  /** Whether connections are closed instead of answering their first hello. */
  synchronized void hangsUpOnHandshakes(boolean hangsUp) {
    hangsUpOnHandshakes = hangsUp;
  }

  /** Breaks the connection whenever it is asked to stream hellos. */
  synchronized ScriptedServer breaksStreams() {
    streams = false;
    return this;
  }

  /** How many connections there have been. */
  synchronized int connectionCount() {
    return peers.size();
  }

  /** From now on the first hello of a connection is refused; streams go on. */
  synchronized void refusesHandshakes() {
    hello = BsonDocument.parse("{ok: 0, errmsg: 'no more', code: 1}");
  }

  /** The next command of that name; those before it are forgotten. */
  Received awaitCommand(String name) throws InterruptedException {
    while (true) {
      Received received = commands.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
      assertThat(received).as("command %s", name).isNotNull();
      if (Objects.requireNonNull(received).name().equals(name)) {
        return received;
      }
    }
  }

  /** The hello that opened the next connection. */
  BsonDocument awaitHandshake() throws InterruptedException {
    return await(handshakes);
  }

  /** Whether anybody has said hello, but for those that were waited for. */
  boolean isGreeted() {
    return !handshakes.isEmpty();
  }

  /** The next hello that was not the first of its connection. */
  BsonDocument awaitHello() throws InterruptedException {
    return await(hellos);
  }

  private static BsonDocument await(LinkedBlockingQueue<BsonDocument> queue)
      throws InterruptedException {
    @Nullable BsonDocument document = queue.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
    assertThat(document).as("hello").isNotNull();
    return Objects.requireNonNull(document);
  }

  /** What hellos are answered by. */
  synchronized BsonDocument hello() {
    return hello;
  }

  /** Every connection so far. */
  synchronized List<Peer> peers() {
    return List.copyOf(peers);
  }

  /** The connection that came last. */
  synchronized Peer lastPeer() {
    return peers.get(peers.size() - 1);
  }

  /** Cuts every connection, and stays. */
  synchronized void cutConnections() {
    peers.forEach(Peer::close);
  }

  @Override
  public void close() {
    synchronized (this) {
      closed = true;
    }
    try {
      serverSocket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    cutConnections();
  }

  private void acceptAll() {
    try {
      while (true) {
        Peer peer = new Peer(serverSocket.accept());
        synchronized (this) {
          peers.add(peer);
          if (closed) {
            peer.close(); // The last one to slip through while the socket was being closed.
          }
        }
        start(peer::serve);
      }
    } catch (IOException e) {
      // Closed.
    }
  }

  private static void start(Runnable task) {
    Thread thread = new Thread(task, "scripted-server");
    thread.setDaemon(true);
    thread.start();
  }

  /** One connection, from the server's end. */
  final class Peer {

    private final HoldableServerSocket.HoldableSocket plain;
    private final Socket socket;
    private final FrameReader reader = new FrameReader();
    private final CountDownLatch gone = new CountDownLatch(1);
    private int lastRequestId = 1000;
    private volatile @Nullable OpMsg lastCommand;

    /** The message that the next streamed hello answers; 0 where none is streamed. */
    private int streamResponseTo;

    private Peer(HoldableServerSocket.HoldableSocket plain) throws IOException {
      this.plain = plain;
      this.socket = layer.over(plain);
    }

    void reply(OpMsg request, String reply) throws IOException {
      reply(request, BsonDocument.parse(reply));
    }

    void reply(OpMsg request, BsonDocument reply) throws IOException {
      send(OpMsg.encode(nextRequestId(), request.requestId(), 0, reply));
    }

    /** Answers the command that was left unanswered. */
    void replyToLast(String reply) {
      try {
        reply(Objects.requireNonNull(lastCommand), reply);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    void send(ByteBuffer bytes) throws IOException {
      socket
          .getOutputStream()
          .write(bytes.array(), bytes.arrayOffset() + bytes.position(), bytes.remaining());
    }

    /** Sends bytes that the server's layer knows nothing of. */
    void sendPlain(byte[] bytes) throws IOException {
      plain.getOutputStream().write(bytes);
    }

    /** Sends no more than so many bytes of what comes next, until {@link #goOn}. */
    void holdAfter(int bytes) {
      plain.holdAfter(bytes);
    }

    void goOn() throws IOException {
      plain.goOn();
    }

    /** Waits for bytes that nobody here reads. */
    void awaitUnread() throws IOException {
      long untilNanos = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
      while (plain.getInputStream().available() == 0) {
        assertThat(System.nanoTime()).as("bytes to read").isLessThan(untilNanos);
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
      }
    }

    int nextRequestId() {
      return ++lastRequestId;
    }

    void close() {
      try {
        plain.close(); // Which ends the layer over it, and does not wait for anybody.
      } catch (IOException e) {
        // Gone is gone.
      }
    }

    /** Waits until this end has seen that the connection is over. */
    void awaitGone() throws InterruptedException {
      assertThat(gone.await(PATIENCE_SECONDS, TimeUnit.SECONDS)).as("connection closed").isTrue();
    }

    boolean isGone() {
      return gone.getCount() == 0;
    }

    private void serve() {
      try {
        while (true) {
          Optional<Frame> frame = reader.poll();
          if (frame.isPresent()) {
            receive(Message.decode(frame.get()));
            continue;
          }
          ByteBuffer room = reader.room();
          int count =
              socket
                  .getInputStream()
                  .read(room.array(), room.arrayOffset() + room.position(), room.remaining());
          if (count < 0) {
            break;
          }
          reader.received(count);
        }
      } catch (IOException | BadMessageException e) {
        // The connection is over, one way or the other.
      } finally {
        close();
        gone.countDown();
      }
    }

    private void receive(Message message) throws IOException, BadMessageException {
      message.checkDocuments();
      if (message instanceof OpQuery query) {
        synchronized (ScriptedServer.this) {
          handshakes.add(query.query().asDocument());
          if (hangsUpOnHandshakes) {
            close();
          } else if (greets) {
            send(OpReply.encode(nextRequestId(), query.requestId(), 8, hello));
          }
        }
      } else if (message instanceof OpMsg request) {
        String name = request.body().asDocument().getFirstKey();
        if (name.equals("hello") || name.equals("isMaster")) {
          answerHello(request);
        } else {
          Script current = script; // The one at the time the command came.
          lastCommand = request;
          commands.add(new Received(this, request.body().asDocument()));
          current.play(this, request);
        }
      }
    }

    private void answerHello(OpMsg request) throws IOException {
      synchronized (ScriptedServer.this) {
        hellos.add(request.body().asDocument());
        if (!streams && request.exhaustAllowed()) {
          close();
          return;
        }
        if (!request.exhaustAllowed()) {
          reply(request, hello);
          return;
        }
        streamResponseTo = request.requestId();
        BsonDocument known = request.body().asDocument().getDocument("topologyVersion");
        if (!known.equals(hello.get("topologyVersion"))) {
          pushHello();
        }
      }
    }

    private void pushHello() {
      if (streamResponseTo == 0 || isGone()) {
        return;
      }
      int requestId = nextRequestId();
      try {
        send(OpMsg.encode(requestId, streamResponseTo, OpMsg.MORE_TO_COME, hello));
      } catch (IOException e) {
        close();
      }
      streamResponseTo = requestId;
    }
  }
}
