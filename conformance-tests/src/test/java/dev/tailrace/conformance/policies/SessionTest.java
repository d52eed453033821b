package dev.tailrace.conformance.policies;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.conformance.support.VirtualStage;
import dev.tailrace.engine.ChangeStreamOptions;
import dev.tailrace.engine.Next;
import dev.tailrace.engine.face.undertest.FaceUnderTest;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.bson.BsonDocument;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A stream has one session, whatever befalls it. */
@Timeout(60)
class SessionTest {

  @ParameterizedTest
  @EnumSource
  void everyCommandOfAStreamHasOneSession(FaceUnderTest face) throws InterruptedException {
    try (VirtualStage stage = new VirtualStage(3);
        var stream = stage.open(face, stage.streams(ChangeStreamOptions.DEFAULTS))) {
      stage.insert("{_id: 1}");
      assertThat(stream.next()).isInstanceOf(Next.Event.class);
      stage.set().primary().orElseThrow().crash();
      stage.insertAfter(Duration.ofSeconds(5), "{_id: 2}");
      assertThat(stream.next()).isInstanceOf(Next.Event.class);

      List<BsonDocument> sent =
          Stream.of("aggregate", "getMore").flatMap(name -> stage.commands(name).stream()).toList();
      assertThat(stage.commands("aggregate")).hasSizeGreaterThan(1);
      assertThat(sent).extracting(command -> command.get("lsid")).doesNotContainNull();
      assertThat(sent.stream().map(command -> command.getDocument("lsid")).distinct()).hasSize(1);
    }
  }
}
