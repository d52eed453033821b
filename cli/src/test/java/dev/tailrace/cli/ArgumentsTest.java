package dev.tailrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Who calls the command in a wrong way gets status 2, and is told what was wrong. */
class ArgumentsTest {

  private static final String URI = "mongodb://127.0.0.1:1/?serverSelectionTimeoutMS=100";

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          demo  --events 0        | --events: expected at least 1, found 0
          demo  --events many     | '--events'
          demo  --seed x          | '--seed'
          demo  --compress lzo    | --compress: expected one of [snappy, zlib, zstd], found lzo
          demo  --tls --uri mongodb://a | --tls, --auth, --compress: they are for a fake set
          serve --port x          | '--port'
          serve --port -1         | --port: expected 0 to 65535, found -1
          serve --port 65536      | --port: expected 0 to 65535, found 65536
          serve --members 0       | --members: expected 1 to 7, found 0
          serve --members 8       | --members: expected 1 to 7, found 8
          serve --version 9.9     | --version: no profile for server version "9.9"
          serve --version newest  | --version: no profile for server version "newest"
          serve --standalone --members 3 | --standalone: expected --members 1, found 3
          serve --oplog-mb 0      | --oplog-mb: expected at least 1, found 0
          serve --tls --tls-certificate-key-file x | --tls: expected no other certificate
          serve --tls-ca-file x   | --tls-ca-file: expected --tls-certificate-key-file with it
          serve --tls --x509-user CN=a | --x509-user: expected --tls-ca-file with it
          serve --tls-certificate-key-file /nowhere | cannot read /nowhere
          serve --auth ann:x --auth bob | --auth bob: a password can be made for the first user only
          serve --nonsense        | '--nonsense'
          token                   | TOKEN
          watch                   | URI
          nonsense                | 'nonsense'
          """)
  void namesWhatIsWrong(String arguments, String message) {
    assertRefused(message, arguments.split(" +", -1));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          watch --collecton c mongodb://ann:Qx7Zw@a/ | 'mongodb:...'
          wacth mongodb://ann:Qx7Zw@a/               | 'mongodb:...'
          watch mongodb://ann:Qx7Zw@a/ mongodb://ann:Qx7Zw@a/ | 'mongodb:...'
          watch --batch-size mongodb://ann:Qx7Zw@a/  | 'mongodb:...' is not an int
          watch --batch-size=mongodb://ann:Qx7Zw@a/  | 'mongodb:...' is not an int
          demo mongodb://ann:Qx7Zw@a/                | 'mongodb:...'
          serve --atuh ann:Qx7Zw                     | 'ann:...'
          serve ann:Qx7Zw                            | 'ann:...'
          serve --port ann:Qx7Zw                     | 'ann:...' is not an int
          """)
  void noPasswordIsShown(String arguments, String message) {
    assertRefused(message, arguments.split(" +", -1));
    assertThat(Run.of(arguments.split(" +", -1)).err()).doesNotContain("Qx7Zw");
  }

  @Test
  void theLastMemberNeedsAPortToo() {
    assertRefused(
        "--port: expected 0 to 65533, found 65534", "serve", "--members=3", "--port=65534");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      textBlock =
          """
          --collection                    | c   | --collection needs --db
          --pipeline                      | {}  | --pipeline: expected a JSON array of documents
          --pipeline                      | [1] | --pipeline: expected a JSON array of documents
          --pipeline                      | [{a: {$oid: 1}}]     | --pipeline: expected a JSON array of documents
          --pipeline                      | "[{a: {$oid: 'x'}}]" | --pipeline: expected a JSON array of documents
          --resume-after                  | "{a: {$oid: 'x'}}"   | --resume-after: not the JSON of a document
          --pipeline                      | [   | --pipeline: expected a JSON array of documents
          --start-at                      | x   | --start-at: expected SECONDS or SECONDS,INCREMENT
          --start-at                      | 1,x | --start-at: expected SECONDS or SECONDS,INCREMENT
          --pipeline                      | {$match: {}} | --pipeline: expected a JSON array of documents: found a value of type document
          --pipeline                      | [{}, 1]      | --pipeline: expected a JSON array of documents: found a value of type int32
          --start-at                      | 99999999999 | --start-at: out of range: expected SECONDS up to 4294967295, found 99999999999 (were milliseconds meant?)
          --start-at                      | "4294967295,4294967296" | --start-at: out of range: expected INCREMENT up to 4294967295, found 4294967296
          --start-at                      | -1    | --start-at: expected SECONDS or SECONDS,INCREMENT
          --start-at                      | 1,2,3 | --start-at: expected SECONDS or SECONDS,INCREMENT
          --resume-after                  | {   | --resume-after: not the JSON of a document
          --start-after                   | {x  | --start-after: not the JSON of a document
          --batch-size                    | -1  | --batch-size: expected at least 0, found -1
          --batch-size                    | x   | '--batch-size'
          --max-await-ms                  | -1  | --max-await-ms: expected at least 0, found -1
          --give-up-after                 | -1  | --give-up-after: expected at least 0, found -1
          """)
  void namesWhatIsWrongWithAWatch(String option, String value, String message) {
    assertRefused(message, "watch", URI, option, value);
  }

  @ParameterizedTest
  @ValueSource(strings = {"demo", "watch", "serve", "token"})
  void everyCommandExplainsItself(String command) {
    Run run = Run.of(command, "--help");

    assertThat(run.status()).isZero();
    assertThat(run.out()).startsWith("Usage: tailrace " + command);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "demo", "watch", "serve", "token"})
  void everyCommandTellsTheProgramSVersion(String command) {
    Run run = command.isEmpty() ? Run.of("-V") : Run.of(command, "-V");

    assertThat(run.status()).isZero();
    assertThat(run.out()).matches("tailrace \\d+\\.\\d+\\.\\d+(-SNAPSHOT)?\\R");
  }

  @Test
  void saysWhereThereIsMoreToReadAndNoMoreThanThat() {
    assertThat(Run.of("token").err())
        .isEqualToIgnoringNewLines("Missing required parameter: 'TOKEN'see tailrace token --help");
    assertThat(Run.of("wach").err().lines())
        .containsExactly(
            "Unmatched argument at index 0: 'wach'",
            "Did you mean: tailrace watch?",
            "see tailrace --help");
  }

  @Test
  void theHelpOfServeNamesEveryReleaseLine() {
    assertThat(Run.of("serve", "--help").out().replaceAll("\\s+", " "))
        .contains("one of 4.2, 4.4, 5.0, 6.0, 7.0, 8.0, 8.2, or");
  }

  private static void assertRefused(String message, String... arguments) {
    Run run = Run.of(arguments);

    assertThat(run.status()).isEqualTo(2);
    assertThat(run.out()).isEmpty();
    assertThat(firstLine(run.err())).contains(message);
    assertThat(run.err()).matches("(?s).*\\Rsee tailrace( \\w+)? --help\\R");
  }

  private static String firstLine(String text) {
    return text.lines().findFirst().orElse("");
  }
}
