package dev.tailrace.fakeserver.error;

import static com.google.common.collect.ImmutableMap.toImmutableMap;

import com.google.common.collect.ImmutableMap;
import java.util.Optional;

/**
 * The names of the errors that this server has no use for: it reports them where a fail point says
 * so (the server's {@code error_codes.yml}, as of 4.4).
 */
final class OtherCodeNames {

  private static final String CATALOGUE =
      """
      3 OBSOLETE_DuplicateKey
      10 CannotMutateObject
      11 UserNotFound
      12 UnsupportedFormat
      19 CannotReuseObject
      21 EmptyArrayOperation
      23 AlreadyInitialized
      25 RemoteValidationError
      29 NonExistentPath
      31 RoleNotFound
      32 RolesNotRelated
      33 PrivilegeNotFound
      35 UserModificationFailed
      36 RemoteChangeDetected
      37 FileRenameFailed
      38 FileNotOpen
      39 FileStreamFailed
      41 FileAlreadyOpen
      42 LogWriteFailed
      45 UserDataInconsistent
      46 LockBusy
      49 InvalidRoleModification
      51 ManualInterventionRequired
      58 RoleModificationFailed
      60 OBSOLETE_DatabaseNotFound
      62 OplogOperationUnsupported
      65 MultipleErrorsOccurred
      69 AuthSchemaIncompatible
      70 ShardNotFound
      71 ReplicaSetNotFound
      74 NodeNotFound
      75 WriteConcernLegacyOK
      77 OperationIncomplete
      78 CommandResultSchemaViolation
      80 RoleDataInconsistent
      81 NoMatchParseContext
      82 NoProgressMade
      83 RemoteResultsUnavailable
      84 DuplicateKeyValue
      87 CannotSplit
      88 SplitFailed_OBSOLETE
      90 CallbackCanceled
      92 SecondaryAheadOfPrimary
      93 InvalidReplicaSetConfig
      97 NoProjectionFound
      98 DBPathInUse
      101 OutdatedClient
      102 IncompatibleAuditMetadata
      103 NewReplicaSetConfigurationIncompatible
      104 NodeNotElectable
      105 IncompatibleShardingMetadata
      106 DistributedClockSkewed
      107 LockFailed
      108 InconsistentReplicaSetNames
      109 ConfigurationInProgress
      110 CannotInitializeNodeWithData
      113 InitialSyncFailure
      114 InitialSyncOplogSourceMissing
      116 DocTooLargeForCapped
      118 NamespaceNotSharded
      119 InvalidSyncSource
      120 OplogStartMissing
      122 OBSOLETE_ReadAfterOptimeTimeout
      124 IncompatibleElectionProtocol
      126 RPCProtocolNegotiationFailed
      127 UnrecoverableRollbackError
      128 LockNotFound
      129 LockStateChangeFailed
      130 SymbolNotFound
      132 OBSOLETE_ConfigServersInconsistent
      135 StaleTerm
      137 IncompatibleShardingConfigVersion
      138 RemoteOplogStale
      139 JSInterpreterFailure
      140 InvalidSSLConfiguration
      141 SSLHandshakeFailed
      142 JSUncatchableError
      144 IncompatibleCatalogManager
      145 PooledConnectionsDropped
      147 ZLibError
      148 ReadConcernMajorityNotEnabled
      149 NoConfigMaster
      151 OperationCannotBeBatched
      152 OplogOutOfOrder
      153 ChunkTooBig
      154 InconsistentShardIdentity
      155 CannotApplyOplogWhilePrimary
      156 OBSOLETE_NeedsDocumentMove
      157 CanRepairToDowngrade
      158 MustUpgrade
      159 DurationOverflow
      161 IncompatibleCollationVersion
      162 CollectionIsEmpty
      163 ZoneStillInUse
      164 InitialSyncActive
      169 CommandOnShardedViewNotSupportedOnMongod
      171 CannotIndexParallelArrays
      172 TransportSessionClosed
      173 TransportSessionNotFound
      174 TransportSessionUnknown
      176 FileOpenFailed
      177 ZoneNotFound
      178 RangeOverlapConflict
      179 WindowsPdhError
      180 BadPerfCounterPath
      181 AmbiguousIndexKeyPattern
      182 InvalidViewDefinition
      187 LinearizableReadConcernError
      188 IncompatibleServerVersion
      190 MasterSlaveConnectionFailure
      191 OBSOLETE_BalancerLostDistributedLock
      192 FailPointEnabled
      193 NoShardingEnabled
      194 BalancerInterrupted
      195 ViewPipelineMaxSizeExceeded
      198 OBSOLETE_ReceivedOpReplyMessage
      199 ReplicaSetMonitorRemoved
      200 ChunkRangeCleanupPending
      201 CannotBuildIndexKeys
      202 NetworkInterfaceExceededTimeLimit
      203 ShardingStateNotInitialized
      204 TimeProofMismatch
      208 TooManyLocks
      209 StaleClusterTime
      210 CannotVerifyAndSignLogicalTime
      212 IncompatibleRollbackAlgorithm
      213 DuplicateSession
      214 AuthenticationRestrictionUnmet
      215 DatabaseDropPending
      218 UpdateOperationFailed
      219 FTDCPathNotSet
      220 FTDCPathAlreadySet
      221 IndexModified
      223 IllegalOpMsgFlag
      227 CannotImplicitlyCreateCollection
      228 SessionTransferIncomplete
      229 MustDowngrade
      230 DNSHostNotFound
      231 DNSProtocolError
      232 MaxSubPipelineDepthExceeded
      233 TooManyDocumentSequences
      235 InternalErrorNotSupported
      236 ForTestingErrorExtraInfo
      240 DNSRecordTypeMismatch
      242 CannotCreateCollection
      243 IncompatibleWithUpgradedServer
      244 NOT_YET_AVAILABLE_TransactionAborted
      245 BrokenPromise
      247 ProducerConsumerQueueBatchTooLarge
      248 ProducerConsumerQueueEndClosed
      249 StaleDbVersion
      250 StaleChunkHistory
      252 ReentrancyNotAllowed
      253 FreeMonHttpInFlight
      254 FreeMonHttpTemporaryFailure
      255 FreeMonHttpPermanentFailure
      258 UnknownFeatureCompatibilityVersion
      259 KeyedExecutorRetry
      261 TooManyLogicalSessions
      264 TooManyFilesOpen
      265 OrphanedRangeCleanUpFailed
      267 PreparedTransactionInProgress
      268 CannotBackup
      269 DataModifiedByRepair
      270 RepairedReplicaSetNode
      271 JSInterpreterFailureWithStack
      272 MigrationConflict
      273 ProducerConsumerQueueProducerQueueDepthExceeded
      274 ProducerConsumerQueueConsumed
      275 ExchangePassthrough
      276 IndexBuildAborted
      277 AlarmAlreadyFulfilled
      278 UnsatisfiableCommitQuorum
      279 ClientDisconnect
      281 TransactionCoordinatorSteppingDown
      282 TransactionCoordinatorReachedAbortDecision
      283 WouldChangeOwningShard
      284 ForTestingErrorExtraInfoWithExtraInfoInNamespace
      285 IndexBuildAlreadyInProgress
      287 TransactionCoordinatorDeadlineTaskCanceled
      288 ChecksumMismatch
      289 WaitForMajorityServiceEarlierOpTimeAvailable
      290 TransactionExceededLifetimeLimitSeconds
      292 QueryExceededMemoryLimitNoDiskUseAllowed
      293 InvalidSeedList
      294 InvalidTopologyType
      295 InvalidHeartBeatFrequency
      296 TopologySetNameRequired
      297 HierarchicalAcquisitionLevelViolation
      298 InvalidServerType
      9996 OBSOLETE_RecvStaleConfig
      10003 CannotGrowDocumentInCappedNamespace
      12586 BackgroundOperationInProgressForDatabase
      12587 BackgroundOperationInProgressForNamespace
      13104 OBSOLETE_PrepareConfigsFailed
      13113 MergeStageNoMatchingDocument
      13297 DatabaseDifferCase
      14031 OutOfDiskSpace
      17280 OSBELETE_KeyTooLong
      46841 ClientMarkedKilled
      """;

  private static final ImmutableMap<Integer, String> BY_CODE =
      CATALOGUE
          .lines()
          .collect(
              toImmutableMap(
                  line -> Integer.valueOf(line.substring(0, line.indexOf(' '))),
                  line -> line.substring(line.indexOf(' ') + 1)));

  private OtherCodeNames() {}

  /** The name of an error; empty if the catalogue has none. */
  static Optional<String> of(int code) {
    return Optional.ofNullable(BY_CODE.get(code));
  }
}
