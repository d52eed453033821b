package dev.tailrace.engine.transport;

/** What a server is in its deployment, as it said when it was greeted. */
public enum ServerKind {
  /** A server alone: it has no oplog, so no change streams. */
  STANDALONE,
  /** A member of a replica set. */
  REPLICA_SET_MEMBER,
  /** A router of a sharded cluster. */
  MONGOS,
  /** What stands behind a load balancer. */
  LOAD_BALANCED,
  /** The transport does not know. */
  UNKNOWN
}
