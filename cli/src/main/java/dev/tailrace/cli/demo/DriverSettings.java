package dev.tailrace.cli.demo;

import com.mongodb.ConnectionString;
import com.mongodb.MongoClientSettings;
import com.mongodb.WriteConcern;
import dev.tailrace.wire.tls.PemException;
import dev.tailrace.wire.tls.SslContexts;
import dev.tailrace.wire.tls.TlsOptions;
import javax.net.ssl.SSLContext;

/** The official driver's settings for a connection string. */
final class DriverSettings {

  private DriverSettings() {}

  /**
   * Those, with every write known to the majority. The driver does not read certificates from files
   * that a connection string names, so that is done here.
   *
   * @throws IllegalArgumentException if a file cannot be used, or the driver cannot make sense of
   *     the address
   */
  static MongoClientSettings of(String uri) {
    TlsOptions tls = dev.tailrace.wire.tcp.ConnectionString.parse(uri).tls();
    MongoClientSettings.Builder settings =
        MongoClientSettings.builder()
            .applyConnectionString(new ConnectionString(uri))
            .writeConcern(WriteConcern.MAJORITY);
    if (tls.enabled()) {
      SSLContext context = context(tls);
      settings.applyToSslSettings(
          ssl ->
              ssl.enabled(true)
                  .context(context)
                  .invalidHostNameAllowed(tls.allowInvalidHostnames()));
    }
    return settings.build();
  }

  private static SSLContext context(TlsOptions tls) {
    try {
      return SslContexts.of(tls);
    } catch (PemException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
  }
}
