package dev.tailrace.conformance.unified.format;

import com.google.gson.JsonElement;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import dev.harrel.jsonschema.Validator;
import dev.harrel.jsonschema.ValidatorFactory;
import dev.harrel.jsonschema.providers.GsonNode;
import dev.tailrace.conformance.support.Specifications;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The official JSON schemas of the unified test format: {@code schema-<version>.json}, read from
 * the specifications' own directory. A version is supported if its schema is there.
 *
 * <p>Not thread-safe.
 */
public final class FormatSchema {

  /** How many of a file's faults a refusal names. */
  private static final int FAULTS_NAMED = 3;

  /** What a file that names no version is checked against. */
  private static final String LATEST = "latest";

  private final Path directory = Specifications.directory("unified-test-format");
  private final Validator validator =
      new ValidatorFactory().withJsonNodeFactory(new GsonNode.Factory()).createValidator();
  private final Map<String, URI> schemas = new LinkedHashMap<>();

  /**
   * Checks a test file against the schema of the version that it names.
   *
   * @param json the file's text
   * @throws RefusedFileException if the file does not keep to the schema, or there is no schema of
   *     that version
   */
  public void check(String json) {
    JsonElement file = JsonParser.parseString(json);
    Validator.Result result = validator.validate(schema(versionOf(file)), json);
    if (!result.isValid()) {
      throw new RefusedFileException(
          result.getErrors().stream()
              .limit(FAULTS_NAMED)
              .map(
                  fault -> "at \"%s\": %s".formatted(fault.getInstanceLocation(), fault.getError()))
              .collect(Collectors.joining("; ", "breaks the schema ", "")));
    }
  }

  /** A version that is no version is left for the newest schema to refuse. */
  private static String versionOf(JsonElement file) {
    return file.isJsonObject()
            && file.getAsJsonObject().get("schemaVersion") instanceof JsonPrimitive version
            && version.getAsString().matches("\\d+(\\.\\d+){1,2}")
        ? version.getAsString()
        : LATEST;
  }

  /** Patch versions share their minor version's schema. */
  private URI schema(String version) {
    String minor = version.replaceFirst("^(\\d+\\.\\d+)\\.\\d+$", "$1");
    return schemas.computeIfAbsent(minor, this::register);
  }

  private URI register(String version) {
    Path file = directory.resolve("schema-" + version + ".json");
    if (!Files.exists(file)) {
      throw new RefusedFileException("there is no schema of version " + version);
    }
    try {
      return validator.registerSchema(
          URI.create("urn:unified-test-format:" + version), Files.readString(file));
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }
}
