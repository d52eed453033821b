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
  RS_GHOST("RSGhost");

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
    return this == STANDALONE || this == MONGOS || this == RS_PRIMARY || this == RS_SECONDARY;
  }
}
