package dev.tailrace.wire.dns;

import dev.tailrace.wire.dns.DnsException.Reason;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** DNS as a table that a test fills. A name that is not in it does not exist. */
public final class RecordedDns implements DnsResolver {

  private final Map<String, List<SrvRecord>> srv = new ConcurrentHashMap<>();
  private final Map<String, List<String>> txt = new ConcurrentHashMap<>();
  private volatile @Nullable DnsException failure;

  /** Adds SRV records, each {@code host:port}, that are good for a day. */
  public RecordedDns srv(String name, String... targets) {
    for (String target : targets) {
      srv(name, target, OptionalLong.of(86_400));
    }
    return this;
  }

  /** Adds one SRV record. */
  public RecordedDns srv(String name, String target, OptionalLong ttlSeconds) {
    int colon = target.lastIndexOf(':');
    srv.computeIfAbsent(name, key -> new ArrayList<>())
        .add(
            new SrvRecord(
                target.substring(0, colon),
                Integer.parseInt(target.substring(colon + 1)),
                ttlSeconds));
    return this;
  }

  /** Adds a TXT record. */
  public RecordedDns txt(String name, String text) {
    txt.computeIfAbsent(name, key -> new ArrayList<>()).add(text);
    return this;
  }

  /** Takes the SRV records of a name out, and puts these in. */
  public RecordedDns replace(String name, String... targets) {
    srv.put(name, new ArrayList<>());
    return srv(name, targets);
  }

  /** From now on there is no answer to anything. */
  public void fails(Reason reason) {
    failure = new DnsException(reason, "no answer, says the test", null);
  }

  @Override
  public List<SrvRecord> srv(String name) throws DnsException {
    return find(srv, name);
  }

  @Override
  public List<String> txt(String name) throws DnsException {
    return find(txt, name);
  }

  private <T> List<T> find(Map<String, List<T>> records, String name) throws DnsException {
    @Nullable DnsException failed = failure;
    if (failed != null) {
      throw failed;
    }
    @Nullable List<T> found = records.get(name);
    if (found == null) {
      throw new DnsException(Reason.NOT_FOUND, name + " does not exist, says the test", null);
    }
    return List.copyOf(found);
  }
}
