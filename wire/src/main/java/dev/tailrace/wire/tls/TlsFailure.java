package dev.tailrace.wire.tls;

import java.io.EOFException;
import java.io.IOException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.X509Certificate;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;

/** Says in words why TLS with a server failed, with the JVM's own words behind them. */
public final class TlsFailure {

  private TlsFailure() {}

  /**
   * The same failure, in words.
   *
   * @param host whom the client wanted to speak to
   */
  public static SSLException inWords(SSLException failure, String host) {
    // The innermost cause that says anything is the one that the others come from.
    String reason =
        Stream.<Throwable>iterate(failure, Objects::nonNull, Throwable::getCause)
            .flatMap(cause -> reason(cause, host).stream())
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

  /**
   * A connection without TLS broke, or brought what is not the protocol, before the server greeted.
   * A server that demands TLS says no more than that to whoever does not speak it.
   */
  public static IOException perhapsDemanded(Exception failure) {
    return new IOException(
        "the server broke off before it greeted: perhaps it demands TLS (tls=true) ("
            + failure.getMessage()
            + ")",
        failure);
  }

  /**
   * The same failure; if it is for nothing but the names in the certificate, one that {@link
   * #inWords} knows the names of.
   */
  public static CertificateException withNames(
      CertificateException failure, X509Certificate certificate) {
    return isOfTheNames(failure) ? new WrongHostException(failure, certificate) : failure;
  }

  /** Whether a certificate is refused for nothing but its names. */
  private static boolean isOfTheNames(CertificateException failure) {
    String message = String.valueOf(failure.getMessage());
    return message.startsWith("No name matching") || message.startsWith("No subject alternative");
  }

  private static Optional<String> reason(Throwable cause, String host) {
    String message = String.valueOf(cause.getMessage());
    if (cause instanceof CertificateExpiredException) {
      return Optional.of("the server's certificate, or that of its authority, has expired");
    }
    if (cause instanceof CertificateNotYetValidException) {
      return Optional.of("the server's certificate is not valid yet");
    }
    if (cause instanceof CertPathBuilderException) {
      return Optional.of(
          "no authority that is believed has signed the server's certificate; tlsCAFile names those"
              + " that are");
    }
    if (cause instanceof WrongHostException wrong) {
      return Optional.of(
          "the server's certificate is for another host: expected %s, found %s"
              .formatted(host, wrong.names()));
    }
    if (cause instanceof CertificateException refused) {
      return Optional.of(
          isOfTheNames(refused)
              ? "the server's certificate is for another host: expected " + host
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
