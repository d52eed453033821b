package dev.tailrace.conformance.unified.entity;

import com.mongodb.TransactionOptions;
import com.mongodb.client.ClientSession;
import dev.tailrace.conformance.unified.format.Fields;
import dev.tailrace.conformance.unified.format.Operation;
import dev.tailrace.conformance.unified.format.TestFileReader;
import dev.tailrace.conformance.unified.format.UnrunnableTestException;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import org.bson.BsonDocument;
import org.bson.BsonTimestamp;

/** A session of the official driver. */
public final class SessionEntity implements Entity {

  private final ClientSession session;
  private final BsonDocument lsid;
  private final Consumer<Operation> runInTransaction;

  /**
   * @param runInTransaction runs an operation with its claims, and throws what it has thrown
   */
  SessionEntity(ClientSession session, Consumer<Operation> runInTransaction) {
    this.session = session;
    this.lsid = session.getServerSession().getIdentifier();
    this.runInTransaction = runInTransaction;
  }

  /** The driver's session. */
  public ClientSession session() {
    return session;
  }

  /** Its {@code lsid}; known also when the session is over. */
  public BsonDocument lsid() {
    return lsid;
  }

  @Override
  public Callable<Result> prepare(String operation, Fields arguments) {
    return switch (operation) {
      case "startTransaction" -> startTransaction(arguments);
      case "commitTransaction" -> does(session::commitTransaction);
      case "abortTransaction" -> does(session::abortTransaction);
      case "endSession" -> does(session::close);
      case "getSnapshotTime" -> () -> Result.value(snapshotTime());
      case "withTransaction" -> withTransaction(arguments);
      default -> throw new UnrunnableTestException("unsupported session operation " + operation);
    };
  }

  private Callable<Result> startTransaction(Fields arguments) {
    TransactionOptions options = Options.transactionOptions(arguments);
    return does(() -> session.startTransaction(options));
  }

  private BsonTimestamp snapshotTime() {
    BsonTimestamp time = session.getSnapshotTimestamp();
    if (time == null) {
      throw new IllegalStateException("the session has read no snapshot");
    }
    return time;
  }

  private Callable<Result> withTransaction(Fields arguments) {
    List<Operation> callback =
        arguments.documents("callback").stream().map(TestFileReader::operation).toList();
    TransactionOptions options = Options.transactionOptions(arguments);
    return () ->
        session.withTransaction(
            () -> {
              callback.forEach(runInTransaction);
              return Result.nothing();
            },
            options);
  }

  private static Callable<Result> does(Runnable action) {
    return () -> {
      action.run();
      return Result.nothing();
    };
  }

  @Override
  public void close() {
    session.close();
  }
}
