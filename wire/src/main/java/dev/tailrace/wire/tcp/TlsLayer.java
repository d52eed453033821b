package dev.tailrace.wire.tcp;

import dev.tailrace.wire.tls.PemException;
import dev.tailrace.wire.tls.SslContexts;
import dev.tailrace.wire.tls.TlsOptions;
import dev.tailrace.wire.topology.ServerAddress;
import java.io.IOException;
import java.net.Socket;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

/**
 * Encrypts the connections of one transport (TLS 1.2 and later). Thread-safe.
 *
 * @param context who is believed, and what the client shows of itself
 * @param verifiesHostNames whether a server's certificate has to be for its host
 */
record TlsLayer(SSLContext context, boolean verifiesHostNames) {

  private static final List<String> PROTOCOLS = List.of("TLSv1.3", "TLSv1.2");
  private static final Pattern IPV4 = Pattern.compile("[0-9.]+");

  /**
   * What a connection string asks for; empty if it is no encryption.
   *
   * @param given a context that was given beside it
   * @throws ConnectionStringException if a file cannot be used, or the two contradict each other
   */
  static Optional<TlsLayer> of(TlsOptions options, Optional<SSLContext> given) {
    if (given.isEmpty() && !options.enabled()) {
      return Optional.empty();
    }
    if (given.isPresent() && options.asksForContext()) {
      throw new ConnectionStringException(
          "its options ask for certificates of their own, and there is an SSLContext beside it");
    }
    try {
      SSLContext context =
          given.isPresent() ? given.get() : SslContexts.of(options, NamingTrustManager::around);
      return Optional.of(new TlsLayer(context, !options.allowInvalidHostnames()));
    } catch (PemException e) {
      throw new ConnectionStringException(String.valueOf(e.getMessage()));
    }
  }

  /**
   * Shakes hands over a connected socket; each of its reads waits for as long as the socket's.
   *
   * <p>What is returned does not have to be closed: it holds nothing but {@code plain}, and closing
   * that ends whatever it waits for. To close the layer itself could block, for it would send one
   * more message.
   *
   * @throws SSLException if the two do not come to terms, or the context fails
   * @throws IOException if the connection breaks, or it takes too long
   */
  SSLSocket over(Socket plain, ServerAddress address) throws IOException {
    try {
      return shakeHands(plain, address);
    } catch (RuntimeException e) { // Of a context, or of what it believes, that a user gave us.
      throw new SSLException("the SSLContext failed: " + e, e);
    }
  }

  private SSLSocket shakeHands(Socket plain, ServerAddress address) throws IOException {
    SSLSocket socket =
        (SSLSocket)
            context
                .getSocketFactory()
                .createSocket(plain, address.host(), address.port(), /* autoClose= */ true);
    SSLParameters parameters = socket.getSSLParameters();
    parameters.setProtocols(
        Arrays.stream(parameters.getProtocols()) // Those that the context allows.
            .filter(PROTOCOLS::contains)
            .toArray(String[]::new));
    if (verifiesHostNames) {
      parameters.setEndpointIdentificationAlgorithm("HTTPS"); // RFC 2818, IP addresses too.
    }
    serverName(address.host()).ifPresent(name -> parameters.setServerNames(List.of(name)));
    socket.setSSLParameters(parameters);
    socket.startHandshake();
    return socket;
  }

  /** The host as SNI has it (RFC 6066, section 3): no address, and no name that DNS forbids. */
  private static Optional<SNIHostName> serverName(String host) {
    if (host.contains(":") || IPV4.matcher(host).matches()) {
      return Optional.empty();
    }
    try {
      return Optional.of(new SNIHostName(host));
    } catch (IllegalArgumentException e) { // A name with an underscore, say.
      return Optional.empty();
    }
  }
}
