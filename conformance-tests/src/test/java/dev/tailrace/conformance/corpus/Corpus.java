package dev.tailrace.conformance.corpus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import dev.tailrace.conformance.support.OutsideData;
import dev.tailrace.fakeserver.ServerVersion;
import dev.tailrace.fakeserver.error.CommandFailure;
import dev.tailrace.fakeserver.error.ErrorCode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonString;
import org.bson.RawBsonDocument;
import org.bson.codecs.BsonDocumentCodec;
import org.bson.json.JsonMode;
import org.bson.json.JsonWriterSettings;
import org.junit.jupiter.api.DynamicTest;

/**
 * One file of the corpus: what its cases have in common, and the cases, each an input with the
 * answer or the error of the recorded server.
 */
final class Corpus {

  /** The release that was recorded. */
  static final ServerVersion VERSION = ServerVersion.V4_4;

  private static final JsonWriterSettings CANONICAL =
      JsonWriterSettings.builder().outputMode(JsonMode.EXTENDED).build();

  private final String name;
  private final BsonDocument header;
  private final List<BsonDocument> cases;
  private final UnmetCases unmet;

  private Corpus(String name, List<BsonDocument> lines) {
    this.name = name;
    this.header = lines.get(0);
    this.cases = lines.subList(1, lines.size());
    this.unmet = UnmetCases.of(name);
  }

  /** Reads a file. */
  static Corpus read(String name) {
    List<BsonDocument> lines =
        text(name).lines().map(line -> (BsonDocument) raw(BsonDocument.parse(line))).toList();
    return new Corpus(name, lines);
  }

  /** Reads a file that holds one array. */
  static BsonArray readArray(String name) {
    return BsonArray.parse(text(name));
  }

  private static String text(String name) {
    try {
      return Files.readString(OutsideData.require("tailrace.golden", "server-4.4/corpus/" + name));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Bytes behind a document, as those that come from the wire and from storage have. */
  private static RawBsonDocument raw(BsonDocument document) {
    return new RawBsonDocument(document, new BsonDocumentCodec());
  }

  private static ByteBuffer bytes(BsonDocument document) {
    return raw(document).getByteBuffer().asNIO();
  }

  /** Documents that all cases share. */
  List<BsonDocument> documents(String field) {
    return header.getArray(field).stream().map(value -> value.asDocument()).toList();
  }

  /** What the file says of itself and its cases. */
  BsonDocument header() {
    return header;
  }

  /**
   * A test of each case, which demands the recorded answer byte for byte, or the recorded error. Of
   * a case listed as unmet it demands that it still is, and is then skipped with the reason.
   *
   * @param inputs the fields of a case that are not its answer
   * @param play puts a case to the query package and gives the answer in the recorded form
   */
  Stream<DynamicTest> tests(Set<String> inputs, Function<BsonDocument, BsonDocument> play) {
    assertThat(cases.stream().map(recorded -> json(only(recorded, inputs, true))).toList())
        .as("every case listed as unmet is one of " + name)
        .containsAll(unmet.reasons().keySet());
    return cases.stream()
        .map(
            recorded -> {
              BsonDocument input = only(recorded, inputs, true);
              BsonDocument answer = only(recorded, inputs, false);
              return DynamicTest.dynamicTest(
                  json(input), () -> check(input, answer, answerOf(recorded, answer, play)));
            });
  }

  private static BsonDocument only(BsonDocument recorded, Set<String> fields, boolean included) {
    BsonDocument part = new BsonDocument();
    recorded.forEach(
        (field, value) -> {
          if (fields.contains(field) == included) {
            part.append(field, value);
          }
        });
    return part;
  }

  private static BsonDocument answerOf(
      BsonDocument recorded, BsonDocument answer, Function<BsonDocument, BsonDocument> play) {
    try {
      return play.apply(recorded);
    } catch (CommandFailure failure) {
      BsonDocument error = new BsonDocument("code", new BsonInt32(failure.code()));
      // Of errors of single writes there is no name on record, as there is none on the wire.
      if (!answer.containsKey("error") || answer.getDocument("error").containsKey("codeName")) {
        String codeName = ErrorCode.codeName(failure.code(), VERSION);
        error.append("codeName", new BsonString(codeName));
      }
      return new BsonDocument("error", error.append("errmsg", new BsonString(failure.message())));
    }
  }

  private void check(BsonDocument input, BsonDocument recorded, BsonDocument answer) {
    boolean same = bytes(answer).equals(bytes(recorded));
    String unmetBecause = unmet.reasons().get(json(input));
    if (unmetBecause != null) {
      assertThat(same).as("listed as unmet, but met").isFalse();
      abort("listed as different: " + unmetBecause);
    } else {
      assertThat(json(answer)).isEqualTo(json(recorded));
      assertThat(same).as("the same bytes").isTrue();
    }
  }

  private static String json(BsonDocument document) {
    return document.toJson(CANONICAL);
  }
}
