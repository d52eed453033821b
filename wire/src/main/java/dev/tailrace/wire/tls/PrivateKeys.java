package dev.tailrace.wire.tls;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.KeySpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.List;
import java.util.Optional;
import javax.crypto.Cipher;
import javax.crypto.EncryptedPrivateKeyInfo;
import javax.crypto.SecretKey;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Private keys for RSA and elliptic curves in PEM: PKCS #8 (RFC 5958), encrypted or not, and the
 * formats that OpenSSL wrote before, PKCS #1 for RSA (RFC 8017) and SEC 1 for elliptic curves (RFC
 * 5915). No error says more of a key than its format.
 */
final class PrivateKeys {

  private static final List<String> ALGORITHMS = List.of("RSA", "EC");

  /** Also as the number that stands for it. */
  private static final List<String> PBES2 = List.of("PBES2", "1.2.840.113549.1.5.13");

  private static final byte[] VERSION_0 = {Der.INTEGER, 1, 0};

  /** {@code rsaEncryption}, 1.2.840.113549.1.1.1, with its parameter NULL. */
  private static final byte[] RSA = {
    0x06, 0x09, 0x2A, (byte) 0x86, 0x48, (byte) 0x86, (byte) 0xF7, 0x0D, 0x01, 0x01, 0x01, 0x05, 0
  };

  /** {@code id-ecPublicKey}, 1.2.840.10045.2.1. */
  private static final byte[] ELLIPTIC_CURVE = {
    0x06, 0x07, 0x2A, (byte) 0x86, 0x48, (byte) 0xCE, 0x3D, 0x02, 0x01
  };

  private PrivateKeys() {}

  /**
   * The one private key of a file.
   *
   * @throws PemException if it has none or several, or the key cannot be read
   */
  static PrivateKey in(PemFile file, Optional<String> password) throws PemException {
    List<PemFile.Block> keys =
        file.blocks().stream().filter(block -> block.label.endsWith("PRIVATE KEY")).toList();
    if (keys.size() != 1) {
      throw new PemException(
          file.name() + ": expected one private key (in PEM), found " + keys.size());
    }
    PemFile.Block key = keys.get(0);
    if (key.hasHeaders) {
      throw new PemException(
          file.name()
              + " has a key that is encrypted, but not as PKCS #8: openssl pkcs8 -topk8"
              + " makes it so");
    }
    try {
      return decode(pkcs8(file, key, password));
    } catch (GeneralSecurityException | IOException | IllegalArgumentException e) {
      throw new PemException(file.name() + " has a " + key.label + " that cannot be read");
    }
  }

  private static KeySpec pkcs8(PemFile file, PemFile.Block key, Optional<String> password)
      throws PemException, GeneralSecurityException, IOException {
    byte[] der = key.der;
    return switch (key.label) {
      case "PRIVATE KEY" -> new PKCS8EncodedKeySpec(der);
      case "RSA PRIVATE KEY" -> wrapped(RSA, der);
      case "EC PRIVATE KEY" -> wrapped(concatenated(ELLIPTIC_CURVE, curve(der)), der);
      case "ENCRYPTED PRIVATE KEY" ->
          decrypted(
              file,
              new EncryptedPrivateKeyInfo(der),
              password.orElseThrow(
                  () ->
                      new PemException(
                          file.name() + " has an encrypted key, and there is no password for it")));
      default ->
          throw new PemException(file.name() + " has a " + key.label + ", which is not known");
    };
  }

  private static KeySpec wrapped(byte[] algorithm, byte[] key) {
    return new PKCS8EncodedKeySpec(
        Der.element(
            Der.SEQUENCE,
            VERSION_0,
            Der.element(Der.SEQUENCE, algorithm),
            Der.element(Der.OCTET_STRING, key)));
  }

  private static byte[] concatenated(byte[] one, byte[] other) {
    return ByteBuffer.allocate(one.length + other.length).put(one).put(other).array();
  }

  /** The curve that a key of SEC 1 names behind its version and its number. */
  private static byte[] curve(byte[] sec1) {
    ByteBuffer fields = Der.content(ByteBuffer.wrap(sec1), Der.SEQUENCE);
    Der.content(fields, Der.INTEGER);
    Der.content(fields, Der.OCTET_STRING);
    ByteBuffer curve = Der.content(fields, Der.FIRST_OPTION);
    byte[] bytes = new byte[curve.remaining()];
    curve.get(bytes);
    return bytes;
  }

  private static KeySpec decrypted(PemFile file, EncryptedPrivateKeyInfo key, String password)
      throws PemException {
    try {
      @Nullable AlgorithmParameters parameters = key.getAlgParameters();
      String name = key.getAlgName();
      // PBES2 is the name of a family; the text of its parameters is that of the scheme.
      String scheme = PBES2.contains(name) ? String.valueOf(parameters) : name;
      SecretKeyFactory factory = SecretKeyFactory.getInstance(scheme);
      SecretKey secret = factory.generateSecret(new PBEKeySpec(password.toCharArray()));
      Cipher cipher = Cipher.getInstance(scheme);
      cipher.init(Cipher.DECRYPT_MODE, secret, parameters);
      return key.getKeySpec(cipher);
    } catch (GeneralSecurityException e) {
      throw new PemException(
          file.name() + " has a key that cannot be decrypted with the password that was given");
    }
  }

  private static PrivateKey decode(KeySpec key) throws GeneralSecurityException {
    for (String algorithm : ALGORITHMS) {
      try {
        return KeyFactory.getInstance(algorithm).generatePrivate(key);
      } catch (InvalidKeySpecException e) {
        // Of another algorithm, perhaps.
      }
    }
    throw new InvalidKeySpecException("no key of " + ALGORITHMS);
  }

  /** Whether the two belong together. */
  static boolean areAPair(PrivateKey privateKey, PublicKey publicKey) {
    byte[] message = {1, 2, 3};
    try {
      Signature signature =
          Signature.getInstance(
              privateKey.getAlgorithm().equals("EC") ? "SHA256withECDSA" : "SHA256withRSA");
      signature.initSign(privateKey);
      signature.update(message);
      byte[] signed = signature.sign();
      signature.initVerify(publicKey);
      signature.update(message);
      return signature.verify(signed);
    } catch (GeneralSecurityException e) {
      return false;
    }
  }
}
