package dev.tailrace.wire.tcp;

/** How servers are checked (server monitoring specification, {@code serverMonitoringMode}). */
public enum MonitoringMode {
  /** As {@link #STREAM}, but as {@link #POLL} in a function as a service, which may be frozen. */
  AUTO,
  /** Servers that can tell by themselves. */
  STREAM,
  /** Servers are asked for each check. */
  POLL
}
