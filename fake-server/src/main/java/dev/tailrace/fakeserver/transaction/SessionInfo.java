package dev.tailrace.fakeserver.transaction;

import dev.tailrace.fakeserver.error.CommandFailure;
import dev.tailrace.fakeserver.error.ErrorCode;
import dev.tailrace.fakeserver.idl.Idl;
import java.util.Set;
import java.util.UUID;
import org.bson.BsonBinary;
import org.bson.BsonBinarySubType;
import org.bson.BsonDocument;
import org.bson.BsonType;
import org.bson.BsonValue;
import org.jspecify.annotations.Nullable;

/**
 * The session part of a command (the server's {@code OperationSessionInfo}), checked.
 *
 * @param sessionId the UUID of {@code lsid}; null without a session
 * @param txnNumber the number of the retryable write or transaction; null for none
 * @param inTransaction whether it belongs to a multi-document transaction ({@code autocommit:
 *     false})
 * @param startTransaction whether it is the transaction's first command
 */
public record SessionInfo(
    @Nullable BsonBinary sessionId,
    @Nullable Long txnNumber,
    boolean inTransaction,
    boolean startTransaction) {

  /** The fields that an {@code lsid} may have; the last two since releases keep children of it. */
  private static final Set<String> LSID_FIELDS = Set.of("id", "uid", "txnNumber", "txnUUID");

  /** No session. */
  public static final SessionInfo NONE = new SessionInfo(null, null, false, false);

  /** The digest of "no user" in base 64, as messages print it behind a session's id. */
  public static final String NO_USER = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=";

  /**
   * Reads the session fields of a command.
   *
   * @throws CommandFailure as the server would refuse them
   */
  public static SessionInfo of(BsonDocument command) {
    BsonValue lsid = Idl.given(command, "lsid");
    BsonValue txnNumber = Idl.given(command, "txnNumber");
    BsonValue autocommit = Idl.given(command, "autocommit");
    BsonValue startTransaction = Idl.given(command, "startTransaction");
    if (lsid == null && txnNumber == null && autocommit == null && startTransaction == null) {
      return NONE;
    }
    BsonBinary sessionId = lsid == null ? null : sessionId(lsid);
    Idl.requireType("OperationSessionInfo.txnNumber", txnNumber, BsonType.INT64);
    Idl.requireType("OperationSessionInfo.autocommit", autocommit, BsonType.BOOLEAN);
    Idl.requireType("OperationSessionInfo.startTransaction", startTransaction, BsonType.BOOLEAN);
    require(
        txnNumber == null || sessionId != null,
        "Transaction number requires a session ID to also be specified");
    require(
        txnNumber == null || txnNumber.asInt64().getValue() >= 0,
        "Transaction number cannot be negative");
    require(
        autocommit == null || txnNumber != null,
        "'autocommit' field requires a transaction number to also be specified");
    require(
        startTransaction == null || autocommit != null,
        "'startTransaction' field requires 'autocommit' field to also be specified");
    require(
        autocommit == null || !autocommit.asBoolean().getValue(),
        "Specifying autocommit=true is not allowed.");
    require(
        startTransaction == null || startTransaction.asBoolean().getValue(),
        "Specifying startTransaction=false is not allowed.");
    return new SessionInfo(
        sessionId,
        txnNumber == null ? null : txnNumber.asInt64().getValue(),
        autocommit != null,
        startTransaction != null);
  }

  /** The UUID in an {@code lsid} document. */
  private static BsonBinary sessionId(BsonValue lsid) {
    return sessionId(lsid, "OperationSessionInfo.lsid");
  }

  /**
   * The UUID in a document like {@code lsid}.
   *
   * @param path where the document stands, as messages say it
   */
  public static BsonBinary sessionId(BsonValue lsid, String path) {
    if (!(lsid instanceof BsonDocument document)) {
      throw Idl.wrongType(path, lsid, BsonType.DOCUMENT);
    }
    Idl.requireKnown(path, document, LSID_FIELDS);
    Idl.requireType(path + ".uid", Idl.given(document, "uid"), BsonType.BINARY);
    BsonValue id = Idl.given(document, "id");
    if (id == null) {
      throw Idl.missingField(path + ".id");
    }
    if (!(id instanceof BsonBinary uuid)) {
      throw Idl.wrongType(path + ".id", id, BsonType.BINARY);
    }
    if (uuid.getType() != BsonBinarySubType.UUID_STANDARD.getValue()) {
      throw new CommandFailure(
          ErrorCode.TYPE_MISMATCH,
          "BSON field '%s.id' is the wrong binData type '%s', expected type 'UUID'"
              .formatted(path, subTypeName(uuid.getType())));
    }
    if (uuid.getData().length != 16) {
      throw new CommandFailure(
          ErrorCode.INVALID_UUID, "uuid must be a 16-byte binary field with UUID (4) subtype");
    }
    return uuid;
  }

  private static String subTypeName(byte subType) {
    return switch (subType) {
      case 0 -> "general";
      case 1 -> "function";
      case 2 -> "byte";
      case 3 -> "UUID";
      case 5 -> "MD5";
      default -> Integer.toString(subType & 0xFF);
    };
  }

  private static void require(boolean holds, String message) {
    if (!holds) {
      throw new CommandFailure(ErrorCode.INVALID_OPTIONS, message);
    }
  }

  /** Whether it is a retryable write. */
  public boolean isRetryableWrite() {
    return txnNumber != null && !inTransaction;
  }

  /** A session as messages print it. */
  public static String print(BsonBinary sessionId) {
    UUID uuid = sessionId.asUuid();
    return uuid + " - " + NO_USER;
  }
}
