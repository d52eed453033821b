package dev.tailrace.cli;

import dev.tailrace.engine.token.DecodedTokenJson;
import dev.tailrace.engine.token.InvalidTokenException;
import dev.tailrace.engine.token.ResumeTokenCodec;
import java.util.concurrent.Callable;
import org.bson.BsonDocument;
import org.bson.BsonString;
import org.bson.BsonType;
import org.bson.json.JsonMode;
import org.bson.json.JsonWriterSettings;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Takes a resume token apart, or puts one together. */
@Command(
    name = "token",
    description = "Prints what a resume token says, as one JSON object; or makes one from that.",
    mixinStandardHelpOptions = true)
final class TokenCommand implements Callable<Integer> {

  private static final JsonWriterSettings CANONICAL =
      JsonWriterSettings.builder().outputMode(JsonMode.EXTENDED).build();

  @Spec private CommandSpec spec;

  @Parameters(
      paramLabel = "TOKEN",
      description =
          "a token's hex string, or the JSON of its document; with --encode the JSON that this"
              + " command prints without it")
  private String token;

  @Option(names = "--encode", description = "make the token of which this is the decoded form")
  private boolean encode;

  @Override
  public Integer call() {
    try {
      BsonDocument result =
          encode
              ? ResumeTokenCodec.encode(DecodedTokenJson.fromDocument(parse(token)))
              : DecodedTokenJson.toDocument(ResumeTokenCodec.decode(document(token)));
      spec.commandLine().getOut().println(result.toJson(CANONICAL));
      return 0;
    } catch (InvalidTokenException invalid) {
      throw new IllegalArgumentException(
          "not a resume token (server error %d): %s"
              .formatted(invalid.code(), invalid.getMessage()),
          invalid);
    }
  }

  /**
   * The document of a token as it is usually given: its JSON, or the hex string alone.
   *
   * @throws IllegalArgumentException if it begins like JSON and is none
   */
  static BsonDocument document(String token) {
    return token.strip().startsWith("{")
        ? parse(token)
        : new BsonDocument("_data", new BsonString(token.strip()));
  }

  private static BsonDocument parse(String json) {
    try {
      return JsonArgument.expect(BsonType.DOCUMENT, JsonArgument.parse(json)).asDocument();
    } catch (IllegalArgumentException notOne) {
      throw new IllegalArgumentException(
          "not the JSON of a document: " + notOne.getMessage(), notOne);
    }
  }
}
