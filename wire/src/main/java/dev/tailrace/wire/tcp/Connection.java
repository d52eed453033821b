package dev.tailrace.wire.tcp;

import static java.util.Objects.requireNonNull;

import dev.tailrace.engine.transport.DocumentSlice;
import dev.tailrace.engine.transport.ServerKind;
import dev.tailrace.engine.transport.ServerRef;
import dev.tailrace.engine.transport.Timers;
import dev.tailrace.wire.auth.Authentication;
import dev.tailrace.wire.auth.AuthenticationException;
import dev.tailrace.wire.auth.Authenticator;
import dev.tailrace.wire.compression.Compressor;
import dev.tailrace.wire.compression.OpCompressed;
import dev.tailrace.wire.frame.BadMessageException;
import dev.tailrace.wire.frame.DocumentCheck;
import dev.tailrace.wire.frame.Frame;
import dev.tailrace.wire.frame.FrameReader;
import dev.tailrace.wire.frame.Message;
import dev.tailrace.wire.frame.MessageHeader;
import dev.tailrace.wire.frame.OpMsg;
import dev.tailrace.wire.frame.OpQuery;
import dev.tailrace.wire.frame.OpReply;
import dev.tailrace.wire.tls.TlsFailure;
import dev.tailrace.wire.topology.BadHelloException;
import dev.tailrace.wire.topology.HelloReply;
import dev.tailrace.wire.topology.ServerAddress;
import dev.tailrace.wire.topology.ServerType;
import dev.tailrace.wire.topology.StateChangeError;
import dev.tailrace.wire.topology.WireVersions;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLException;
import org.bson.BsonDocument;
import org.bson.BsonValue;
import org.bson.types.ObjectId;
import org.jspecify.annotations.Nullable;

/**
 * One socket to one server: connected, encrypted where that is wanted, greeted, authenticated where
 * there is somebody to authenticate as, and then one exchange after another. Blocks its caller. Not
 * thread-safe but for {@link #close}, which may come from any thread and ends whatever wait there
 * is.
 */
final class Connection implements AutoCloseable {

  /** Of all connections together, so that whoever sees messages can tell them apart. */
  private static final AtomicInteger LAST_REQUEST_ID = new AtomicInteger();

  private final ServerAddress address;
  private int generation;
  private final FrameReader reader = new FrameReader();
  private final long id;
  private int lastRequestId;

  /** The socket of the moment: one for each of a host's addresses, until one answers. */
  private @Nullable Socket socket;

  /** What goes over it, encrypted where that is wanted; there once it is connected. */
  private @Nullable InputStream in;

  private @Nullable OutputStream out;

  private boolean closed;
  private @Nullable String whyInterrupted;
  private boolean outOfTime;
  private @Nullable HelloReply handshake;
  private boolean refused;
  private OptionalLong serverConnectionId = OptionalLong.empty();
  private long handshakeNanos;
  private boolean open;
  private String whyNotOpen = "given up, or of no use as it was opened";
  private boolean loadBalanced;

  /** What both sides can; null if there is nothing, or nothing is wanted. */
  private @Nullable Compressor compressor;

  /**
   * A connection that is yet to be {@linkplain #open opened}.
   *
   * @param generation the generation of the pool it belongs to
   * @param id its number there
   */
  Connection(ServerAddress address, int generation, long id) {
    this.address = address;
    this.generation = generation;
    this.id = id;
  }

  /**
   * A connection for checks, which belongs to no pool.
   *
   * @param id its number among those for the same checks
   */
  static Connection forChecks(ServerAddress address, long id) {
    return new Connection(address, 0, id);
  }

  /**
   * Connects, encrypts, greets, and authenticates, all of it within {@code connectTimeoutMS}.
   *
   * @return the answer to the greeting
   * @throws AuthenticationException if the server was reached, and the two do not believe each
   *     other
   * @throws UnknownHostException if the host's name cannot be resolved
   * @throws SocketTimeoutException if it took too long
   * @throws IOException if anything else went wrong; the connection is closed in every such case
   */
  DocumentSlice open(TransportSettings settings) throws IOException, AuthenticationException {
    loadBalanced = settings.options().loadBalanced();
    Timers.Alarm alarm = alarm(settings.connectTimeoutMillis(), settings.timers());
    try {
      DocumentSlice answer = connectAndGreet(settings);
      opened();
      return answer;
    } catch (IOException | AuthenticationException e) {
      whyNotOpen = why(e);
      throw e;
    } finally {
      alarm.cancel();
      if (!open) {
        close();
      }
    }
  }

  private DocumentSlice connectAndGreet(TransportSettings settings)
      throws IOException, AuthenticationException {
    int limitMillis = settings.connectTimeoutMillis();
    try {
      connect(limitMillis);
      converseBy(settings.tls());
      Optional<Authentication> authentication = settings.authenticator().map(Authenticator::begin);
      BsonDocument hello =
          Hello.handshake(settings.clientMetadata(), names(settings.compressors()), loadBalanced);
      DocumentSlice answer =
          authentication.isPresent()
              ? greetAndAuthenticate(hello, authentication.get())
              : greet(hello);
      compressor = agreedOn(settings.compressors());
      readTimeoutMillis(settings.socketTimeoutMillis());
      return answer;
    } catch (IOException e) {
      throw isOutOfTime() ? tooLong(limitMillis, e) : inWords(e, settings);
    } catch (BadMessageException e) {
      boolean isNoFrame = isSilent() && e.offset() == 0;
      throw isNoFrame && settings.tls().isEmpty()
          ? TlsFailure.perhapsDemanded(e)
          : new IOException("handshake: " + e.getMessage(), e);
    } catch (BadHelloException e) {
      throw new IOException("handshake: " + e.getMessage(), e);
    } catch (AuthenticationException e) {
      throw e.at(address.toString());
    }
  }

  /** Why {@link #open} came to nothing, for people. */
  String whyNotOpen() {
    return whyNotOpen;
  }

  /** Whatever the opening waits for when its time is over, is ended by closing the socket. */
  private Timers.Alarm alarm(int limitMillis, Timers timers) {
    return limitMillis == 0
        ? () -> {}
        : timers.schedule(
            timers.nanoTime() + TimeUnit.MILLISECONDS.toNanos(limitMillis), this::runOutOfTime);
  }

  private synchronized void runOutOfTime() {
    if (!open) {
      outOfTime = true;
      close();
    }
  }

  private synchronized boolean isOutOfTime() {
    return outOfTime;
  }

  private synchronized void opened() throws SocketException {
    if (outOfTime) {
      throw new SocketException("closed when it had just been opened");
    }
    open = true;
  }

  private static SocketTimeoutException tooLong(int limitMillis, IOException failure) {
    SocketTimeoutException told =
        new SocketTimeoutException(
            "the connection was not open after %d ms (connectTimeoutMS)".formatted(limitMillis));
    told.initCause(failure);
    return told;
  }

  /** What broke the opening, with what it may mean. */
  private IOException inWords(IOException failure, TransportSettings settings) {
    if (failure instanceof SSLException tls) {
      return TlsFailure.inWords(tls, address.host()); // By TLS 1.3 a refusal may come this late.
    }
    boolean hungUp = failure instanceof SocketException || failure instanceof EOFException;
    if (!hungUp || !isSilent()) {
      return failure;
    }
    return settings.tls().isPresent()
        ? TlsFailure.hungUp(failure)
        : TlsFailure.perhapsDemanded(failure);
  }

  /** Whether the server has taken the connection, and said nothing that could be understood. */
  private boolean isSilent() {
    return in != null && !isGreeted();
  }

  /** Whether the server answered the greeting as it should. */
  boolean isGreeted() {
    return handshake != null;
  }

  /** Whether the server answered the greeting with an error. */
  boolean isRefused() {
    return refused;
  }

  /** Whether {@link #open} succeeded once. */
  boolean isOpen() {
    return open;
  }

  /** What the server said when it was greeted. */
  HelloReply handshake() {
    return requireNonNull(handshake, "not open");
  }

  /** How long the server took to answer the greeting. */
  long handshakeNanos() {
    return handshakeNanos;
  }

  /** The server, as this connection knows it. */
  ServerRef server() {
    HelloReply said = handshake();
    ServerKind kind = serviceId() == null ? kind(said.type()) : ServerKind.LOAD_BALANCED;
    return new ServerRef(address.toString(), said.maxWireVersion(), kind);
  }

  private static ServerKind kind(ServerType type) {
    return switch (type) {
      case STANDALONE -> ServerKind.STANDALONE;
      case MONGOS -> ServerKind.MONGOS;
      case LOAD_BALANCER -> ServerKind.LOAD_BALANCED;
      case UNKNOWN -> ServerKind.UNKNOWN;
      case RS_PRIMARY, RS_SECONDARY, RS_ARBITER, RS_OTHER, RS_GHOST ->
          ServerKind.REPLICA_SET_MEMBER;
    };
  }

  ServerAddress address() {
    return address;
  }

  /** The service behind a load balancer that this leads to; null if that was not asked for. */
  @Nullable ObjectId serviceId() {
    return handshake == null || !loadBalanced ? null : handshake.serviceId();
  }

  /**
   * Which of the pool's connections are of an age with it: the generation of the pool when it was
   * begun, or, once it is open and there is a {@link #serviceId}, that of the service.
   */
  int generation() {
    return generation;
  }

  /** Counts from now on as one of the connections of its service, whose generation that is. */
  void joinGeneration(int serviceGeneration) {
    generation = serviceGeneration;
  }

  /** Its number in its pool. */
  long id() {
    return id;
  }

  /** The number that the server has for it; empty if it did not tell. */
  OptionalLong serverConnectionId() {
    return serverConnectionId;
  }

  /** How long a read may wait; 0 for no limit. */
  void readTimeoutMillis(int millis) throws IOException {
    openSocket().setSoTimeout(millis);
  }

  /**
   * Sends a request and waits for its reply.
   *
   * @param flagBits of {@link OpMsg}; without {@link OpMsg#EXHAUST_ALLOWED} there is one reply
   */
  OpMsg exchange(int flagBits, BsonDocument body) throws IOException, BadMessageException {
    send(newRequestId(), flagBits, body);
    return (flagBits & OpMsg.EXHAUST_ALLOWED) == 0 ? receive() : receive(lastRequestId);
  }

  /** The id for the next request. */
  int newRequestId() {
    lastRequestId = LAST_REQUEST_ID.incrementAndGet();
    return lastRequestId;
  }

  /**
   * Sends a request that has one reply: {@link #receive()}.
   *
   * @param requestId a new one
   */
  void send(int requestId, BsonDocument body) throws IOException {
    send(requestId, 0, body);
  }

  private void send(int requestId, int flagBits, BsonDocument body) throws IOException {
    ByteBuffer message = OpMsg.encode(requestId, 0, flagBits, body);
    write(
        compressor != null && OpCompressed.mayCompress(body.getFirstKey())
            ? OpCompressed.compress(message, compressor)
            : message);
  }

  /**
   * Whether the reply comes within that time, whole. To be called, if at all, between {@link #send}
   * and {@link #receive()}, which goes on where this has ended.
   *
   * @param millis more than 0
   */
  boolean replyComesWithin(int millis) throws IOException, BadMessageException {
    int usualMillis = openSocket().getSoTimeout();
    long untilNanos = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
    try {
      for (long left = millis; left > 0 && !reader.hasFrame(); ) {
        readTimeoutMillis((int) left);
        readSome();
        left = TimeUnit.NANOSECONDS.toMillis(untilNanos - System.nanoTime());
      }
      return reader.hasFrame();
    } catch (SocketTimeoutException notYet) {
      return false;
    } finally {
      if (!isClosed()) {
        readTimeoutMillis(usualMillis);
      }
    }
  }

  /** Waits for the reply to the last request sent. */
  OpMsg receive() throws IOException, BadMessageException {
    OpMsg reply = receive(lastRequestId);
    if (reply.moreToCome()) {
      throw new BadMessageException("one reply", "moreToCome", MessageHeader.LENGTH);
    }
    return reply;
  }

  /** Waits for the reply that follows one with {@link OpMsg#moreToCome} without being asked for. */
  OpMsg receiveAfter(OpMsg previous) throws IOException, BadMessageException {
    return receive(previous.requestId());
  }

  /** Sends a hello and waits for its reply, with the opcode that the server knows. */
  DocumentSlice hello(BsonDocument command) throws IOException, BadMessageException {
    return handshake != null && handshake.maxWireVersion() >= WireVersions.MIN
        ? exchange(0, Hello.withDatabase(command)).body()
        : legacyHello(command);
  }

  private DocumentSlice legacyHello(BsonDocument command) throws IOException, BadMessageException {
    int requestId = newRequestId();
    write(OpQuery.encode(requestId, Hello.DATABASE, command));
    if (read(requestId) instanceof OpReply reply) {
      return reply.document();
    }
    throw new BadMessageException("an OP_REPLY", "another message", MessageHeader.LENGTH);
  }

  /** Closes it, whoever waits for it: what fails then fails for this reason. */
  synchronized void interrupt(String why) {
    whyInterrupted = why;
    close();
  }

  /** A failure of this connection, for people: what broke it, or who broke it off and why. */
  String describe(Exception failure) {
    return address + ": " + why(failure);
  }

  private synchronized String why(Exception failure) {
    return whyInterrupted == null
        ? failure.getClass().getSimpleName() + ": " + failure.getMessage()
        : whyInterrupted;
  }

  @Override
  public synchronized void close() {
    closed = true;
    closeQuietly(socket);
  }

  /**
   * Connects to the first of the host's addresses that answers. One that does not answer leaves to
   * those behind it their part of the time.
   */
  private void connect(int limitMillis) throws IOException {
    @Nullable IOException failure = null;
    InetAddress[] hosts = InetAddress.getAllByName(address.host());
    for (InetAddress host : hosts) {
      Socket candidate = newSocket();
      try {
        candidate.connect(
            new InetSocketAddress(host, address.port()),
            limitMillis == 0 ? 0 : Math.max(1, limitMillis / hosts.length));
        candidate.setTcpNoDelay(true);
        candidate.setKeepAlive(true);
        return;
      } catch (IOException e) {
        closeQuietly(candidate);
        failure = e;
      }
    }
    throw requireNonNull(failure, "a resolved host has an address");
  }

  /** Encrypts from here on, if that is wanted. */
  private void converseBy(Optional<TlsLayer> tls) throws IOException {
    Socket plain = openSocket();
    Socket conversing = tls.isPresent() ? tls.get().over(plain, address) : plain;
    in = conversing.getInputStream();
    out = conversing.getOutputStream();
  }

  /**
   * The handshake of the specification: the hello of old by the opcode of old, which every server
   * since 3.6 understands, with helloOk to learn whether it understands the new ones too.
   */
  private DocumentSlice greet(BsonDocument hello)
      throws IOException, BadMessageException, BadHelloException {
    long start = System.nanoTime();
    DocumentSlice answer =
        loadBalanced ? exchange(0, Hello.withDatabase(hello)).body() : legacyHello(hello);
    HelloReply reply = Hello.parse(answer);
    handshakeNanos = System.nanoTime() - start;
    if (!reply.ok()) {
      refused = true;
      throw new IOException("handshake refused: " + reply.error());
    }
    handshake = reply;
    serverConnectionId = connectionIdIn(answer);
    return answer;
  }

  private DocumentSlice greetAndAuthenticate(BsonDocument hello, Authentication authentication)
      throws IOException, BadMessageException, BadHelloException, AuthenticationException {
    hello.putAll(authentication.greeting());
    DocumentSlice answer = greet(hello);
    if (handshake().type() == ServerType.RS_ARBITER) {
      return answer; // Arbiters know no users, as they have no data.
    }
    @Nullable BsonDocument command = authentication.greeted(answer.asDocument());
    while (command != null) {
      DocumentSlice reply = exchange(0, command).body();
      DocumentCheck.check(reply);
      Optional<StateChangeError> lost = StateChangeError.in(reply.asDocument());
      if (lost.isPresent()) {
        throw new IOException("authentication: " + lost.get().message());
      }
      command = authentication.answered(reply.asDocument());
    }
    return answer;
  }

  private static OptionalLong connectionIdIn(DocumentSlice hello) {
    @Nullable BsonValue id = hello.asDocument().get("connectionId");
    return id != null && id.isNumber()
        ? OptionalLong.of(id.asNumber().longValue())
        : OptionalLong.empty();
  }

  private static List<String> names(List<Compressor> compressors) {
    return compressors.stream().map(Compressor::compressorName).toList();
  }

  private @Nullable Compressor agreedOn(List<Compressor> compressors) {
    List<String> known = handshake().compressors();
    return compressors.stream()
        .filter(candidate -> known.contains(candidate.compressorName()))
        .findFirst()
        .orElse(null);
  }

  private OpMsg receive(int responseTo) throws IOException, BadMessageException {
    if (read(responseTo) instanceof OpMsg reply) {
      return reply;
    }
    throw new BadMessageException("an OP_MSG", "another message", MessageHeader.LENGTH);
  }

  private Message read(int responseTo) throws IOException, BadMessageException {
    Message message = Message.decode(readFrame());
    if (message.responseTo() != responseTo) {
      throw new BadMessageException(
          "responseTo " + responseTo, Integer.toString(message.responseTo()), 8);
    }
    return message;
  }

  /** The next frame, read from the socket straight into the buffer that it stays in. */
  private Frame readFrame() throws IOException, BadMessageException {
    Optional<Frame> frame = reader.poll();
    while (frame.isEmpty()) {
      readSome();
      frame = reader.poll();
    }
    return OpCompressed.is(frame.get())
        ? OpCompressed.decompress(frame.get()).message()
        : frame.get();
  }

  private void readSome() throws IOException, BadMessageException {
    ByteBuffer room = reader.room();
    int count =
        requireNonNull(in, "not connected")
            .read(room.array(), room.arrayOffset() + room.position(), room.remaining());
    if (count < 0) {
      throw new EOFException(
          "the server closed the connection"
              + (reader.isBetweenFrames() ? "" : " within a message"));
    }
    reader.received(count);
  }

  private void write(ByteBuffer frame) throws IOException {
    requireNonNull(out, "not connected")
        .write(frame.array(), frame.arrayOffset() + frame.position(), frame.remaining());
  }

  private synchronized Socket newSocket() throws IOException {
    if (closed) {
      throw new SocketException("closed while connecting");
    }
    socket = new Socket();
    return socket;
  }

  private synchronized boolean isClosed() {
    return closed;
  }

  private synchronized Socket openSocket() {
    return requireNonNull(socket, "not connected");
  }

  private static void closeQuietly(@Nullable Socket socket) {
    try {
      if (socket != null) {
        socket.close();
      }
    } catch (IOException e) {
      // There is nothing left to do about it.
    }
  }
}
