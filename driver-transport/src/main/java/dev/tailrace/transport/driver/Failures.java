package dev.tailrace.transport.driver;

import com.mongodb.MongoCommandException;
import com.mongodb.MongoConfigurationException;
import com.mongodb.MongoConnectionPoolClearedException;
import com.mongodb.MongoException;
import com.mongodb.MongoIncompatibleDriverException;
import com.mongodb.MongoInternalException;
import com.mongodb.MongoInterruptedException;
import com.mongodb.MongoNodeIsRecoveringException;
import com.mongodb.MongoNotPrimaryException;
import com.mongodb.MongoSecurityException;
import com.mongodb.MongoServerUnavailableException;
import com.mongodb.MongoSocketException;
import com.mongodb.MongoTimeoutException;
import dev.tailrace.engine.transport.Outcome;
import dev.tailrace.engine.transport.Outcome.Reason;
import org.bson.BSONException;
import org.jspecify.annotations.Nullable;

/** What the driver's exceptions mean to the engine, where they are no replies. */
final class Failures {

  private Failures() {}

  /**
   * The failure of a command that has no answer.
   *
   * @param thrown what the driver threw
   */
  static Outcome.Failed of(Call call, Throwable thrown) {
    return new Outcome.Failed(call.server(), reason(call, thrown), message(call, thrown), thrown);
  }

  private static Reason reason(Call call, Throwable thrown) {
    if (thrown instanceof MongoSecurityException) {
      return isOfTheConnection(thrown.getCause()) ? Reason.NETWORK : Reason.NOT_AUTHENTICATED;
    }
    if (thrown instanceof MongoTimeoutException) { // Of the selection, or of a full pool.
      return call.isServerFound() ? Reason.NETWORK : Reason.NO_ELIGIBLE_SERVER;
    }
    if (thrown instanceof MongoIncompatibleDriverException
        || thrown instanceof MongoConfigurationException) {
      return Reason.NO_ELIGIBLE_SERVER;
    }
    if (thrown instanceof UnreachableServerException || thrown instanceof Error) {
      return Reason.NETWORK;
    }
    if (thrown instanceof MongoInternalException || thrown instanceof BSONException) {
      return call.server() == null || !isOfTheConnection(thrown.getCause())
          ? Reason.BAD_MESSAGE
          : Reason.NETWORK;
    }
    if (isOfTheConnection(thrown)) {
      return Reason.NETWORK;
    }
    return thrown instanceof IllegalStateException ? Reason.CLOSED : Reason.BAD_MESSAGE;
  }

  /** Whether a connection could not be had or broke, or the server said that it goes away. */
  private static boolean isOfTheConnection(@Nullable Throwable thrown) {
    return thrown instanceof MongoSocketException
        || thrown instanceof MongoConnectionPoolClearedException
        || thrown instanceof MongoServerUnavailableException
        || thrown instanceof MongoInterruptedException
        || thrown instanceof MongoNotPrimaryException
        || thrown instanceof MongoNodeIsRecoveringException;
  }

  private static String message(Call call, Throwable thrown) {
    String what = thrown.getClass().getSimpleName() + ": " + thrown.getMessage();
    if (call.server() != null) {
      return call.server().address() + ": " + what;
    }
    if (thrown instanceof MongoSocketException broken) {
      return broken.getServerAddress() + ": " + what;
    }
    if (thrown instanceof MongoException || thrown instanceof UnreachableServerException) {
      return what;
    }
    return "the request cannot be sent: " + what;
  }

  /** Whether an exception is a server's answer: one that says no. */
  static boolean isReply(Throwable thrown) {
    return thrown instanceof MongoCommandException
        || thrown instanceof com.mongodb.MongoExecutionTimeoutException;
  }
}
