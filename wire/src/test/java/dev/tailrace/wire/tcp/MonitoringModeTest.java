package dev.tailrace.wire.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whether servers are let tell when they change. */
class MonitoringModeTest {

  @ParameterizedTest
  @CsvSource({
    "auto, '', true",
    "auto, AWS_Lambda_java17, false",
    "stream, AWS_Lambda_java17, true",
    "poll, '', false"
  })
  void aFunctionAsksUnlessToldOtherwise(String mode, String lambda, boolean streams) {
    Surroundings surroundings =
        new Surroundings(Map.of("AWS_EXECUTION_ENV", lambda), /* docker= */ true);
    TransportSettings settings =
        new TransportSettings(
            ConnectionString.parse("mongodb://a/?serverMonitoringMode=" + mode),
            ClientMetadata.of(Optional.empty(), Optional.empty(), surroundings),
            Optional.empty(),
            Optional.empty(),
            List.of(),
            new ManualTimers());

    assertThat(settings.streamsChecks()).isEqualTo(streams);
  }
}
