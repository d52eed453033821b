package dev.tailrace.wire.tcp;

import java.util.Objects;
import java.util.Optional;
import org.bson.BsonDocument;
import org.bson.BsonString;
import org.bson.RawBsonDocument;
import org.bson.codecs.BsonDocumentCodec;

/**
 * What the client tells of itself in each handshake, for the server's log (handshake
 * specification). No more than 512 bytes: the server would refuse the connection.
 */
final class ClientMetadata {

  private static final int MAX_BYTES = 512;
  private static final String NAME = "tailrace";

  private ClientMetadata() {}

  /**
   * The {@code client} document of this JVM.
   *
   * @param appName the application's name, at most 128 bytes
   * @param wrapper whoever wraps this transport
   */
  static BsonDocument of(Optional<String> appName, Optional<DriverInfo> wrapper) {
    return of(appName, wrapper, Surroundings.ofThisProcess());
  }

  /** What is too long is left out in the order that the specification gives, "Limitations". */
  static BsonDocument of(
      Optional<String> appName, Optional<DriverInfo> wrapper, Surroundings surroundings) {
    BsonDocument driver =
        new BsonDocument("name", joined(NAME, wrapper.map(DriverInfo::name)))
            .append("version", joined(version(), wrapper.map(DriverInfo::version)));
    String platform = "Java/" + property("java.vendor") + "/" + property("java.runtime.version");
    BsonDocument os = new BsonDocument("type", new BsonString(osType(property("os.name"))));
    BsonDocument fullOs =
        os.clone()
            .append("name", new BsonString(property("os.name")))
            .append("architecture", new BsonString(property("os.arch")))
            .append("version", new BsonString(property("os.version")));
    BsonDocument fullEnv = surroundings.toDocument();
    BsonDocument env = new BsonDocument();
    if (fullEnv.containsKey("name")) {
      env.append("name", fullEnv.get("name"));
    }

    BsonDocument metadata = metadata(appName, driver, fullOs, platform, fullEnv);
    if (length(metadata) > MAX_BYTES) {
      metadata = metadata(appName, driver, fullOs, platform, env);
    }
    if (length(metadata) > MAX_BYTES) {
      metadata = metadata(appName, driver, os, platform, env);
    }
    if (length(metadata) > MAX_BYTES) {
      metadata = metadata(appName, driver, os, platform, new BsonDocument());
    }
    int excess = length(metadata) - MAX_BYTES;
    if (excess > 0) {
      String shorter = platform.substring(0, Math.max(platform.length() - excess, 0));
      metadata = metadata(appName, driver, os, shorter, new BsonDocument());
    }
    return metadata;
  }

  private static BsonDocument metadata(
      Optional<String> appName,
      BsonDocument driver,
      BsonDocument os,
      String platform,
      BsonDocument env) {
    BsonDocument metadata = new BsonDocument();
    appName.ifPresent(
        name -> metadata.append("application", new BsonDocument("name", new BsonString(name))));
    metadata.append("driver", driver).append("os", os);
    if (!platform.isEmpty()) {
      metadata.append("platform", new BsonString(platform));
    }
    return env.isEmpty() ? metadata : metadata.append("env", env);
  }

  private static BsonString joined(String ours, Optional<String> wrappers) {
    return new BsonString(wrappers.map(theirs -> ours + "|" + theirs).orElse(ours));
  }

  private static String version() {
    return Objects.requireNonNullElse(
        ClientMetadata.class.getPackage().getImplementationVersion(), "unknown");
  }

  private static String property(String name) {
    return System.getProperty(name, "unknown");
  }

  private static String osType(String osName) {
    for (String type : new String[] {"Linux", "Windows", "BSD", "AIX"}) {
      if (osName.contains(type)) {
        return type;
      }
    }
    return osName.startsWith("Mac") ? "Darwin" : "unknown";
  }

  private static int length(BsonDocument document) {
    return new RawBsonDocument(document, new BsonDocumentCodec()).getByteBuffer().remaining();
  }
}
