package dev.tailrace.fakeserver.error;

import com.google.common.collect.ImmutableMap;
import dev.tailrace.fakeserver.ServerVersion;
import org.jspecify.annotations.Nullable;

/**
 * The catalogue of the server's named errors (the server's {@code error_codes.yml}).
 *
 * <p>Here are those that this server has a use for; {@link OtherCodeNames} has the rest. Most of
 * the server's checks have a number but no entry in the catalogue; those are reported with {@code
 * codeName: "Location<code>"}.
 */
public enum ErrorCode {
  INTERNAL_ERROR(1, "InternalError"),
  BAD_VALUE(2, "BadValue"),
  NO_SUCH_KEY(4, "NoSuchKey"),
  GRAPH_CONTAINS_CYCLE(5, "GraphContainsCycle"),
  HOST_UNREACHABLE(6, "HostUnreachable"),
  HOST_NOT_FOUND(7, "HostNotFound"),
  UNKNOWN_ERROR(8, "UnknownError"),
  FAILED_TO_PARSE(9, "FailedToParse"),
  UNAUTHORIZED(13, "Unauthorized"),
  TYPE_MISMATCH(14, "TypeMismatch"),
  OVERFLOW(15, "Overflow"),
  INVALID_LENGTH(16, "InvalidLength"),
  PROTOCOL_ERROR(17, "ProtocolError"),
  AUTHENTICATION_FAILED(18, "AuthenticationFailed"),
  ILLEGAL_OPERATION(20, "IllegalOperation"),
  INVALID_BSON(22, "InvalidBSON"),
  LOCK_TIMEOUT(24, "LockTimeout"),
  NAMESPACE_NOT_FOUND(26, "NamespaceNotFound"),
  INDEX_NOT_FOUND(27, "IndexNotFound"),
  PATH_NOT_VIABLE(28, "PathNotViable"),
  INVALID_PATH(30, "InvalidPath"),
  CANNOT_BACKFILL_ARRAY(34, "CannotBackfillArray"),
  CONFLICTING_UPDATE_OPERATORS(40, "ConflictingUpdateOperators"),
  CURSOR_NOT_FOUND(43, "CursorNotFound"),
  NO_MATCHING_DOCUMENT(47, "NoMatchingDocument"),
  NAMESPACE_EXISTS(48, "NamespaceExists"),
  MAX_TIME_MS_EXPIRED(50, "MaxTimeMSExpired"),
  DOLLAR_PREFIXED_FIELD_NAME(52, "DollarPrefixedFieldName"),
  INVALID_ID_FIELD(53, "InvalidIdField"),
  NOT_SINGLE_VALUE_FIELD(54, "NotSingleValueField"),
  INVALID_DB_REF(55, "InvalidDBRef"),
  EMPTY_FIELD_NAME(56, "EmptyFieldName"),
  DOTTED_FIELD_NAME(57, "DottedFieldName"),
  COMMAND_NOT_FOUND(59, "CommandNotFound"),
  SHARD_KEY_NOT_FOUND(61, "ShardKeyNotFound"),
  STALE_SHARD_VERSION(63, "StaleShardVersion"),
  WRITE_CONCERN_FAILED(64, "WriteConcernFailed"),
  IMMUTABLE_FIELD(66, "ImmutableField"),
  CANNOT_CREATE_INDEX(67, "CannotCreateIndex"),
  INDEX_ALREADY_EXISTS(68, "IndexAlreadyExists"),
  INVALID_OPTIONS(72, "InvalidOptions"),
  INVALID_NAMESPACE(73, "InvalidNamespace"),
  NO_REPLICATION_ENABLED(76, "NoReplicationEnabled"),
  UNKNOWN_REPL_WRITE_CONCERN(79, "UnknownReplWriteConcern"),
  INDEX_OPTIONS_CONFLICT(85, "IndexOptionsConflict"),
  INDEX_KEY_SPECS_CONFLICT(86, "IndexKeySpecsConflict"),
  NETWORK_TIMEOUT(89, "NetworkTimeout"),
  SHUTDOWN_IN_PROGRESS(91, "ShutdownInProgress"),
  NOT_YET_INITIALIZED(94, "NotYetInitialized"),
  NOT_SECONDARY(95, "NotSecondary"),
  OPERATION_FAILED(96, "OperationFailed"),
  UNSATISFIABLE_WRITE_CONCERN(100, "UnsatisfiableWriteConcern"),
  NOT_EXACT_VALUE_FIELD(111, "NotExactValueField"),
  WRITE_CONFLICT(112, "WriteConflict"),
  COMMAND_NOT_SUPPORTED(115, "CommandNotSupported"),
  CONFLICTING_OPERATION_IN_PROGRESS(117, "ConflictingOperationInProgress"),
  DOCUMENT_VALIDATION_FAILURE(121, "DocumentValidationFailure"),
  NOT_A_REPLICA_SET(123, "NotAReplicaSet"),
  COMMAND_FAILED(125, "CommandFailed"),
  FAILED_TO_SATISFY_READ_PREFERENCE(133, "FailedToSatisfyReadPreference"),
  READ_CONCERN_MAJORITY_NOT_AVAILABLE_YET(134, "ReadConcernMajorityNotAvailableYet"),
  CAPPED_POSITION_LOST(136, "CappedPositionLost"),
  CURSOR_IN_USE(143, "CursorInUse"),
  EXCEEDED_MEMORY_LIMIT(146, "ExceededMemoryLimit"),
  STALE_EPOCH(150, "StaleEpoch"),
  MAX_STALENESS_OUT_OF_RANGE(160, "MaxStalenessOutOfRange"),
  CANNOT_INDEX_PARALLEL_ARRAYS(171, "CannotIndexParallelArrays"),
  COMMAND_NOT_SUPPORTED_ON_VIEW(166, "CommandNotSupportedOnView"),
  VIEW_DEPTH_LIMIT_EXCEEDED(165, "ViewDepthLimitExceeded"),
  OPTION_NOT_SUPPORTED_ON_VIEW(167, "OptionNotSupportedOnView"),
  INVALID_PIPELINE_OPERATOR(168, "InvalidPipelineOperator"),
  TOO_MANY_MATCHING_DOCUMENTS(170, "TooManyMatchingDocuments"),
  QUERY_PLAN_KILLED(175, "QueryPlanKilled"),
  CLIENT_METADATA_MISSING_FIELD(183, "ClientMetadataMissingField"),
  CLIENT_METADATA_APP_NAME_TOO_LARGE(184, "ClientMetadataAppNameTooLarge"),
  CLIENT_METADATA_DOCUMENT_TOO_LARGE(185, "ClientMetadataDocumentTooLarge"),
  CLIENT_METADATA_CANNOT_BE_MUTATED(186, "ClientMetadataCannotBeMutated"),
  PRIMARY_STEPPED_DOWN(189, "PrimarySteppedDown"),
  INVALID_INDEX_SPECIFICATION_OPTION(197, "InvalidIndexSpecificationOption"),
  CLUSTER_TIME_FAILS_RATE_LIMITER(205, "ClusterTimeFailsRateLimiter"),
  NO_SUCH_SESSION(206, "NoSuchSession"),
  INVALID_UUID(207, "InvalidUUID"),
  KEY_NOT_FOUND(211, "KeyNotFound"),
  ELECTION_IN_PROGRESS(216, "ElectionInProgress"),
  INCOMPLETE_TRANSACTION_HISTORY(217, "IncompleteTransactionHistory"),
  CLOSE_CHANGE_STREAM(222, "CloseChangeStream"),
  QUERY_FEATURE_NOT_ALLOWED(224, "QueryFeatureNotAllowed"),
  TRANSACTION_TOO_OLD(225, "TransactionTooOld"),
  ATOMICITY_FAILURE(226, "AtomicityFailure"),
  RETRY_CHANGE_STREAM(234, "RetryChangeStream"),
  CURSOR_KILLED(237, "CursorKilled"),
  NOT_IMPLEMENTED(238, "NotImplemented"),
  SNAPSHOT_TOO_OLD(239, "SnapshotTooOld"),
  CONVERSION_FAILURE(241, "ConversionFailure"),
  SNAPSHOT_UNAVAILABLE(246, "SnapshotUnavailable"),
  NO_SUCH_TRANSACTION(251, "NoSuchTransaction"),
  TRANSACTION_COMMITTED(256, "TransactionCommitted"),
  TRANSACTION_TOO_LARGE(257, "TransactionTooLarge"),
  INVALID_RESUME_TOKEN(260, "InvalidResumeToken"),
  EXCEEDED_TIME_LIMIT(262, "ExceededTimeLimit"),
  OPERATION_NOT_SUPPORTED_IN_TRANSACTION(263, "OperationNotSupportedInTransaction"),
  FAIL_POINT_SET_FAILED(266, "FailPointSetFailed"),
  CHANGE_STREAM_FATAL_ERROR(280, "ChangeStreamFatalError"),
  CHANGE_STREAM_HISTORY_LOST(286, "ChangeStreamHistoryLost"),
  NO_QUERY_EXECUTION_PLANS(291, "NoQueryExecutionPlans"),
  API_VERSION_ERROR(322, "APIVersionError"),
  API_STRICT_ERROR(323, "APIStrictError"),
  OPLOG_QUERY_MIN_TS_MISSING(326, "OplogQueryMinTsMissing"),
  MECHANISM_UNAVAILABLE(334, "MechanismUnavailable"),
  CHANGE_STREAM_INVALIDATED(346, "ChangeStreamInvalidated"),
  API_MISMATCH_ERROR(347, "APIMismatchError"),
  LOAD_BALANCER_SUPPORT_MISMATCH(354, "LoadBalancerSupportMismatch"),
  SOCKET_EXCEPTION(9001, "SocketException"),
  LEGACY_NOT_PRIMARY(10_058, "LegacyNotPrimary"),
  NOT_WRITABLE_PRIMARY(10_107, "NotWritablePrimary"),
  BSON_OBJECT_TOO_LARGE(10_334, "BSONObjectTooLarge"),
  DUPLICATE_KEY(11_000, "DuplicateKey"),
  INTERRUPTED_AT_SHUTDOWN(11_600, "InterruptedAtShutdown"),
  INTERRUPTED(11_601, "Interrupted"),
  INTERRUPTED_DUE_TO_REPL_STATE_CHANGE(11_602, "InterruptedDueToReplStateChange"),
  STALE_CONFIG(13_388, "StaleConfig"),
  NOT_PRIMARY_NO_SECONDARY_OK(13_435, "NotPrimaryNoSecondaryOk"),
  NOT_PRIMARY_OR_SECONDARY(13_436, "NotPrimaryOrSecondary"),
  IDL_UNKNOWN_FIELD(40_415, "IDLUnknownField");

  private static final ImmutableMap<Integer, ErrorCode> BY_CODE = byCode();

  private final int code;
  private final String codeName;

  ErrorCode(int code, String codeName) {
    this.code = code;
    this.codeName = codeName;
  }

  /** The value of {@code code}. */
  public int code() {
    return code;
  }

  /** The value of {@code codeName} for any code, as the given release names it. */
  public static String codeName(int code, ServerVersion version) {
    @Nullable ErrorCode known = BY_CODE.get(code);
    if (known != null) {
      return known.codeName(version);
    }
    return OtherCodeNames.of(code).orElse("Location" + code);
  }

  /** The value of {@code codeName}, as the given release names it. */
  public String codeName(ServerVersion version) {
    boolean saysPrimary = version.atLeast(5, 0);
    return switch (this) {
      case NOT_WRITABLE_PRIMARY -> saysPrimary ? codeName : "NotMaster";
      case NOT_PRIMARY_NO_SECONDARY_OK -> saysPrimary ? codeName : "NotMasterNoSlaveOk";
      case NOT_PRIMARY_OR_SECONDARY -> saysPrimary ? codeName : "NotMasterOrSecondary";
      case IDL_UNKNOWN_FIELD -> version.atLeast(7, 0) ? codeName : "Location40415";
      case WRITE_CONCERN_FAILED -> version.atLeast(8, 0) ? "WriteConcernTimeout" : codeName;
      default -> codeName;
    };
  }

  private static ImmutableMap<Integer, ErrorCode> byCode() {
    ImmutableMap.Builder<Integer, ErrorCode> map = ImmutableMap.builder();
    for (ErrorCode error : values()) {
      map.put(error.code, error);
    }
    return map.buildOrThrow();
  }
}
