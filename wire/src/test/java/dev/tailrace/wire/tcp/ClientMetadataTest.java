package dev.tailrace.wire.tcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.bson.BsonDocument;
import org.bson.RawBsonDocument;
import org.bson.codecs.BsonDocumentCodec;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ClientMetadataTest {

  @Test
  void tellsOfTheDriverAndTheMachine() {
    BsonDocument metadata =
        ClientMetadata.of(Optional.empty(), Optional.empty(), new Surroundings(Map.of(), false));

    assertThat(metadata.keySet()).containsExactly("driver", "os", "platform");
    assertThat(metadata.getDocument("driver").keySet()).containsExactly("name", "version");
    assertThat(metadata.getDocument("os").keySet())
        .containsExactly("type", "name", "architecture", "version");
  }

  /** The server would refuse the connection; what was chosen by others is never cut. */
  @Test
  void neverExceeds512Bytes() {
    DriverInfo longest = new DriverInfo("n".repeat(64), "v".repeat(32));

    BsonDocument metadata = ClientMetadata.of(Optional.of("ü".repeat(64)), Optional.of(longest));

    assertThat(new RawBsonDocument(metadata, new BsonDocumentCodec()).getByteBuffer().remaining())
        .isLessThanOrEqualTo(512);
    assertThat(metadata.getDocument("application").getString("name").getValue()).hasSize(64);
    assertThat(metadata.getDocument("driver").getString("name").getValue())
        .endsWith(longest.name());
    assertThat(metadata.getDocument("os").containsKey("type")).isTrue();
  }

  /** The cases of the handshake specification's tests, "client.env". */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      useHeadersInDisplayName = true,
      quoteCharacter = '`',
      nullValues = "-",
      textBlock =
          """
          variables                                                                              | env
          AWS_EXECUTION_ENV=AWS_Lambda_java8,AWS_REGION=us-east-2,AWS_LAMBDA_FUNCTION_MEMORY_SIZE=1024 | {name: 'aws.lambda', memory_mb: 1024, region: 'us-east-2'}
          AWS_LAMBDA_RUNTIME_API=127.0.0.1                                                        | {name: 'aws.lambda'}
          FUNCTIONS_WORKER_RUNTIME=node                                                           | {name: 'azure.func'}
          K_SERVICE=s,FUNCTION_MEMORY_MB=1024,FUNCTION_TIMEOUT_SEC=60,FUNCTION_REGION=us-central1 | {name: 'gcp.func', memory_mb: 1024, timeout_sec: 60, region: 'us-central1'}
          FUNCTION_NAME=f                                                                         | {name: 'gcp.func'}
          VERCEL=1,VERCEL_REGION=cdg1                                                             | {name: 'vercel', region: 'cdg1'}
          VERCEL=1,AWS_EXECUTION_ENV=AWS_Lambda_java8                                             | {name: 'vercel'}
          # It cannot be told which.
          AWS_EXECUTION_ENV=AWS_Lambda_java8,FUNCTIONS_WORKER_RUNTIME=node                        | -
          AWS_EXECUTION_ENV=AWS_Lambda_java8,AWS_LAMBDA_FUNCTION_MEMORY_SIZE=big                  | {name: 'aws.lambda'}
          AWS_EXECUTION_ENV=EC2                                                                   | -
          FUNCTIONS_WORKER_RUNTIME=                                                               | -
          AWS_EXECUTION_ENV=AWS_Lambda_java8,KUBERNETES_SERVICE_HOST=1                            | {name: 'aws.lambda', container: {orchestrator: 'kubernetes'}}
          KUBERNETES_SERVICE_HOST=1                                                               | {container: {orchestrator: 'kubernetes'}}
          """)
  void tellsWhereItRuns(String variables, @Nullable String env) {
    BsonDocument metadata =
        ClientMetadata.of(
            Optional.empty(), Optional.empty(), new Surroundings(parse(variables), false));

    assertThat(metadata.get("env")).isEqualTo(env == null ? null : BsonDocument.parse(env));
  }

  @Test
  void tellsOfDocker() {
    assertThat(new Surroundings(Map.of(), true).toDocument())
        .isEqualTo(BsonDocument.parse("{container: {runtime: 'docker'}}"));
  }

  /**
   * The longer a name becomes, the more has gone: what is known of the surroundings but their name,
   * then of the system but its type, then the surroundings, then the end of the platform.
   */
  @Test
  void whatIsTooLongIsLeftOutInOrder() {
    Surroundings lambda =
        new Surroundings(
            Map.of(
                "AWS_EXECUTION_ENV", "AWS_Lambda_java17",
                "AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "128",
                "AWS_REGION", "us-east-2"),
            true);
    Set<String> steps = new LinkedHashSet<>();
    for (int length = 1; !steps.contains("env 0, os 1, cut platform"); length++) {
      BsonDocument metadata =
          ClientMetadata.of(Optional.of("n".repeat(length)), Optional.empty(), lambda);

      assertThat(new RawBsonDocument(metadata, new BsonDocumentCodec()).getByteBuffer().remaining())
          .isLessThanOrEqualTo(512);
      boolean wholePlatform =
          metadata
              .getString("platform")
              .getValue()
              .endsWith(System.getProperty("java.runtime.version"));
      steps.add(
          "env %d, os %d, %s platform"
              .formatted(
                  metadata.getDocument("env", new BsonDocument()).size(),
                  metadata.getDocument("os").size(),
                  wholePlatform ? "whole" : "cut"));
    }

    assertThat(steps)
        .containsExactly(
            "env 4, os 4, whole platform",
            "env 1, os 4, whole platform",
            "env 1, os 1, whole platform",
            "env 0, os 1, whole platform",
            "env 0, os 1, cut platform");
  }

  private static Map<String, String> parse(String variables) {
    return Arrays.stream(variables.split(","))
        .map(pair -> pair.split("=", 2))
        .collect(Collectors.toMap(pair -> pair[0], pair -> pair[1]));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a|b", "naïve", "line\nbreak"})
  void aNameThatCannotBeShownIsRefused(String name) {
    assertThatIllegalArgumentException().isThrownBy(() -> new DriverInfo(name, "1"));
    assertThatIllegalArgumentException().isThrownBy(() -> new DriverInfo("a", name));
  }
}
