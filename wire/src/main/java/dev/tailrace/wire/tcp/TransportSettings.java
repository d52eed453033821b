package dev.tailrace.wire.tcp;

import dev.tailrace.engine.transport.Timers;
import dev.tailrace.wire.auth.Authenticator;
import dev.tailrace.wire.compression.Compressor;
import dev.tailrace.wire.compression.Compressors;
import java.util.List;
import java.util.Optional;
import org.bson.BsonDocument;

/**
 * What all parts of one transport go by.
 *
 * @param options the connection string
 * @param clientMetadata the {@code client} document of each handshake; not to be changed
 * @param authenticator who the connections for operations authenticate as; empty for nobody
 * @param tls what connections are encrypted by; empty if they are not
 * @param compressors what their messages may be compressed by, the best first
 * @param timers what time limits go by
 */
record TransportSettings(
    ConnectionString options,
    BsonDocument clientMetadata,
    Optional<Authenticator> authenticator,
    Optional<TlsLayer> tls,
    List<Compressor> compressors,
    Timers timers) {

  /** The same, with what DNS has added to the connection string. */
  TransportSettings resolvedTo(ConnectionString resolved) {
    return new TransportSettings(
        resolved, clientMetadata, authenticator(resolved), tls, compressors, timers);
  }

  /** Who a connection string says that the client is. */
  static Optional<Authenticator> authenticator(ConnectionString options) {
    return options.credential().map(credential -> new Authenticator(credential, new Nonces()));
  }

  /**
   * The same for connections that only check a server: they never authenticate, and what they say
   * is short.
   */
  TransportSettings forChecks() {
    return new TransportSettings(options, clientMetadata, Optional.empty(), tls, List.of(), timers);
  }

  /** The compressors of a connection string that there are here, in its order. */
  static List<Compressor> compressors(ConnectionString options) {
    return options.compressors().stream()
        .flatMap(name -> Compressors.named(name).stream())
        .map(compressor -> atLevel(compressor, options.zlibCompressionLevel()))
        .toList();
  }

  private static Compressor atLevel(Compressor compressor, int zlibLevel) {
    return compressor.compressorName().equals("zlib") ? Compressors.zlib(zlibLevel) : compressor;
  }

  /**
   * Whether servers that can tell by themselves when they change are let do so. In a function as a
   * service, which the handshake tells of, they are not unless asked to: it is frozen between two
   * calls, and what it is told meanwhile is old (server monitoring specification).
   */
  boolean streamsChecks() {
    return switch (options.serverMonitoringMode()) {
      case STREAM -> true;
      case POLL -> false;
      case AUTO -> !clientMetadata.getDocument("env", new BsonDocument()).containsKey("name");
    };
  }

  /** For opening a connection as a whole, and for each check; 0 for no limit. */
  int connectTimeoutMillis() {
    return Math.toIntExact(options.connectTimeout().toMillis());
  }

  /** For the reply to an operation; 0 for no limit. */
  int socketTimeoutMillis() {
    return Math.toIntExact(options.socketTimeout().toMillis());
  }

  /**
   * For a hello that the server may keep for as long as the heartbeat frequency; 0 for no limit.
   */
  int awaitTimeoutMillis() {
    return connectTimeoutMillis() == 0
        ? 0
        : Math.toIntExact(options.connectTimeout().plus(options.heartbeatFrequency()).toMillis());
  }
}
