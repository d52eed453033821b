package dev.tailrace.wire.dns;

import java.util.Locale;
import java.util.regex.Pattern;

/**
 * The host of a {@code mongodb+srv} connection string, and the service that is looked for there.
 *
 * @param host in lower case, without a dot at its end
 * @param serviceName the service, without the underscore that goes before it in DNS
 */
public record SrvName(String host, String serviceName) {

  /** The service where option {@code srvServiceName} names no other. */
  public static final String DEFAULT_SERVICE = "mongodb";

  /** One label of a host name has 63 bytes at most, of which an underscore takes one. */
  private static final int MAX_SERVICE_LENGTH = 62;

  /** By RFC 6335: letters, digits and hyphens; a letter at least, and no hyphen without others. */
  private static final Pattern SERVICE =
      Pattern.compile("(?=.*[A-Za-z])[A-Za-z0-9]+(-[A-Za-z0-9]+)*");

  private static final Pattern HOST = Pattern.compile("[a-z0-9_-]{1,63}(\\.[a-z0-9_-]{1,63})*");

  private static final int MAX_HOST_LENGTH = 253;

  /** With fewer parts than that a host is its own domain. */
  private static final int PARTS_WITH_SUBDOMAIN = 3;

  /**
   * Checks both names.
   *
   * @throws IllegalArgumentException if one of them is none, or the host has a port
   */
  public SrvName {
    host = normalized(host);
    if (host.contains(":")) {
      throw new IllegalArgumentException("expected a host without a port, found \"" + host + "\"");
    }
    if (host.length() > MAX_HOST_LENGTH || !HOST.matcher(host).matches()) {
      throw new IllegalArgumentException("expected a host name, found \"" + host + "\"");
    }
    if (serviceName.length() > MAX_SERVICE_LENGTH || !SERVICE.matcher(serviceName).matches()) {
      throw new IllegalArgumentException(
          "srvServiceName: expected letters, digits and hyphens, found \"" + serviceName + "\"");
    }
  }

  /** The name whose SRV records are asked for. */
  public String srvQuery() {
    return "_" + serviceName + "._tcp." + host;
  }

  /**
   * Whether a host that an SRV record names is of the same domain, so that it can be trusted as far
   * as the name of the connection string is. A name of fewer than three parts is the domain itself,
   * and the host has to be below it.
   *
   * @param target in lower case, without a dot at its end
   */
  boolean admits(String target) {
    boolean hasSubdomain = host.split("\\.", -1).length >= PARTS_WITH_SUBDOMAIN;
    String domain = hasSubdomain ? host.substring(host.indexOf('.')) : "." + host;
    return target.endsWith(domain) && target.length() > domain.length();
  }

  /** A name of DNS as this package compares them. */
  static String normalized(String name) {
    String lower = name.toLowerCase(Locale.ROOT);
    return lower.endsWith(".") ? lower.substring(0, lower.length() - 1) : lower;
  }

  /** The host. */
  @Override
  public String toString() {
    return host;
  }
}
