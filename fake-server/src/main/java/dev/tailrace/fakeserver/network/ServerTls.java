package dev.tailrace.fakeserver.network;

import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;

/**
 * How a set's ports are encrypted (TLS 1.2 and later).
 *
 * @param context with the certificate of the members, and the authorities of clients
 * @param clientCertificates whether clients show who they are
 */
public record ServerTls(SSLContext context, ClientCertificates clientCertificates) {

  private static final List<String> PROTOCOLS = List.of("TLSv1.2", "TLSv1.3");

  /** What clients are asked for. */
  public enum ClientCertificates {
    NONE,
    OPTIONAL,
    DEMANDED
  }

  /** For one connection. */
  SSLEngine engine() {
    SSLEngine engine = context.createSSLEngine();
    engine.setUseClientMode(false);
    engine.setEnabledProtocols(PROTOCOLS.toArray(String[]::new));
    switch (clientCertificates) {
      case NONE -> {}
      case OPTIONAL -> engine.setWantClientAuth(true);
      case DEMANDED -> engine.setNeedClientAuth(true);
    }
    return engine;
  }
}
