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
          serve --port x          | '--port'
          serve --port -1         | --port: expected 0 to 65535, found -1
          serve --port 65536      | --port: expected 0 to 65535, found 65536
          serve --members 0       | --members: expected 1 to 7, found 0
          serve --members 8       | --members: expected 1 to 7, found 8
          serve --version 9.9     | --version: no profile for server version "9.9"
          serve --version newest  | --version: no profile for server version "newest"
          serve --nonsense        | '--nonsense'
          token                   | TOKEN
          watch                   | URI
          nonsense                | 'nonsense'
          """)
  void names_what_is_wrong(String arguments, String message) {
    assertRefused(message, arguments.split(" +", -1));
  }

  @Test
  void the_last_member_needs_a_port_too() {
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
          --start-at                      | 1,2,3 | --start-at: expected SECONDS or SECONDS,INCREMENT
          --resume-after                  | {   | --resume-after: not the JSON of a document
          --start-after                   | {x  | --start-after: not the JSON of a document
          --batch-size                    | -1  | --batch-size: expected at least 0, found -1
          --batch-size                    | x   | '--batch-size'
          --max-await-ms                  | -1  | --max-await-ms: expected at least 0, found -1
          --give-up-after                 | -1  | --give-up-after: expected at least 0, found -1
          """)
  void names_what_is_wrong_with_a_watch(String option, String value, String message) {
    assertRefused(message, "watch", URI, option, value);
  }

  @ParameterizedTest
  @ValueSource(strings = {"demo", "watch", "serve", "token"})
  void every_command_explains_itself(String command) {
    Run run = Run.of(command, "--help");

    assertThat(run.status()).isZero();
    assertThat(run.out()).startsWith("Usage: tailrace " + command);
  }

  private static void assertRefused(String message, String... arguments) {
    Run run = Run.of(arguments);

    assertThat(run.status()).isEqualTo(2);
    assertThat(run.out()).isEmpty();
    assertThat(firstLine(run.err())).contains(message);
  }

  private static String firstLine(String text) {
    return text.lines().findFirst().orElse("");
  }
}
