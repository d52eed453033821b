package dev.tailrace.transport.driver;

import com.mongodb.connection.ClusterDescription;
import com.mongodb.connection.ServerDescription;
import com.mongodb.connection.ServerType;
import com.mongodb.selector.ServerSelector;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The part in the driver's server selection by which a command reaches one server and no other. The
 * driver asks it on the thread that wants a server, each time its picture of the deployment has
 * changed, with the servers that the read preference admits.
 *
 * <p>A server that the driver has lost sight of is waited for until the next check of it: after a
 * connection broke the server is unknown for a moment, and is nearly always there. If the check
 * fails too, so does the selection, at once: its stream can go on elsewhere.
 */
final class PinningSelector implements ServerSelector {

  private static final Set<ServerType> READABLE =
      EnumSet.of(
          ServerType.STANDALONE,
          ServerType.REPLICA_SET_PRIMARY,
          ServerType.REPLICA_SET_SECONDARY,
          ServerType.SHARD_ROUTER);

  private final @Nullable ServerSelector users;
  private final Supplier<ClusterDescription> picture;

  /**
   * @param users the selector of the user's settings, which has its say where the server is free
   * @param picture the driver's picture of the deployment, of all servers; does not block
   */
  PinningSelector(@Nullable ServerSelector users, Supplier<ClusterDescription> picture) {
    this.users = users;
    this.picture = picture;
  }

  @Override
  public List<ServerDescription> select(ClusterDescription admitted) {
    @Nullable Call call = Call.awaitingServer();
    if (call == null || call.onlyAddress().isEmpty()) {
      List<ServerDescription> selected =
          users == null ? admitted.getServerDescriptions() : users.select(admitted);
      if (call == null) {
        return selected;
      }
      call.onSelection(!selected.isEmpty());
      List<ServerDescription> preferred =
          selected.stream()
              .filter(server -> !call.deprioritized().contains(server.getAddress().toString()))
              .toList();
      return preferred.isEmpty() ? selected : preferred;
    }
    String address = call.onlyAddress().get();
    List<ServerDescription> selected =
        admitted.getServerDescriptions().stream()
            .filter(server -> server.getAddress().toString().equals(address))
            .toList();
    call.onSelection(!selected.isEmpty());
    if (selected.isEmpty()) {
      checkWorthWaiting(call, address);
    }
    return selected;
  }

  /**
   * Looks at why the server is not among those admitted. The picture may be newer than what the
   * driver is just looking at: a server that is well in it will be found at the next look.
   */
  private void checkWorthWaiting(Call call, String address) {
    ServerDescription server =
        picture.get().getServerDescriptions().stream()
            .filter(each -> each.getAddress().toString().equals(address))
            .findFirst()
            .orElseThrow(
                () ->
                    new UnreachableServerException(
                        address + " is no longer part of the deployment", null));
    if (server.isOk() && !READABLE.contains(server.getType())) {
      throw new UnreachableServerException(
          address + " is " + server.getType() + ", which the driver does not read from", null);
    }
    if (!server.isOk()
        && server.getException() != null
        && call.hasBeenCheckedSince(checkedAtNanos(server))) {
      throw new UnreachableServerException(
          address + " cannot be reached: " + server.getException().getMessage(),
          server.getException());
    }
  }

  private static long checkedAtNanos(ServerDescription server) {
    return server.getLastUpdateTime(TimeUnit.NANOSECONDS);
  }
}
