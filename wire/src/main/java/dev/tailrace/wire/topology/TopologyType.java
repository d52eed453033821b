package dev.tailrace.wire.topology;

/** What kind of deployment the servers make up (discovery specification, "TopologyType"). */
public enum TopologyType {
  /** Nothing is known yet. */
  UNKNOWN("Unknown"),
  /** One server, used as it is: a direct connection, or a standalone. */
  SINGLE("Single"),
  REPLICA_SET_NO_PRIMARY("ReplicaSetNoPrimary"),
  REPLICA_SET_WITH_PRIMARY("ReplicaSetWithPrimary"),
  SHARDED("Sharded"),
  /** One load balancer, before the routers of a sharded cluster (load balancers specification). */
  LOAD_BALANCED("LoadBalanced");

  private final String specName;

  TopologyType(String specName) {
    this.specName = specName;
  }

  /** The type as the specification spells it. */
  public String specName() {
    return specName;
  }
}
