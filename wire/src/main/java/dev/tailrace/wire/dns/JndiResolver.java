package dev.tailrace.wire.dns;

import dev.tailrace.wire.dns.DnsException.Reason;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Hashtable;
import java.util.List;
import java.util.OptionalLong;
import javax.naming.CommunicationException;
import javax.naming.Context;
import javax.naming.NameNotFoundException;
import javax.naming.NamingEnumeration;
import javax.naming.NamingException;
import javax.naming.directory.Attribute;
import javax.naming.directory.InitialDirContext;
import org.jspecify.annotations.Nullable;

/**
 * Asks DNS through the JDK's own provider (module {@code jdk.naming.dns}): by UDP, and by TCP where
 * an answer does not fit. It does not show how long records are good for.
 */
public final class JndiResolver implements DnsResolver {

  private static final String FACTORY = "com.sun.jndi.dns.DnsContextFactory";
  private static final String TIMEOUT_MILLIS = "com.sun.jndi.dns.timeout.initial";
  private static final String RETRIES = "com.sun.jndi.dns.timeout.retries";

  /** The fields of an SRV record: priority, weight, port, target. */
  private static final int SRV_FIELDS = 4;

  private final String servers;
  private final Duration firstTimeout;
  private final int tries;

  /** Asks the DNS servers that the machine is set up for; a second first, 15 seconds in all. */
  public JndiResolver() {
    this("dns:", Duration.ofSeconds(1), 4);
  }

  /**
   * Asks certain DNS servers.
   *
   * @param servers {@code dns://host:port}, several separated by spaces
   * @param firstTimeout how long to wait for the first answer; twice as long for each further one
   * @param tries how often each server is asked
   */
  public JndiResolver(String servers, Duration firstTimeout, int tries) {
    this.servers = servers;
    this.firstTimeout = firstTimeout;
    this.tries = tries;
  }

  @Override
  public List<SrvRecord> srv(String name) throws DnsException {
    List<SrvRecord> records = new ArrayList<>();
    for (String text : ask(name, "SRV")) {
      String[] fields = text.split(" ", -1);
      if (fields.length != SRV_FIELDS || !fields[2].matches("[0-9]{1,5}")) {
        throw new DnsException(
            Reason.FAILED, "SRV record of " + name + ": unreadable: " + text, null);
      }
      records.add(new SrvRecord(fields[3], Integer.parseInt(fields[2]), OptionalLong.empty()));
    }
    return records;
  }

  @Override
  public List<String> txt(String name) throws DnsException {
    return ask(name, "TXT").stream().map(JndiResolver::joined).toList();
  }

  // DNS records are text: this provider makes no objects of them. The table is what JNDI takes.
  @SuppressWarnings({"BanJNDI", "JdkObsolete"})
  private List<String> ask(String name, String type) throws DnsException {
    Hashtable<String, String> environment = new Hashtable<>(); // The type is JNDI's.
    environment.put(Context.INITIAL_CONTEXT_FACTORY, FACTORY);
    environment.put(Context.PROVIDER_URL, servers);
    environment.put(TIMEOUT_MILLIS, Long.toString(firstTimeout.toMillis()));
    environment.put(RETRIES, Integer.toString(tries));
    try {
      InitialDirContext context = new InitialDirContext(environment);
      try {
        return values(context.getAttributes(name, new String[] {type}).get(type));
      } finally {
        context.close();
      }
    } catch (NamingException e) {
      throw failed(name, type, e);
    }
  }

  private static List<String> values(@Nullable Attribute attribute) throws NamingException {
    List<String> values = new ArrayList<>();
    if (attribute != null) {
      NamingEnumeration<?> all = attribute.getAll();
      while (all.hasMore()) {
        values.add(String.valueOf(all.next()));
      }
    }
    return values;
  }

  private static DnsException failed(String name, String type, NamingException e) {
    String what = type + " records of " + name + ": ";
    if (e instanceof NameNotFoundException) {
      return new DnsException(Reason.NOT_FOUND, what + "the name does not exist in DNS", e);
    }
    if (e instanceof CommunicationException && e.getRootCause() instanceof InterruptedIOException) {
      return new DnsException(Reason.TIMEOUT, what + "no DNS server answered in time", e);
    }
    return new DnsException(Reason.FAILED, what + "DNS failed: " + e.getMessage(), e);
  }

  /**
   * The strings of a TXT record as one. JNDI puts a space between them, and quotes and escapes
   * those that have spaces or quotes of their own.
   */
  static String joined(String text) {
    StringBuilder joined = new StringBuilder();
    boolean quoted = false;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"') {
        quoted = !quoted;
      } else if (quoted && c == '\\' && i + 1 < text.length()) {
        joined.append(text.charAt(++i));
      } else if (quoted || c != ' ') {
        joined.append(c);
      }
    }
    return joined.toString();
  }
}
