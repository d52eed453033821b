package dev.tailrace.wire.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** The minimum that limits are reckoned with (server monitoring specification, "Measuring RTT"). */
class RoundTripMeterTest {

  private final RoundTripMeter meter = new RoundTripMeter();

  @Test
  void oneMeasurementIsNotEnoughForAMinimum() {
    assertThat(meter.minNanos()).isZero();
    meter.add(50);
    assertThat(meter.minNanos()).isZero();
    meter.add(70);
    assertThat(meter.minNanos()).isEqualTo(50);
  }

  @Test
  void theMinimumIsThatOfTheLastTen() {
    meter.add(1);
    for (int i = 0; i < 9; i++) {
      meter.add(100 - i);
    }
    assertThat(meter.minNanos()).isEqualTo(1);

    meter.add(200);

    assertThat(meter.minNanos()).isEqualTo(92);
  }

  @Test
  void aServerThatWasLostIsMeasuredAnew() {
    meter.add(50);
    meter.add(60);

    meter.reset();
    meter.add(70);

    assertThat(meter.minNanos()).isZero();
    assertThat(meter.averageNanos()).isEqualTo(70);
  }
}
