package dev.tailrace.conformance.golden;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.conformance.support.ServerProfile;
import dev.tailrace.conformance.support.TestServer;
import dev.tailrace.fakeserver.ServerVersion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.junit.jupiter.api.Test;

/**
 * The recorded conversations, held with two servers side by side: one that listens somewhere, and a
 * fake of the release that it says it is. What differs is a difference between the fake and that
 * server, whatever the recorded one said.
 *
 * <p>With {@code -Dtailrace.mongodb.uri=mongodb://...} (or {@code -Dtailrace.mongodb.image}) the
 * server is that one, all conversations are held with it, and {@code target/side-by-side.txt} says
 * what differed. Without, it is a fake in real time, and few are held, to show that this works.
 */
class SideBySideTest {

  private static final Path REPORT = Path.of("target", "side-by-side.txt");

  /** Of different kinds, and without pauses. */
  private static final Set<String> FEW =
      Set.of("insert-events", "resume-after", "crud-replies", "malformed-tokens");

  @Test
  void theFakeAnswersAsTheServerDoes() throws Exception {
    List<ServerProfile> profiles = ServerProfile.all();
    ServerProfile newest = profiles.get(profiles.size() - 1);
    try (TestServer server = newest.start()) {
      PlayedServer one = ServerAtAddress.primaryOf(server.connectionString());
      List<String> report = compare(one, versionOf(one), !newest.isFake());
      write(report);
      assertThat(report).as("also in conformance-tests/" + REPORT).isEmpty();
    }
  }

  @Test
  void serversOfDifferentReleasesAreToldApart() throws Exception {
    ServerVersion oldest = ServerVersion.ALL.get(0);
    ServerVersion newest = ServerVersion.ALL.get(ServerVersion.ALL.size() - 1);
    try (PlayedServer old = FakeInVirtualTime.start(oldest)) {
      assertThat(compare(old, newest, /* all= */ false))
          .anyMatch(line -> line.startsWith("insert-events") && line.contains("wallTime"));
    }
  }

  /** One line a difference, in the order of the conversations. */
  private static List<String> compare(PlayedServer server, ServerVersion version, boolean all)
      throws InterruptedException {
    List<String> differences = new ArrayList<>();
    try (PlayedServer fake = FakeInVirtualTime.start(version)) {
      for (BsonDocument conversation : Recordings.read("conversations.jsonl")) {
        String name = conversation.getString("name").getValue();
        if (all || FEW.contains(name)) {
          List<Turn> expected = new ConversationPlayer(server, conversation).play();
          ConversationJudge.play(conversation, expected, fake)
              .forEach(difference -> differences.add(name + ", " + difference));
        }
      }
    }
    return differences;
  }

  private static ServerVersion versionOf(PlayedServer server) throws InterruptedException {
    try (RawSession session = server.connect()) {
      session.send("admin", new BsonDocument("buildInfo", new BsonInt32(1)));
      BsonDocument buildInfo = requireNonNull(session.receive(Duration.ofSeconds(30)), "buildInfo");
      return ServerVersion.parse(buildInfo.getString("version").getValue());
    }
  }

  private static void write(List<String> report) throws IOException {
    Files.createDirectories(REPORT.getParent());
    Files.write(REPORT, report);
  }
}
