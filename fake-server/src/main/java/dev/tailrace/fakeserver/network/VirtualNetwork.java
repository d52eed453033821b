package dev.tailrace.fakeserver.network;

import java.time.Duration;
import java.util.function.Consumer;

/** The links between clients and members of a set in virtual time. Thread-safe. */
public final class VirtualNetwork {

  private final VirtualHost host;

  /** The network of a host. */
  public VirtualNetwork(VirtualHost host) {
    this.host = host;
  }

  /** Every message takes at least and at most so long, one way; none at all at the start. */
  public void setLatency(Duration min, Duration max) {
    change(conditions -> conditions.setLatency(min.toNanos(), max.toNanos()));
  }

  /** How likely a message is to get lost, and a reply to come twice; 0 at the start. */
  public void setLoss(double lossProbability, double duplicationProbability) {
    change(conditions -> conditions.setLoss(lossProbability, duplicationProbability));
  }

  /** Cuts a member off from all clients: what is sent to and by it is lost. */
  public void cutOff(int member) {
    change(conditions -> conditions.setCutOff(member, true));
  }

  /** Joins a member that was cut off. */
  public void join(int member) {
    change(conditions -> conditions.setCutOff(member, false));
  }

  private void change(Consumer<NetworkConditions> change) {
    host.lock.lock();
    try {
      host.checkOpen();
      change.accept(host.conditions());
    } finally {
      host.lock.unlock();
    }
  }
}
