package dev.tailrace.wire.topology;

/** What the seeds of a deployment are taken for. */
public enum ConnectionMode {
  /** Where to begin: what the servers say decides what the deployment is, and who is of it. */
  DISCOVER,
  /** The one server to talk to, as it is, whatever it is a member of. */
  DIRECT,
  /** A load balancer before the routers of a sharded cluster (load balancers specification). */
  LOAD_BALANCED
}
