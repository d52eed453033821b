package dev.tailrace.wire.topology;

/** What a server turned out to be (discovery specification, "ServerType"). */
public enum ServerType {
  /** Not checked yet, or the last check failed. */
  UNKNOWN("Unknown"),
  STANDALONE("Standalone"),
  MONGOS("Mongos"),
  RS_PRIMARY("RSPrimary"),
  RS_SECONDARY("RSSecondary"),
  RS_ARBITER("RSArbiter"),
  /** A member that cannot be read from now: hidden, starting or recovering. */
  RS_OTHER("RSOther"),
  /** A member without a configuration: starting, not yet initiated, or removed from its set. */
  RS_GHOST("RSGhost"),
  /** Not checked at all: each connection behind it leads to one of several routers. */
  LOAD_BALANCER("LoadBalancer");

  private final String specName;

  ServerType(String specName) {
    this.specName = specName;
  }

  /** The type as the specification spells it. */
  public String specName() {
    return specName;
  }

  /** Whether data can be read from such a server (discovery specification, "Data-Bearing"). */
  public boolean isDataBearing() {
    return switch (this) {
      case STANDALONE, MONGOS, RS_PRIMARY, RS_SECONDARY, LOAD_BALANCER -> true;
      case UNKNOWN, RS_ARBITER, RS_OTHER, RS_GHOST -> false;
    };
  }
}
