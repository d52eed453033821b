package dev.tailrace.wire.tls;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.PKIXBuilderParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import javax.net.ssl.CertPathTrustManagerParameters;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/** Makes {@link SSLContext}s of PEM files. */
public final class SslContexts {

  /** Keys are only ever in memory, where this protects nothing. */
  private static final char[] NO_PASSWORD = new char[0];

  private static final String PKIX = "PKIX";

  private SslContexts() {}

  /**
   * The context that a client's options ask for; where they ask for none of their own, the JVM's
   * default one, with what its properties ({@code javax.net.ssl.trustStore} and their like) say.
   *
   * <p>Blocks to read files.
   *
   * @throws PemException if a file cannot be used
   */
  public static SSLContext of(TlsOptions options) throws PemException {
    return of(options, UnaryOperator.identity());
  }

  /**
   * The same, with {@code judgedBy} put around whoever judges the servers' certificates. Not where
   * it is the JVM's default context.
   *
   * @throws PemException if a file cannot be used
   */
  public static SSLContext of(TlsOptions options, UnaryOperator<TrustManager> judgedBy)
      throws PemException {
    try {
      if (!options.asksForContext()) {
        return SSLContext.getDefault();
      }
      return context(
          keyManagers(options.certificateKeyFile(), options.certificateKeyFilePassword()),
          trustManagers(options, judgedBy));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("the JVM cannot do TLS: " + e.getMessage(), e);
    }
  }

  /**
   * A context with the certificate and the key of one file, and the authorities of another.
   *
   * <p>Blocks to read them.
   *
   * @param certificateKeyFile a certificate, what leads from it to an authority, and its private
   *     key, which may be encrypted PKCS #8
   * @param password what the key is encrypted with, if it is
   * @param caFile the authorities to be believed; empty for those of the JVM
   * @throws PemException if a file cannot be used
   */
  public static SSLContext ofFiles(
      String certificateKeyFile, Optional<String> password, Optional<String> caFile)
      throws PemException {
    return of(
        new TlsOptions(
            /* enabled= */ true,
            caFile,
            Optional.of(certificateKeyFile),
            password,
            /* allowInvalidCertificates= */ false,
            /* allowInvalidHostnames= */ false,
            /* disableOcspEndpointCheck= */ false,
            /* disableCertificateRevocationCheck= */ false));
  }

  private static SSLContext context(
      KeyManager @Nullable [] keyManagers, TrustManager @Nullable [] trustManagers)
      throws GeneralSecurityException {
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(keyManagers, trustManagers, null);
    return context;
  }

  /** Null for none. */
  private static KeyManager @Nullable [] keyManagers(
      Optional<String> certificateKeyFile, Optional<String> password)
      throws PemException, GeneralSecurityException {
    if (certificateKeyFile.isEmpty()) {
      return null;
    }
    PemFile file = PemFile.read(certificateKeyFile.get());
    List<X509Certificate> chain = file.certificates();
    PrivateKey key = PrivateKeys.in(file, password);
    if (!PrivateKeys.areAPair(key, chain.get(0).getPublicKey())) {
      throw new PemException(file.name() + ": the key is not that of the first certificate");
    }
    KeyStore store = emptyStore();
    store.setKeyEntry("client", key, NO_PASSWORD, chain.toArray(X509Certificate[]::new));
    KeyManagerFactory factory =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    factory.init(store, NO_PASSWORD);
    return factory.getKeyManagers();
  }

  private static TrustManager[] trustManagers(
      TlsOptions options, UnaryOperator<TrustManager> judgedBy)
      throws PemException, GeneralSecurityException {
    if (options.allowInvalidCertificates()) {
      return new TrustManager[] {new Credulous()};
    }
    @Nullable KeyStore authorities =
        options.caFile().isEmpty() ? null : authorities(options.caFile().get());
    TrustManagerFactory factory = TrustManagerFactory.getInstance(PKIX);
    factory.init(authorities);
    TrustManager[] judges =
        options.disableOcspEndpointCheck() || options.disableCertificateRevocationCheck()
            ? withoutRevocation(factory)
            : factory.getTrustManagers();
    return Arrays.stream(judges).map(judgedBy).toArray(TrustManager[]::new);
  }

  private static KeyStore authorities(String caFile) throws PemException, GeneralSecurityException {
    KeyStore store = emptyStore();
    int count = 0;
    for (X509Certificate authority : PemFile.read(caFile).certificates()) {
      store.setCertificateEntry("authority " + ++count, authority);
    }
    return store;
  }

  /** The same authorities, asked for nothing but what they have signed. */
  private static TrustManager[] withoutRevocation(TrustManagerFactory authorities)
      throws GeneralSecurityException {
    Set<TrustAnchor> anchors =
        Arrays.stream(authorities.getTrustManagers())
            .filter(X509TrustManager.class::isInstance)
            .flatMap(each -> Arrays.stream(((X509TrustManager) each).getAcceptedIssuers()))
            .map(authority -> new TrustAnchor(authority, null))
            .collect(Collectors.toSet());
    PKIXBuilderParameters parameters = new PKIXBuilderParameters(anchors, null);
    parameters.setRevocationEnabled(false);
    TrustManagerFactory factory = TrustManagerFactory.getInstance(PKIX);
    factory.init(new CertPathTrustManagerParameters(parameters));
    return factory.getTrustManagers();
  }

  private static KeyStore emptyStore() throws GeneralSecurityException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    try {
      store.load(null, null);
    } catch (IOException e) {
      throw new IllegalStateException("nothing is read", e);
    }
    return store;
  }

  /**
   * Believes everybody. The JVM still compares the name in the certificate with that of the host
   * where it is told to: it would not if this were an {@code X509ExtendedTrustManager}.
   */
  private static final class Credulous implements X509TrustManager {

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
