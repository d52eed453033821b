package dev.tailrace.engine.token;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonString;
import org.bson.BsonValue;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * What a recorded 4.4 server said and answered of tokens. The recording is read from where the
 * property {@code tailrace.golden} points.
 */
class RecordedTokensTest {

  private static final int NEWEST_VERSION_OF_4_4 = 1;

  @Test
  void everyTokenIsReadAndWrittenTheSame() {
    List<BsonDocument> tokens =
        answeredDocuments()
            .filter(document -> document.get("_data") instanceof BsonString)
            .toList();
    assertThat(tokens).hasSizeGreaterThan(200);
    for (BsonDocument token : tokens) {
      DecodedToken decoded = ResumeTokenCodec.decodeAsServer(token, NEWEST_VERSION_OF_4_4);
      assertThat(decoded).isEqualTo(ResumeTokenCodec.decode(token));
      assertThat(ResumeTokenCodec.encode(decoded)).isEqualTo(token);
    }
  }

  @Test
  void anEventsTokenSaysWhatTheEventSays() {
    List<BsonDocument> events =
        answeredDocuments().filter(document -> document.containsKey("operationType")).toList();
    assertThat(events).hasSizeGreaterThan(100);
    for (BsonDocument event : events) {
      DecodedToken token = ResumeTokenCodec.decode(event.getDocument("_id"));
      assertThat(token.isHighWaterMark()).isFalse();
      assertThat(token.version()).isEqualTo(1);
      assertThat(token.clusterTime()).isEqualTo(event.getTimestamp("clusterTime"));
      assertThat(token.eventIdentifier()).isEqualTo(event.get("documentKey"));
      assertThat(token.fromInvalidate())
          .isEqualTo(event.getString("operationType").getValue().equals("invalidate"));
    }
  }

  @Test
  void badTokensAreRefusedWithTheSameWords() {
    List<String> answers = new ArrayList<>();
    BsonDocument conversation =
        conversations().stream()
            .filter(each -> each.getString("name").getValue().equals("malformed-tokens"))
            .findFirst()
            .orElseThrow();
    for (BsonValue step : conversation.getArray("steps")) {
      BsonDocument reply = step.asDocument().getDocument("reply");
      BsonDocument token = givenToken(step.asDocument());
      if (token != null) {
        String answer = answer(token);
        assertThat(answer).as("%s", token).isEqualTo(recordedAnswer(reply));
        answers.add(answer);
      }
    }
    assertThat(answers).hasSize(20);
  }

  /** The document after resumeAfter or startAfter of a step's command, if it is one. */
  private static @Nullable BsonDocument givenToken(BsonDocument step) {
    BsonArray pipeline = step.getDocument("cmd").getArray("pipeline", new BsonArray());
    if (pipeline.isEmpty()) {
      return null;
    }
    BsonDocument spec = pipeline.get(0).asDocument().getDocument("$changeStream");
    String option = spec.getFirstKey();
    return spec.isDocument(option) ? spec.getDocument(option) : null;
  }

  private static String answer(BsonDocument token) {
    try {
      ResumeTokenCodec.decodeAsServer(token, NEWEST_VERSION_OF_4_4);
      return "taken";
    } catch (InvalidTokenException refused) {
      return refused.code() + " " + refused.getMessage();
    }
  }

  private static String recordedAnswer(BsonDocument reply) {
    int code = reply.getInt32("code").getValue();
    // The token was read, but its event was not found.
    return code == 280 ? "taken" : code + " " + reply.getString("errmsg").getValue();
  }

  private static List<BsonDocument> conversations() {
    Path file =
        Path.of(System.getProperty("tailrace.golden", "none"), "server-4.4", "conversations.jsonl");
    ReferenceData.require(file);
    try {
      return Files.readAllLines(file).stream().map(BsonDocument::parse).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Every document in anything that the server sent; commands are left out. */
  private static Stream<BsonDocument> answeredDocuments() {
    return conversations().stream()
        .flatMap(conversation -> conversation.getArray("steps").stream())
        .flatMap(step -> step.asDocument().entrySet().stream())
        .filter(field -> !field.getKey().equals("cmd"))
        .flatMap(field -> documentsIn(field.getValue()));
  }

  private static Stream<BsonDocument> documentsIn(BsonValue value) {
    if (value.isArray()) {
      return value.asArray().stream().flatMap(RecordedTokensTest::documentsIn);
    }
    if (value.isDocument()) {
      BsonDocument document = value.asDocument();
      return Stream.concat(
          Stream.of(document), document.values().stream().flatMap(RecordedTokensTest::documentsIn));
    }
    return Stream.empty();
  }
}
