package dev.tailrace.wire.tls;

import java.io.EOFException;
import java.io.IOException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;

/** Says in words why TLS with a server failed, with the JVM's own words behind them. */
public final class TlsFailure {

  private TlsFailure() {}

  /** The same failure, in words. */
  public static SSLException inWords(SSLException failure) {
    // The innermost cause that says anything is the one that the others come from.
    String reason =
        Stream.<Throwable>iterate(failure, Objects::nonNull, Throwable::getCause)
            .flatMap(cause -> reason(cause).stream())
            .reduce((outer, inner) -> inner)
            .orElse("the handshake failed");
    SSLException told =
        new SSLHandshakeException("TLS: %s (%s)".formatted(reason, failure.getMessage()));
    told.initCause(failure);
    return told;
  }

  /**
   * The connection broke behind the handshake, before the server said anything. By TLS 1.3 that is
   * when a server looks at the client's certificate, and its refusal may get lost with the
   * connection.
   */
  public static SSLException hungUp(IOException failure) {
    SSLException told =
        new SSLHandshakeException(
            "TLS: the server refused, perhaps for want of another certificate: it hung up right"
                + " after the handshake ("
                + failure.getMessage()
                + ")");
    told.initCause(failure);
    return told;
  }

  private static Optional<String> reason(Throwable cause) {
    String message = String.valueOf(cause.getMessage());
    if (cause instanceof CertificateExpiredException) {
      return Optional.of("the server's certificate, or that of its authority, has expired");
    }
    if (cause instanceof CertificateNotYetValidException) {
      return Optional.of("the server's certificate is not valid yet");
    }
    if (cause instanceof CertPathBuilderException) {
      return Optional.of("no authority that is believed has signed the server's certificate");
    }
    if (cause instanceof CertificateException) {
      return Optional.of(
          message.startsWith("No name matching") || message.startsWith("No subject alternative")
              ? "the server's certificate is for another host"
              : "the server's certificate is not believed");
    }
    if (cause instanceof EOFException) {
      return Optional.of(
          "the server closed the connection during the handshake: perhaps it does not speak TLS");
    }
    if (cause instanceof SSLException && message.contains("Received fatal alert")) {
      return Optional.of("the server refused");
    }
    return cause instanceof SSLException && message.startsWith("Unsupported or unrecognized")
        ? Optional.of("the server does not speak TLS")
        : Optional.empty();
  }
}
