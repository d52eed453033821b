package dev.tailrace.fakeserver;

import dev.tailrace.fakeserver.network.CoreHost;
import dev.tailrace.fakeserver.replset.Member;
import java.time.Duration;
import java.util.List;

/** One member of a {@link FakeReplicaSet}. Thread-safe. */
public final class FakeMember {

  private final CoreHost host;
  private final int index;
  private final String address;

  FakeMember(CoreHost host, int index, String address) {
    this.host = host;
    this.index = index;
    this.address = address;
  }

  /** Its number within the set, from 0. */
  public int index() {
    return index;
  }

  /** {@code host:port}. */
  public String address() {
    return address;
  }

  /** Whether it is the primary. */
  public boolean isPrimary() {
    return host.look(core -> member(core.set().members()).isPrimary());
  }

  /** Whether its process runs. */
  public boolean isUp() {
    return host.look(core -> member(core.set().members()).isUp());
  }

  private Member member(List<Member> members) {
    return members.get(index);
  }

  /**
   * As a secondary it applies every write so much later; no lag again with {@link Duration#ZERO}.
   */
  public void setLag(Duration lag) {
    host.apply((core, now) -> core.setLag(index, lag.toNanos(), now));
  }

  /** Its process dies: connections and cursors are lost, data is not. */
  public void crash() {
    host.apply((core, now) -> core.crash(index, now));
  }

  /**
   * Its process starts again. If the oplog has no more what it missed, it copies all data anew.
   * Does nothing if it runs.
   */
  public void restart() {
    host.apply((core, now) -> core.restart(index, now));
  }

  /** Closes every connection to it. */
  public void closeConnections() {
    host.apply((core, now) -> core.closeConnections(index, now));
  }

  /** Its address. */
  @Override
  public String toString() {
    return address;
  }
}
