package dev.tailrace.fakeserver.command;

import dev.tailrace.fakeserver.ServerVersion;
import dev.tailrace.fakeserver.error.CommandFailure;
import dev.tailrace.fakeserver.error.ErrorCode;
import dev.tailrace.fakeserver.storage.RawDocuments;
import java.nio.charset.StandardCharsets;
import org.bson.BsonDocument;
import org.bson.BsonString;
import org.bson.BsonValue;
import org.jspecify.annotations.Nullable;

/** What a client says of itself in its first hello, and what it has to say there. */
final class ClientMetadata {

  private static final int MAX_BYTES = 1024;
  private static final int MAX_APPLICATION_NAME_BYTES = 128;
  private static final String WHERE = " in the client metadata document";

  private ClientMetadata() {}

  /**
   * Checks {@code client}, in the order of its fields.
   *
   * @throws CommandFailure 14, 183, 184 or 185
   */
  static void check(BsonValue client, ServerVersion version) {
    if (!(client instanceof BsonDocument document)) {
      throw wrongType("The client metadata document must be a document");
    }
    if (RawDocuments.size(RawDocuments.of(document)) > MAX_BYTES) {
      throw new CommandFailure(
          ErrorCode.CLIENT_METADATA_DOCUMENT_TOO_LARGE,
          "The client metadata document must be less then or equal to "
              + MAX_BYTES
              + (version.atLeast(5, 0) ? " bytes" : "bytes"));
    }
    for (String field : document.keySet()) {
      switch (field) {
        case "application" -> checkApplication(inner(document, field));
        case "driver" -> {
          requireStrings("driver", inner(document, field), "name", "version");
          requirePresent("driver", inner(document, field), "name", "version");
        }
        case "os" -> {
          requireStrings("os", inner(document, field), "type");
          requirePresent("os", inner(document, field), "type");
        }
        default -> {}
      }
    }
    for (String part : new String[] {"driver", "os"}) {
      if (!document.containsKey(part)) {
        throw missing("sub-document '" + part + "'");
      }
    }
  }

  private static BsonDocument inner(BsonDocument document, String field) {
    if (document.get(field) instanceof BsonDocument inner) {
      return inner;
    }
    throw wrongType("The '" + field + "' field is required to be a BSON document" + WHERE);
  }

  private static void checkApplication(BsonDocument application) {
    requireStrings("application", application, "name");
    if (application.get("name") instanceof BsonString name
        && name.getValue().getBytes(StandardCharsets.UTF_8).length > MAX_APPLICATION_NAME_BYTES) {
      throw new CommandFailure(
          ErrorCode.CLIENT_METADATA_APP_NAME_TOO_LARGE,
          "The 'application.name' field must be less then or equal to "
              + MAX_APPLICATION_NAME_BYTES
              + " bytes"
              + WHERE);
    }
  }

  private static void requireStrings(String part, BsonDocument document, String... fields) {
    for (String field : fields) {
      @Nullable BsonValue value = document.get(field);
      if (value != null && !value.isString()) {
        throw wrongType("The '%s.%s' field must be a string".formatted(part, field) + WHERE);
      }
    }
  }

  private static void requirePresent(String part, BsonDocument document, String... fields) {
    for (String field : fields) {
      if (!document.containsKey(field)) {
        throw missing("field '%s.%s'".formatted(part, field));
      }
    }
  }

  private static CommandFailure wrongType(String message) {
    return new CommandFailure(ErrorCode.TYPE_MISMATCH, message);
  }

  private static CommandFailure missing(String what) {
    return new CommandFailure(
        ErrorCode.CLIENT_METADATA_MISSING_FIELD, "Missing required " + what + WHERE);
  }
}
