package dev.tailrace.wire.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ServerAddressTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      useHeadersInDisplayName = true,
      textBlock =
          """
          text              | host      | port  | shown
          a                 | a         | 27017 | a:27017
          A.Example:1       | a.example | 1     | a.example:1
          127.0.0.1:65535   | 127.0.0.1 | 65535 | 127.0.0.1:65535
          [::1]             | ::1       | 27017 | [::1]:27017
          [FE80::1]:27019   | fe80::1   | 27019 | [fe80::1]:27019
          """)
  void parses(String text, String host, int port, String shown) {
    ServerAddress address = ServerAddress.parse(text);

    assertThat(address).isEqualTo(new ServerAddress(host, port)).hasToString(shown);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "", ":1", "a:", "a:0", "a:65536", "a:-1", "a:x", "a::1", "::1", "[::1", "[]", "[::1]x"
      })
  void refuses(String text) {
    assertThatIllegalArgumentException().isThrownBy(() -> ServerAddress.parse(text));
  }

  @Test
  void sortsByHostAndThenByPort() {
    assertThat(ServerAddress.parse("a:2")).isLessThan(ServerAddress.parse("b:1"));
    assertThat(ServerAddress.parse("a:2")).isLessThan(ServerAddress.parse("a:10"));
  }
}
