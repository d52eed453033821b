package dev.tailrace.wire.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import java.util.stream.Stream;
import javax.crypto.Cipher;
import javax.crypto.EncryptedPrivateKeyInfo;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import okhttp3.tls.HeldCertificate;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Certificates and keys in PEM files, as people have them. */
class SslContextsTest {

  private static final String PASSWORD = "Qx7Zw";
  private static final HeldCertificate RSA =
      new HeldCertificate.Builder().commonName("rsa").rsa2048().build();
  private static final HeldCertificate EC =
      new HeldCertificate.Builder().commonName("ec").ecdsa256().build();

  /** 1.2.840.113549.1.5.13. */
  private static final byte[] PBES2 = {
    6, 9, 0x2A, (byte) 0x86, 0x48, (byte) 0x86, (byte) 0xF7, 0x0D, 1, 5, 0x0D
  };

  private final Path directory;

  SslContextsTest(@TempDir Path directory) {
    this.directory = directory;
  }

  static Stream<Arguments> keys() throws GeneralSecurityException, IOException {
    return Stream.of(
        key("PKCS #8, RSA", RSA, RSA.privateKeyPkcs8Pem(), Optional.empty()),
        key("PKCS #8, EC", EC, EC.privateKeyPkcs8Pem(), Optional.empty()),
        key("PKCS #1", RSA, RSA.privateKeyPkcs1Pem(), Optional.empty()),
        key(
            "SEC 1, behind its parameters",
            EC,
            pem("EC PARAMETERS", new byte[] {6, 0}) + pem("EC PRIVATE KEY", sec1(EC)),
            Optional.empty()),
        key(
            "PKCS #8, encrypted",
            RSA,
            encrypted(RSA.keyPair().getPrivate(), "PBEWithHmacSHA256AndAES_256"),
            Optional.of(PASSWORD)),
        key(
            "PKCS #8, encrypted as of old",
            EC,
            encrypted(EC.keyPair().getPrivate(), "PBEWithSHA1AndDESede"),
            Optional.of(PASSWORD)));
  }

  @ParameterizedTest
  @MethodSource("keys")
  void aKeyIsRead(HeldCertificate certificate, String key, Optional<String> password)
      throws IOException, PemException {
    PemFile file = PemFile.read(file("key.pem", key));

    assertThat(
            PrivateKeys.areAPair(
                PrivateKeys.in(file, password), certificate.certificate().getPublicKey()))
        .isTrue();
    String whole = file("client.pem", certificate.certificatePem() + key);
    assertThat(SslContexts.ofFiles(whole, password, Optional.empty()).getProtocol())
        .isEqualTo("TLS");
  }

  @Test
  void aFileMayHaveSeveralCertificatesAndWordsBetweenThem() throws IOException, PemException {
    String file =
        file("ca.pem", "# two of them\n" + RSA.certificatePem() + "\n\n" + EC.certificatePem());

    assertThat(PemFile.read(file).certificates())
        .containsExactly(RSA.certificate(), EC.certificate());
  }

  @Test
  void whatAsksForNothingGetsTheContextOfTheJvm() throws PemException, GeneralSecurityException {
    TlsOptions plain =
        new TlsOptions(
            true, Optional.empty(), Optional.empty(), Optional.empty(), false, true, false, false);

    assertThat(SslContexts.of(plain)).isSameAs(javax.net.ssl.SSLContext.getDefault());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      useHeadersInDisplayName = true,
      quoteCharacter = '"',
      textBlock =
          """
          case              | problem
          missing           | cannot read
          directory         | cannot read
          empty             | has no certificate (in PEM)
          no key            | expected one private key (in PEM), found 0
          two keys          | expected one private key (in PEM), found 2
          key of another    | the key is not that of the first certificate
          not Base64        | has a block PRIVATE KEY that is not Base64
          cut off           | has a block that begins and does not end
          garbage           | has a PRIVATE KEY that cannot be read
          short SEC 1       | has a EC PRIVATE KEY that cannot be read
          bad certificate   | has a certificate that cannot be read
          no password       | has an encrypted key, and there is no password for it
          wrong password    | has a key that cannot be decrypted with the password that was given
          old encryption    | has a key that is encrypted, but not as PKCS #8
          other format      | has a DSA PRIVATE KEY, which is not known
          too long          | has more than 4194304 bytes
          """)
  void whatIsWrongIsSaidAndNothingOfTheKey(String name, String problem)
      throws IOException, GeneralSecurityException {
    String file = badFile(name);

    assertThatThrownBy(
            () ->
                SslContexts.ofFiles(
                    file,
                    name.equals("wrong password") ? Optional.of("else") : Optional.empty(),
                    Optional.empty()))
        .isInstanceOf(PemException.class)
        .hasMessageContaining(problem)
        .hasMessageContaining(file)
        .hasNoCause()
        .hasMessageNotContaining(PASSWORD)
        .hasMessageNotContaining("MII");
  }

  private String badFile(String name) throws IOException, GeneralSecurityException {
    String certificate = RSA.certificatePem();
    String key = RSA.privateKeyPkcs8Pem();
    String content =
        switch (name) {
          case "missing" -> "";
          case "directory" -> "";
          case "empty" -> "nothing";
          case "no key" -> certificate;
          case "two keys" -> certificate + key + key;
          case "key of another" -> certificate + EC.privateKeyPkcs8Pem();
          case "not Base64" -> certificate + key.replace("MII", "M$I");
          case "cut off" -> certificate + key.substring(0, key.indexOf("-----END"));
          case "garbage" -> certificate + pem("PRIVATE KEY", new byte[] {1, 2, 3});
          case "short SEC 1" -> certificate + pem("EC PRIVATE KEY", Arrays.copyOf(sec1(EC), 40));
          case "bad certificate" -> pem("CERTIFICATE", new byte[] {0x30, 0}) + key;
          case "no password", "wrong password" ->
              certificate + encrypted(RSA.keyPair().getPrivate(), "PBEWithHmacSHA256AndAES_256");
          case "old encryption" ->
              certificate
                  + key.replace(
                      "KEY-----\nM", "KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: DES\n\nM");
          case "other format" -> certificate + pem("DSA PRIVATE KEY", new byte[] {0x30, 0});
          case "too long" -> "x".repeat(4 * 1024 * 1024 + 1);
          default -> throw new IllegalArgumentException(name);
        };
    return switch (name) {
      case "missing" -> directory.resolve("missing.pem").toString();
      case "directory" -> directory.toString();
      default -> file("bad.pem", content);
    };
  }

  private String file(String name, String content) throws IOException {
    return Files.writeString(directory.resolve(name), content).toString();
  }

  private static Arguments key(
      String name, HeldCertificate certificate, String key, Optional<String> password) {
    return Arguments.of(Named.of(name, certificate), Named.of("PEM", key), password);
  }

  private static String pem(String label, byte[] der) {
    return "-----BEGIN %1$s-----\n%2$s\n-----END %1$s-----\n"
        .formatted(label, Base64.getMimeEncoder().encodeToString(der));
  }

  /** As OpenSSL writes it: the key within PKCS #8, and the curve's name behind it. */
  private static byte[] sec1(HeldCertificate certificate) {
    byte[] pkcs8 = certificate.keyPair().getPrivate().getEncoded();
    byte[] curve = Arrays.copyOfRange(pkcs8, 16, 26); // Behind the name of the algorithm.
    byte[] number = Arrays.copyOfRange(pkcs8, 35, 67); // Its 256 bits, behind another version.
    return Der.element(
        Der.SEQUENCE,
        new byte[] {Der.INTEGER, 1, 1},
        Der.element(Der.OCTET_STRING, number),
        Der.element(Der.FIRST_OPTION, curve));
  }

  private static String encrypted(PrivateKey key, String scheme)
      throws GeneralSecurityException, IOException {
    Cipher cipher = Cipher.getInstance(scheme);
    cipher.init(
        Cipher.ENCRYPT_MODE,
        SecretKeyFactory.getInstance(scheme)
            .generateSecret(new PBEKeySpec(PASSWORD.toCharArray())));
    byte[] content = cipher.doFinal(key.getEncoded());
    boolean newer = scheme.contains("Hmac");
    AlgorithmParameters parameters = cipher.getParameters();
    // EncryptedPrivateKeyInfo reads the newer scheme, and does not know it by name.
    return pem(
        "ENCRYPTED PRIVATE KEY",
        newer
            ? Der.element(
                Der.SEQUENCE,
                Der.element(Der.SEQUENCE, PBES2, parameters.getEncoded()),
                Der.element(Der.OCTET_STRING, content))
            : new EncryptedPrivateKeyInfo(parameters, content).getEncoded());
  }
}
