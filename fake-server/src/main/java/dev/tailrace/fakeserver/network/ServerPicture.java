package dev.tailrace.fakeserver.network;

import dev.tailrace.engine.transport.ReadPreference;
import dev.tailrace.engine.transport.Target;
import dev.tailrace.fakeserver.clock.Ids;
import dev.tailrace.fakeserver.replset.Member;
import dev.tailrace.fakeserver.replset.Member.Role;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a client last saw of a set, and which server it would choose by it. */
final class ServerPicture {

  /**
   * One member as it was.
   *
   * @param member its number within the set
   */
  record Server(String address, int member, Role role) {}

  private final CoreHost host;
  private final Ids ids;
  private List<Server> servers = List.of();

  /** Nothing was seen yet; a choice among equals is drawn from {@code ids}. */
  ServerPicture(CoreHost host, Ids ids) {
    this.host = host;
    this.ids = ids;
  }

  /** Looks again. */
  void refresh() {
    servers =
        host.look(
            core -> {
              List<Server> seen = new ArrayList<>();
              for (Member member : core.set().members()) {
                seen.add(new Server(member.address(), member.index(), member.role()));
              }
              return List.copyOf(seen);
            });
  }

  /** Looks, if nothing was seen yet. */
  void refreshIfEmpty() {
    if (servers.isEmpty()) {
      refresh();
    }
  }

  /** A server that may run the request, or null. Tags are not looked at: no member has any. */
  @Nullable Server choose(Target.AnyEligible target) {
    List<Server> others = new ArrayList<>(servers);
    others.removeIf(server -> target.deprioritized().contains(server.address()));
    Server chosen = choose(others, target.readPreference());
    return chosen == null && others.size() < servers.size()
        ? choose(servers, target.readPreference())
        : chosen;
  }

  private @Nullable Server choose(List<Server> candidates, ReadPreference preference) {
    List<Server> primaries = reachable(candidates, Role.PRIMARY);
    List<Server> secondaries = reachable(candidates, Role.SECONDARY);
    List<Server> all = new ArrayList<>(primaries);
    all.addAll(secondaries);
    List<Server> eligible =
        switch (preference.mode()) {
          case PRIMARY -> primaries;
          case PRIMARY_PREFERRED -> primaries.isEmpty() ? secondaries : primaries;
          case SECONDARY -> secondaries;
          case SECONDARY_PREFERRED -> secondaries.isEmpty() ? primaries : secondaries;
          case NEAREST -> all;
        };
    return eligible.isEmpty() ? null : eligible.get((int) ids.below(eligible.size()));
  }

  /**
   * The number of the member at {@code address}, whether it was seen or not; -1 if there is none.
   */
  int memberAt(String address) {
    return host.look(
        core -> {
          for (Member member : core.set().members()) {
            if (member.address().equals(address)) {
              return member.index();
            }
          }
          return -1;
        });
  }

  private List<Server> reachable(List<Server> candidates, Role role) {
    return candidates.stream()
        .filter(server -> server.role() == role && !isCutOff(server.member()))
        .toList();
  }

  private boolean isCutOff(int member) {
    return host instanceof VirtualHost virtual && virtual.conditions().isCutOff(member);
  }

  /** The servers, for messages. */
  @Override
  public String toString() {
    return servers.toString();
  }
}
