package dev.tailrace.wire.tcp;

import dev.tailrace.wire.auth.AuthenticationException;
import dev.tailrace.wire.topology.NetworkFault;
import java.io.IOException;
import java.net.UnknownHostException;

/** What the opening of a connection tells of its server. */
final class Opening {

  private Opening() {}

  /** What it says of a server that a connection to it could not be opened. */
  static NetworkFault faultOf(Connection connection, IOException failure) {
    if (connection.isGreeted()) {
      return NetworkFault.NOT_AUTHENTICATED;
    }
    if (connection.isRefused()) {
      return NetworkFault.HELLO_REFUSED;
    }
    return failure instanceof UnknownHostException
        ? NetworkFault.NOT_RESOLVED
        : NetworkFault.NOT_ESTABLISHED;
  }

  /** Opens a connection that nobody waits for, and tells the deployment, and then its pool. */
  static void forNobody(
      Connection connection,
      ConnectionPool pool,
      TransportSettings settings,
      Deployment deployment) {
    boolean usable = false;
    try {
      connection.open(settings);
      usable = deployment.onOpened(connection).isEmpty();
    } catch (AuthenticationException e) {
      report(connection, NetworkFault.NOT_AUTHENTICATED, e, deployment);
    } catch (IOException e) {
      report(connection, faultOf(connection, e), e, deployment);
    } finally {
      if (usable) {
        pool.opened(connection);
      } else {
        pool.openFailed(connection);
      }
    }
  }

  private static void report(
      Connection connection, NetworkFault fault, Exception failure, Deployment deployment) {
    deployment.onNetworkError(connection, fault, connection.describe(failure));
  }
}
