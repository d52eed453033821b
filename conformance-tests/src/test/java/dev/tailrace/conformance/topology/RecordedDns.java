package dev.tailrace.conformance.topology;

import dev.tailrace.wire.dns.DnsException;
import dev.tailrace.wire.dns.DnsException.Reason;
import dev.tailrace.wire.dns.DnsResolver;
import dev.tailrace.wire.dns.SrvRecord;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.Stream;

/** DNS as {@code dns-records.txt} has it. */
final class RecordedDns implements DnsResolver {

  private static final String FILE = "dns-records.txt";

  private final List<String> lines =
      OfficialTests.readResource(FILE).lines().filter(line -> !line.startsWith("#")).toList();

  @Override
  public List<SrvRecord> srv(String name) throws DnsException {
    return records(name, "SRV").map(RecordedDns::srvRecord).toList();
  }

  @Override
  public List<String> txt(String name) throws DnsException {
    return records(name, "TXT").toList();
  }

  private Stream<String> records(String name, String type) throws DnsException {
    if (lines.stream().noneMatch(line -> line.startsWith(name + " "))) {
      throw new DnsException(Reason.NOT_FOUND, name + " is not in " + FILE, null);
    }
    String start = name + " " + type + " ";
    return lines.stream()
        .filter(line -> line.startsWith(start))
        .map(line -> line.substring(start.length()));
  }

  private static SrvRecord srvRecord(String text) {
    int space = text.indexOf(' ');
    return new SrvRecord(
        text.substring(space + 1),
        Integer.parseInt(text.substring(0, space)),
        OptionalLong.of(86_400));
  }
}
