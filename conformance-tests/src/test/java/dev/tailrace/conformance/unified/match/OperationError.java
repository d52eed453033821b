package dev.tailrace.conformance.unified.match;

import com.mongodb.MongoBulkWriteException;
import com.mongodb.MongoCommandException;
import com.mongodb.MongoException;
import com.mongodb.MongoExecutionTimeoutException;
import com.mongodb.MongoOperationTimeoutException;
import com.mongodb.MongoServerException;
import com.mongodb.MongoWriteConcernException;
import dev.tailrace.engine.ChangeStreamException;
import java.util.Optional;
import java.util.Set;
import org.bson.BsonDocument;
import org.bson.BsonValue;

/**
 * How an operation failed, whichever client it was that failed.
 *
 * @param thrown what was thrown
 * @param isByServer whether a server's answer is behind it
 * @param code the server's code; -1 where there is none
 * @param codeName the server's name for what went wrong; empty where the client does not tell
 * @param labels the error labels
 * @param response the server's answer
 * @param result what was done in spite of it
 */
public record OperationError(
    Throwable thrown,
    boolean isByServer,
    int code,
    String codeName,
    Set<String> labels,
    Optional<BsonDocument> response,
    Optional<BsonValue> result) {

  private static final int NO_CODE = -1;

  /** Reads what the official driver, or the engine, has thrown. */
  public static OperationError of(Throwable thrown) {
    if (thrown instanceof ChangeStreamException.Refused refused) {
      return new OperationError(
          thrown,
          true,
          refused.code(),
          refused.codeName(),
          refused.errorLabels(),
          Optional.of(refused.reply()),
          Optional.empty());
    }
    if (thrown instanceof MongoException error) {
      boolean isByServer =
          error instanceof MongoServerException || error instanceof MongoExecutionTimeoutException;
      return new OperationError(
          thrown,
          isByServer,
          isByServer ? error.getCode() : NO_CODE,
          codeName(error),
          error.getErrorLabels(),
          error instanceof MongoCommandException command
              ? Optional.of(command.getResponse())
              : Optional.empty(),
          error instanceof MongoBulkWriteException bulk
              ? Optional.of(DriverResults.of(bulk.getWriteResult()))
              : Optional.empty());
    }
    return new OperationError(
        thrown, false, NO_CODE, "", Set.of(), Optional.empty(), Optional.empty());
  }

  private static String codeName(MongoException error) {
    if (error instanceof MongoCommandException command) {
      return command.getErrorCodeName();
    }
    if (error instanceof MongoWriteConcernException concern) {
      return concern.getWriteConcernError().getCodeName();
    }
    return error instanceof MongoExecutionTimeoutException ? "MaxTimeMSExpired" : "";
  }

  /** Whether a {@code timeoutMS} ran out. */
  public boolean isTimeout() {
    return thrown instanceof MongoOperationTimeoutException
        || thrown instanceof ChangeStreamException.TimedOut;
  }

  /** What is said of it. */
  public String message() {
    return String.valueOf(thrown.getMessage());
  }
}
