package dev.tailrace.conformance.policies;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.conformance.support.FacedStream;
import dev.tailrace.conformance.support.VirtualStage;
import dev.tailrace.engine.ChangeStreamOptions;
import dev.tailrace.engine.InvalidatePolicy;
import dev.tailrace.engine.Next;
import dev.tailrace.engine.ResumeToken;
import dev.tailrace.engine.StreamEvent;
import dev.tailrace.engine.event.ChangeEvent;
import dev.tailrace.engine.face.undertest.FaceUnderTest;
import dev.tailrace.fakeserver.ServerVersion;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A collection is dropped under its stream, and made anew. */
@Timeout(60)
class ContinueAfterTest {

  private static final ChangeStreamOptions GO_ON =
      ChangeStreamOptions.builder().invalidatePolicy(InvalidatePolicy.CONTINUE_AFTER).build();

  static Stream<Arguments> facesAndReleases() {
    return Stream.of(FaceUnderTest.values())
        .flatMap(
            face ->
                Stream.of(ServerVersion.V4_2, ServerVersion.NEWEST)
                    .map(release -> Arguments.of(face, release)));
  }

  @ParameterizedTest(name = "{0}, server {1}")
  @MethodSource("facesAndReleases")
  void theStreamSeesWhatIsMadeAnewUnderTheSameName(FaceUnderTest face, ServerVersion release)
      throws InterruptedException {
    try (VirtualStage stage = VirtualStage.of(release);
        var stream = stage.open(face, stage.streams(GO_ON).events())) {
      stage.insert("{_id: 1}");
      stage.run("{drop: 'orders'}");
      stage.insert("{_id: 2}", "{_id: 3}");

      assertThat(types(stream, 5))
          .containsExactly("insert", "drop", "invalidate", "insert", "insert");

      assertThat(stage.life(StreamEvent.Continued.class)).hasSize(1);
      assertThat(stage.commands("aggregate")).hasSize(2);
      assertThat(stream.isAlive()).isTrue();
    }
  }

  @ParameterizedTest(name = "{0}, server {1}")
  @MethodSource("facesAndReleases")
  void theTokenOfTheInvalidateIsTheOneToStartAfter(FaceUnderTest face, ServerVersion release)
      throws InterruptedException {
    try (VirtualStage stage = VirtualStage.of(release)) {
      ResumeToken behindTheInvalidate;
      try (var stream = stage.open(face, stage.streams(GO_ON).events())) {
        stage.insert("{_id: 1}");
        stage.run("{drop: 'orders'}");
        types(stream, 3);
        behindTheInvalidate = stream.resumeToken().orElseThrow();
      }
      stage.insert("{_id: 2}");
      ChangeStreamOptions onwards = GO_ON.toBuilder().startAfter(behindTheInvalidate).build();
      try (var stream = stage.open(face, stage.streams(onwards).events())) {
        assertThat(types(stream, 1)).containsExactly("insert");
      }
    }
  }

  private static List<String> types(FacedStream<ChangeEvent> stream, int count)
      throws InterruptedException {
    List<String> types = new ArrayList<>();
    while (types.size() < count && stream.next() instanceof Next.Event<ChangeEvent> event) {
      types.add(event.value().operationType().toString());
    }
    return types;
  }
}
