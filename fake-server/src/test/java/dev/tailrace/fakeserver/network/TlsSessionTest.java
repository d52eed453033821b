package dev.tailrace.fakeserver.network;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tailrace.fakeserver.network.ServerTls.ClientCertificates;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;
import okhttp3.tls.HandshakeCertificates;
import okhttp3.tls.HeldCertificate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Both ends of TLS in one thread, with what goes between them cut as the test likes. */
class TlsSessionTest {

  private static final HeldCertificate SERVER =
      new HeldCertificate.Builder().addSubjectAlternativeName("127.0.0.1").build();
  private static final HeldCertificate CLIENT =
      new HeldCertificate.Builder().commonName("alice").organizationalUnit("clients").build();

  private final ServerEnd server = new ServerEnd();

  @ParameterizedTest
  @CsvSource({"TLSv1.3, 1", "TLSv1.3, 100000", "TLSv1.2, 1", "TLSv1.2, 7"})
  void howeverItIsCutItIsTheSame(String protocol, int cut) throws SSLException {
    byte[] message = new byte[20_000]; // More than a record holds.
    new Random(1).nextBytes(message);
    TlsSession session = session(ClientCertificates.OPTIONAL);
    SSLEngine client = client(protocol, Optional.of(CLIENT));

    send(client, session, ByteBuffer.wrap(message), cut);

    assertThat(server.established).containsExactly(protocol + " CN=alice,OU=clients");
    assertThat(server.plain.toByteArray()).isEqualTo(message);
    session.send(ByteBuffer.wrap(message));
    assertThat(received(client)).isEqualTo(message);
  }

  @Test
  void whoShowsNothingHasNoName() throws SSLException {
    send(
        client("TLSv1.3", Optional.empty()),
        session(ClientCertificates.OPTIONAL),
        ByteBuffer.allocate(1),
        100_000);

    assertThat(server.established).containsExactly("TLSv1.3 null");
  }

  @Test
  void whoShowsNothingIsToldThatItHasTo() {
    SSLEngine client = client("TLSv1.3", Optional.empty());

    assertThatThrownBy(
            () ->
                send(client, session(ClientCertificates.DEMANDED), ByteBuffer.allocate(1), 100_000))
        .isInstanceOf(SSLException.class);
    assertThat(server.established).isEmpty();
    assertThatThrownBy(() -> received(client)).hasMessageContaining("alert");
  }

  /** A stranger to the protocol would not understand what TLS has to say about that. */
  @Test
  void whoDoesNotSpeakItIsToldNothing() {
    assertThatThrownBy(
            () ->
                session(ClientCertificates.NONE)
                    .receive(ByteBuffer.wrap("GET / HTTP/1.1\r\n".getBytes(US_ASCII))))
        .isInstanceOf(SSLException.class);
    assertThat(server.encrypted).isEmpty();
  }

  /** From the client until it has nothing more to say, and back as long as it shakes hands. */
  private void send(SSLEngine client, TlsSession session, ByteBuffer message, int cut)
      throws SSLException {
    while (message.hasRemaining()
        || client.getHandshakeStatus() != HandshakeStatus.NOT_HANDSHAKING) {
      switch (client.getHandshakeStatus()) {
        case NEED_TASK -> client.getDelegatedTask().run();
        case NEED_UNWRAP, NEED_UNWRAP_AGAIN -> unwrap(client);
        default -> {
          ByteBuffer encrypted = ByteBuffer.allocate(client.getSession().getPacketBufferSize());
          client.wrap(message, encrypted);
          encrypted.flip();
          while (encrypted.hasRemaining()) {
            int length = Math.min(cut, encrypted.remaining());
            ByteBuffer part = encrypted.slice(encrypted.position(), length);
            encrypted.position(encrypted.position() + length);
            assertThat(session.receive(part)).isTrue();
          }
        }
      }
    }
  }

  private byte[] received(SSLEngine client) throws SSLException {
    ByteArrayOutputStream plain = new ByteArrayOutputStream();
    while (!server.encrypted.isEmpty()) {
      plain.writeBytes(unwrap(client));
    }
    return plain.toByteArray();
  }

  private byte[] unwrap(SSLEngine client) throws SSLException {
    ByteBuffer plain = ByteBuffer.allocate(client.getSession().getApplicationBufferSize());
    ByteBuffer next = server.encrypted.isEmpty() ? ByteBuffer.allocate(0) : server.encrypted.peek();
    client.unwrap(next, plain);
    if (!server.encrypted.isEmpty() && !next.hasRemaining()) {
      server.encrypted.remove();
    }
    byte[] bytes = new byte[plain.position()];
    plain.flip().get(bytes);
    return bytes;
  }

  private TlsSession session(ClientCertificates certificates) {
    SSLContext context =
        new HandshakeCertificates.Builder()
            .heldCertificate(SERVER)
            .addTrustedCertificate(CLIENT.certificate())
            .build()
            .sslContext();
    return new TlsSession(new ServerTls(context, certificates).engine(), server);
  }

  private static SSLEngine client(String protocol, Optional<HeldCertificate> shown) {
    HandshakeCertificates.Builder certificates =
        new HandshakeCertificates.Builder().addTrustedCertificate(SERVER.certificate());
    shown.ifPresent(certificates::heldCertificate);
    SSLEngine client = certificates.build().sslContext().createSSLEngine();
    client.setUseClientMode(true);
    client.setEnabledProtocols(new String[] {protocol});
    return client;
  }

  /** What the server's end has to say. */
  private static final class ServerEnd implements TlsSession.Listener {

    private final ByteArrayOutputStream plain = new ByteArrayOutputStream();
    private final ArrayDeque<ByteBuffer> encrypted = new ArrayDeque<>();
    private final List<String> established = new ArrayList<>();

    @Override
    public void onPlain(ByteBuffer bytes) {
      byte[] copy = new byte[bytes.remaining()];
      bytes.get(copy);
      plain.writeBytes(copy);
    }

    @Override
    public void onEncrypted(ByteBuffer bytes) {
      encrypted.add(bytes);
    }

    @Override
    public void onEstablished(String protocol, @Nullable String subject) {
      established.add(protocol + " " + subject);
    }
  }
}
