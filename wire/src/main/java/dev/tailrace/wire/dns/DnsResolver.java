package dev.tailrace.wire.dns;

import java.util.List;

/** Asks DNS. Implementations may be called from any thread, and block. */
public interface DnsResolver {

  /**
   * The SRV records of a name, in any order.
   *
   * @return none if the name exists and has no such record
   * @throws DnsException if there is no answer, or the name does not exist
   */
  List<SrvRecord> srv(String name) throws DnsException;

  /**
   * The TXT records of a name, in any order; the strings of each put together to one.
   *
   * @return none if the name exists and has no such record
   * @throws DnsException if there is no answer, or the name does not exist
   */
  List<String> txt(String name) throws DnsException;
}
