package dev.tailrace.wire.tcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.tailrace.wire.topology.ServerAddress;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What is told of a connection that is given up before it is open. */
class InterruptedOpeningTest {

  @Test
  void whyItWasGivenUpIsToldAndNotHowThatCameOut() {
    TransportSettings settings =
        new TransportSettings(
            ConnectionString.parse("mongodb://127.0.0.1/"),
            ClientMetadata.of(
                Optional.empty(),
                Optional.empty(),
                new Surroundings(Map.of(), /* docker= */ false)),
            Optional.empty(),
            Optional.empty(),
            List.of(),
            new ManualTimers());
    try (Connection connection = new Connection(ServerAddress.parse("127.0.0.1:1"), 0, 1)) {
      connection.interrupt("given up, for a reason");

      assertThatExceptionOfType(IOException.class).isThrownBy(() -> connection.open(settings));
      assertThat(connection.whyNotOpen()).isEqualTo("given up, for a reason");
    }
  }
}
