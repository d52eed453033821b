package dev.tailrace.wire.auth;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.ongres.scram.common.ScramFunctions;
import com.ongres.scram.common.ScramMechanism;
import com.ongres.scram.common.StringPreparation;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** What a password comes down to with one salt: two keys, which are as secret as it is. */
final class ScramKeys {

  private final ScramMechanism algorithm;
  private final byte[] clientKey;
  private final byte[] serverKey;

  private ScramKeys(ScramMechanism algorithm, byte[] saltedPassword) {
    this.algorithm = algorithm;
    this.clientKey = ScramFunctions.clientKey(algorithm, saltedPassword);
    this.serverKey = ScramFunctions.serverKey(algorithm, saltedPassword);
  }

  /**
   * Derives keys. SCRAM-SHA-1 works on a digest of the password, as MongoDB kept it before; only
   * SCRAM-SHA-256 prepares it by SASLprep.
   *
   * @throws IllegalArgumentException if the password is empty, or has characters that SASLprep
   *     forbids; the message may hold a part of it
   */
  static ScramKeys derive(
      Mechanism mechanism, String user, String password, byte[] salt, int iterations) {
    boolean legacy = mechanism == Mechanism.SCRAM_SHA_1;
    ScramMechanism algorithm = legacy ? ScramMechanism.SCRAM_SHA_1 : ScramMechanism.SCRAM_SHA_256;
    return new ScramKeys(
        algorithm,
        ScramFunctions.saltedPassword(
            algorithm,
            legacy ? StringPreparation.NO_PREPARATION : StringPreparation.SASL_PREPARATION,
            (legacy ? digest(user, password) : password).toCharArray(),
            salt,
            iterations));
  }

  private static String digest(String user, String password) {
    try {
      byte[] digest =
          MessageDigest.getInstance("MD5").digest((user + ":mongo:" + password).getBytes(UTF_8));
      return HexFormat.of().formatHex(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("this JVM has no MD5, which SCRAM-SHA-1 needs", e);
    }
  }

  /** What shows the server that the client has the keys. */
  byte[] clientProof(String authMessage) {
    byte[] storedKey = ScramFunctions.storedKey(algorithm, clientKey);
    return ScramFunctions.clientProof(
        clientKey, ScramFunctions.clientSignature(algorithm, storedKey, authMessage));
  }

  /** Whether {@code signature} shows that the server has them. */
  boolean isSignedByServer(String authMessage, byte[] signature) {
    return ScramFunctions.verifyServerSignature(algorithm, serverKey, authMessage, signature);
  }
}
