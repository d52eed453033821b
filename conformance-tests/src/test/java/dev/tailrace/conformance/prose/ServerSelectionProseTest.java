package dev.tailrace.conformance.prose;

import static dev.tailrace.conformance.prose.Stage.event;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.conformance.support.EngineTransport;
import dev.tailrace.engine.ChangeStreamOptions;
import dev.tailrace.engine.StreamEvent;
import dev.tailrace.engine.transport.ReadPreference;
import dev.tailrace.engine.transport.ReadPreference.Mode;
import dev.tailrace.fakeserver.FakeMember;
import dev.tailrace.fakeserver.ServerVersion;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Prose test 6: before it resumes, a stream selects a server, as its read preference says. */
@Timeout(60)
class ServerSelectionProseTest {

  private static final ChangeStreamOptions QUICK =
      ChangeStreamOptions.builder().maxAwaitTime(Duration.ofMillis(20)).build();

  @ParameterizedTest
  @EnumSource
  void no6AStreamOnThePrimaryFollowsIt(EngineTransport transport) throws InterruptedException {
    try (Stage stage = new Stage(transport, ServerVersion.NEWEST, 3, direct -> direct);
        var stream = stage.watch(QUICK)) {
      String first = stage.set().primary().orElseThrow().address();
      member(stage, first).crash(); // A step-down alone would leave the cursor alive.
      stage.insert(1, 1);
      event(stream);
      String second = stage.set().primary().orElseThrow().address();
      assertThat(second).isNotEqualTo(first);
      assertThat(addresses(stage)).containsExactly(first, second);
    }
  }

  @ParameterizedTest
  @EnumSource
  void no6AStreamOnASecondaryGoesToAnother(EngineTransport transport) throws InterruptedException {
    ChangeStreamOptions onSecondaries =
        QUICK.toBuilder().readPreference(ReadPreference.of(Mode.SECONDARY)).build();
    try (Stage stage = new Stage(transport, ServerVersion.NEWEST, 3, direct -> direct);
        var stream = stage.watch(onSecondaries)) {
      String first = addresses(stage).get(0);
      member(stage, first).crash();
      stage.insert(1, 1);
      event(stream);
      String second = addresses(stage).get(1);
      assertThat(second).isNotEqualTo(first);
      assertThat(member(stage, second).isPrimary()).isFalse();
    }
  }

  /** Where the stream's cursors have lived, one after the other. */
  private static List<String> addresses(Stage stage) {
    List<String> addresses = new ArrayList<>();
    for (StreamEvent event : stage.life()) {
      if (event instanceof StreamEvent.Opened opened) {
        addresses.add(opened.server().address());
      } else if (event instanceof StreamEvent.Resumed resumed) {
        addresses.add(resumed.server().address());
      }
    }
    return addresses;
  }

  private static FakeMember member(Stage stage, String address) {
    return stage.set().members().stream()
        .filter(member -> member.address().equals(address))
        .findFirst()
        .orElseThrow();
  }
}
