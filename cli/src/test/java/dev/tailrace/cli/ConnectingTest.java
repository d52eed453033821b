package dev.tailrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.wire.tcp.ConnectionString;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which hosts a command says it looks for. */
class ConnectingTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          mongodb://user:sesame@a,b:1/db                          | a:27017,b:1
          mongodb+srv://user:sesame@set.example.com/db            | the hosts that DNS has for set.example.com
          mongodb+srv://set.example.com/?srvServiceName=customers | the hosts that DNS has for set.example.com
          """)
  void hosts(String uri, String hosts) {
    assertThat(Connecting.hosts(ConnectionString.parse(uri))).isEqualTo(hosts);
  }
}
