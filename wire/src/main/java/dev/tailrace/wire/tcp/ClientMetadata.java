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

    BsonDocument metadata = metadata(appName, driver, fullOs, platform);
    if (length(metadata) > MAX_BYTES) {
      metadata = metadata(appName, driver, os, platform);
    }
    int excess = length(metadata) - MAX_BYTES;
    if (excess > 0) {
      int kept = Math.max(platform.length() - excess, 0);
      metadata = metadata(appName, driver, os, platform.substring(0, kept));
    }
    return metadata;
  }

  private static BsonDocument metadata(
      Optional<String> appName, BsonDocument driver, BsonDocument os, String platform) {
    BsonDocument metadata = new BsonDocument();
    appName.ifPresent(
        name -> metadata.append("application", new BsonDocument("name", new BsonString(name))));
    metadata.append("driver", driver).append("os", os);
    return platform.isEmpty() ? metadata : metadata.append("platform", new BsonString(platform));
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
