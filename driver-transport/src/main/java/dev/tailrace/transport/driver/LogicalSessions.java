package dev.tailrace.transport.driver;

import com.mongodb.ClientSessionOptions;
import com.mongodb.client.ClientSession;
import com.mongodb.client.MongoClient;
import com.mongodb.session.ServerSession;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.bson.BsonBinary;
import org.bson.BsonDocument;
import org.jspecify.annotations.Nullable;

/**
 * The logical sessions that commands name by their {@code lsid}. Thread-safe.
 *
 * <p>The driver sends an {@code lsid} of its own with every command, that of the {@link
 * ClientSession} it is given, and a {@code ClientSession} is for one thread at a time while the
 * engine may have several commands of a session under way. So each command gets a {@code
 * ClientSession} for itself, which is the driver's but for its server session: that is the one with
 * the {@code lsid} asked for, whoever has started it.
 */
final class LogicalSessions {

  /** A stream is no chain of reads and writes that have to see each other. */
  private static final ClientSessionOptions OPTIONS =
      ClientSessionOptions.builder().causallyConsistent(false).build();

  private final MongoClient client;

  /** Those that were started here and are not over yet, by {@code lsid}. */
  private final Map<BsonDocument, Started> started = new ConcurrentHashMap<>();

  private record Started(ClientSession session, ServerSession serverSession) {}

  /** For commands without an {@code lsid}: a cursor must be read in the session it was made in. */
  private final ServerSession ours = new NamedSession(randomLsid());

  LogicalSessions(MongoClient client) {
    this.client = client;
  }

  /**
   * Starts a session, or takes up one that is over: the driver keeps them for that. What is started
   * on a client that is closed has an {@code lsid} all the same, as nothing can be sent with it.
   */
  BsonDocument start() {
    try {
      ClientSession session = client.startSession(OPTIONS);
      ServerSession serverSession = session.getServerSession();
      BsonDocument lsid = serverSession.getIdentifier().clone();
      started.put(lsid, new Started(session, serverSession));
      return lsid.clone();
    } catch (IllegalStateException closed) {
      return randomLsid();
    }
  }

  /** Gives a session back to the driver, which tells the server when the client is closed. */
  void end(BsonDocument lsid) {
    @Nullable Started over = started.remove(lsid);
    if (over != null) {
      over.session().close();
    }
  }

  /** Gives all back. */
  void endAll() {
    started.keySet().forEach(this::end);
  }

  /**
   * What to have one command carried out in. The caller closes it.
   *
   * @param lsid the command's; null if it has none
   * @throws IllegalStateException if the client is closed
   */
  ClientSession forCommand(@Nullable BsonDocument lsid) {
    ClientSession plain = client.startSession(OPTIONS);
    ServerSession named = lsid == null ? ours : named(lsid);
    return (ClientSession)
        Proxy.newProxyInstance(
            ClientSession.class.getClassLoader(),
            new Class<?>[] {ClientSession.class},
            (proxy, method, arguments) -> {
              if (method.getName().equals("getServerSession")) {
                return named;
              }
              try {
                return method.invoke(plain, arguments);
              } catch (InvocationTargetException thrown) {
                throw thrown.getCause();
              }
            });
  }

  private ServerSession named(BsonDocument lsid) {
    @Nullable Started known = started.get(lsid);
    return known == null ? new NamedSession(lsid) : known.serverSession();
  }

  private static BsonDocument randomLsid() {
    return new BsonDocument("id", new BsonBinary(UUID.randomUUID()));
  }

  /** A session that somebody else keeps: only its name is known here. */
  private record NamedSession(BsonDocument lsid) implements ServerSession {

    @Override
    public BsonDocument getIdentifier() {
      return lsid;
    }

    @Override
    public long getTransactionNumber() {
      return 0;
    }

    @Override
    public long advanceTransactionNumber() {
      throw new UnsupportedOperationException("change streams are no transactions");
    }

    @Override
    public boolean isClosed() {
      return false;
    }

    @Override
    public void markDirty() {}

    @Override
    public boolean isMarkedDirty() {
      return false;
    }
  }
}
