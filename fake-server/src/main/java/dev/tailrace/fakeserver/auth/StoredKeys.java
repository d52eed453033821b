package dev.tailrace.fakeserver.auth;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.common.hash.Hashing;
import com.ongres.scram.common.ScramFunctions;
import com.ongres.scram.common.ScramMechanism;
import com.ongres.scram.common.StringPreparation;
import dev.tailrace.fakeserver.clock.Ids;

/**
 * What the server keeps of a password for one mechanism: enough to check a proof, not to make one.
 */
final class StoredKeys {

  private static final int SHA_1_ITERATIONS = 10_000;
  private static final int SHA_256_ITERATIONS = 15_000;

  private final ScramMechanism mechanism;
  private final byte[] salt;
  private final int iterations;
  private final byte[] storedKey;
  private final byte[] serverKey;

  /**
   * The keys of a user; with SCRAM-SHA-1 those of a digest, as the server kept passwords before.
   */
  StoredKeys(ScramMechanism mechanism, NewUser user, Ids ids) {
    this.mechanism = mechanism;
    boolean legacy = mechanism == ScramMechanism.SCRAM_SHA_1;
    salt = randomBytes(legacy ? 16 : 28, ids);
    iterations = legacy ? SHA_1_ITERATIONS : SHA_256_ITERATIONS;
    byte[] salted =
        ScramFunctions.saltedPassword(
            mechanism,
            legacy ? StringPreparation.NO_PREPARATION : StringPreparation.SASL_PREPARATION,
            (legacy ? digest(user) : user.password()).toCharArray(),
            salt,
            iterations);
    storedKey = ScramFunctions.storedKey(mechanism, ScramFunctions.clientKey(mechanism, salted));
    serverKey = ScramFunctions.serverKey(mechanism, salted);
  }

  @SuppressWarnings("deprecation") // MD5 is what the server has here, and no secret rests on it.
  private static String digest(NewUser user) {
    return Hashing.md5().hashString(user.name() + ":mongo:" + user.password(), UTF_8).toString();
  }

  private static byte[] randomBytes(int count, Ids ids) {
    byte[] bytes = new byte[count];
    for (int i = 0; i < count; i++) {
      bytes[i] = (byte) ids.below(256);
    }
    return bytes;
  }

  byte[] salt() {
    return salt.clone();
  }

  int iterations() {
    return iterations;
  }

  /** Whether {@code proof} was made with the password. */
  boolean accepts(byte[] proof, String authMessage) {
    return proof.length == storedKey.length
        && ScramFunctions.verifyClientProof(mechanism, proof, storedKey, authMessage);
  }

  /** What shows the client that this is the server that knows it. */
  byte[] signature(String authMessage) {
    return ScramFunctions.serverSignature(mechanism, serverKey, authMessage);
  }
}
