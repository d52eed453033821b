package dev.tailrace.wire.topology;

import java.util.Locale;

/**
 * Where a server listens. Host names are compared without regard to case, so they are kept in lower
 * case (discovery specification, "Hostnames are normalized to lower-case").
 *
 * @param host a host name, an IPv4 address, or an IPv6 address without its brackets
 * @param port from 1 to 65535
 */
public record ServerAddress(String host, int port) implements Comparable<ServerAddress> {

  /** The port of an address that names none. */
  public static final int DEFAULT_PORT = 27017;

  /** The last port there is. */
  public static final int MAX_PORT = 65535;

  public ServerAddress {
    host = host.toLowerCase(Locale.ROOT);
    if (host.isEmpty()) {
      throw new IllegalArgumentException("server address: the host is empty");
    }
    if (port < 1 || port > MAX_PORT) {
      throw new IllegalArgumentException(
          "server address: port " + port + " is not from 1 to " + MAX_PORT);
    }
  }

  /**
   * Reads {@code host}, {@code host:port}, {@code [ipv6]} or {@code [ipv6]:port}.
   *
   * @throws IllegalArgumentException if it is none of these
   */
  public static ServerAddress parse(String text) {
    int hostEnd = text.startsWith("[") ? text.indexOf(']') + 1 : text.indexOf(':');
    if (text.startsWith("[") && hostEnd == 0) {
      throw new IllegalArgumentException("server address " + text + ": no closing bracket");
    }
    if (hostEnd < 0 || hostEnd == text.length()) {
      return new ServerAddress(withoutBrackets(text), DEFAULT_PORT);
    }
    String port = text.substring(hostEnd);
    if (!port.matches(":[0-9]{1,5}")) {
      throw new IllegalArgumentException(
          "server address " + text + ": expected a port from 1 to " + MAX_PORT);
    }
    return new ServerAddress(
        withoutBrackets(text.substring(0, hostEnd)), Integer.parseInt(port.substring(1)));
  }

  private static String withoutBrackets(String host) {
    return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
  }

  @Override
  public int compareTo(ServerAddress other) {
    int byHost = host.compareTo(other.host);
    return byHost != 0 ? byHost : Integer.compare(port, other.port);
  }

  /** {@code host:port}, with brackets around an IPv6 address. */
  @Override
  public String toString() {
    return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + port;
  }
}
