package dev.tailrace.fakeserver.error;

import static java.util.Objects.requireNonNull;

import org.bson.BsonDocument;

/**
 * The server's refusal of a command: what becomes <code>{ok: 0, errmsg, code, codeName}</code>.
 *
 * <p>Carries no stack trace: it is an answer to a client, not a fault of this program.
 */
public final class CommandFailure extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final int code;
  private final transient BsonDocument extraInfo;

  /** A failure of the catalogue. */
  public CommandFailure(ErrorCode code, String message) {
    this(code.code(), message);
  }

  /** A failure by number, as the server's {@code Location} codes are. */
  public CommandFailure(int code, String message) {
    this(code, message, new BsonDocument());
  }

  /**
   * A failure with fields of its own.
   *
   * @param extraInfo fields that the reply carries after {@code codeName}, such as {@code
   *     keyPattern} and {@code keyValue} of a duplicate key
   */
  public CommandFailure(int code, String message, BsonDocument extraInfo) {
    super(requireNonNull(message, "message"), null, false, false);
    this.code = code;
    this.extraInfo = requireNonNull(extraInfo, "extraInfo");
  }

  /** The value of {@code code}. */
  public int code() {
    return code;
  }

  /** The value of {@code errmsg}. */
  public String message() {
    return requireNonNull(getMessage());
  }

  /** Fields of this failure beside the usual ones; empty for most. Not to be changed. */
  public BsonDocument extraInfo() {
    return extraInfo;
  }

  /**
   * The same failure seen from further out: the message becomes {@code context :: caused by ::
   * message}, as the server words it.
   */
  public CommandFailure causedIn(String context) {
    return new CommandFailure(code, context + " :: caused by :: " + message(), extraInfo);
  }
}
