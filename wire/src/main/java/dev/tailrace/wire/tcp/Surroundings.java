package dev.tailrace.wire.tcp;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonString;
import org.jspecify.annotations.Nullable;

/**
 * Where this process runs, as the servers' logs shall tell: a function as a service, a container
 * (handshake specification, "client.env").
 *
 * @param variables the environment variables
 * @param docker whether Docker says that this is one of its containers
 */
record Surroundings(Map<String, String> variables, boolean docker) {

  /** Those of this process. */
  static Surroundings ofThisProcess() {
    return new Surroundings(System.getenv(), Files.exists(Path.of("/.dockerenv")));
  }

  /** The document {@code env}; empty if there is nothing to tell. */
  BsonDocument toDocument() {
    BsonDocument env = new BsonDocument();
    service()
        .ifPresent(
            name -> {
              env.append("name", new BsonString(name));
              switch (name) {
                case "aws.lambda" -> {
                  number(env, "memory_mb", "AWS_LAMBDA_FUNCTION_MEMORY_SIZE");
                  text(env, "region", "AWS_REGION");
                }
                case "gcp.func" -> {
                  number(env, "memory_mb", "FUNCTION_MEMORY_MB");
                  number(env, "timeout_sec", "FUNCTION_TIMEOUT_SEC");
                  text(env, "region", "FUNCTION_REGION");
                }
                case "vercel" -> text(env, "region", "VERCEL_REGION");
                default -> {} // There is no more to tell of Azure.
              }
            });
    BsonDocument container = new BsonDocument();
    if (docker) {
      container.append("runtime", new BsonString("docker"));
    }
    if (has("KUBERNETES_SERVICE_HOST")) {
      container.append("orchestrator", new BsonString("kubernetes"));
    }
    return container.isEmpty() ? env : env.append("container", container);
  }

  /** The service; empty if there is none, or it cannot be told which of several. */
  private Optional<String> service() {
    List<String> services = new ArrayList<>();
    if (has("VERCEL")) {
      services.add("vercel"); // Runs on Lambda, and is the one to be told.
    } else if (variables.getOrDefault("AWS_EXECUTION_ENV", "").startsWith("AWS_Lambda_")
        || has("AWS_LAMBDA_RUNTIME_API")) {
      services.add("aws.lambda");
    }
    if (has("FUNCTIONS_WORKER_RUNTIME")) {
      services.add("azure.func");
    }
    if (has("K_SERVICE") || has("FUNCTION_NAME")) {
      services.add("gcp.func");
    }
    return services.size() == 1 ? Optional.of(services.get(0)) : Optional.empty();
  }

  private boolean has(String variable) {
    return !variables.getOrDefault(variable, "").isEmpty();
  }

  private void text(BsonDocument env, String field, String variable) {
    if (has(variable)) {
      env.append(field, new BsonString(variables.getOrDefault(variable, "")));
    }
  }

  /** Left out if it is no number. */
  private void number(BsonDocument env, String field, String variable) {
    @Nullable String value = variables.get(variable);
    try {
      if (value != null) {
        env.append(field, new BsonInt32(Integer.parseInt(value)));
      }
    } catch (NumberFormatException e) {
      // Not worth a word: it is for a log on the other side.
    }
  }
}
