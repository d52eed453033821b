package dev.tailrace.fakeserver.auth;

import com.google.common.collect.ImmutableSet;
import com.ongres.saslprep.SASLprep;
import com.ongres.scram.common.ScramMechanism;

/**
 * A user to be made, of the database {@code admin}. Its text does not show the password.
 *
 * @param name its name
 * @param password its password
 * @param mechanisms the ways in which it may prove itself
 */
public record NewUser(String name, String password, ImmutableSet<ScramMechanism> mechanisms) {

  /** What users of a server have unless they are made otherwise. */
  public static final ImmutableSet<ScramMechanism> ALL_MECHANISMS =
      ImmutableSet.of(ScramMechanism.SCRAM_SHA_1, ScramMechanism.SCRAM_SHA_256);

  /**
   * A user to be made.
   *
   * @throws IllegalArgumentException if no server makes such a user; does not show the password
   */
  public NewUser {
    if (name.isEmpty() || mechanisms.isEmpty() || !ALL_MECHANISMS.containsAll(mechanisms)) {
      throw new IllegalArgumentException(
          "user: expected a name and mechanisms of %s, found '%s' and %s"
              .formatted(ALL_MECHANISMS, name, mechanisms));
    }
    if (!canBePrepared(password)) {
      throw new IllegalArgumentException(
          "user: the password of '" + name + "' is empty or has what SASLprep (RFC 4013) forbids");
    }
  }

  private static boolean canBePrepared(String password) {
    try {
      return !password.isEmpty() && !new SASLprep().prepareStored(password).isEmpty();
    } catch (IllegalArgumentException e) { // Its message may show a character.
      return false;
    }
  }

  @Override
  public String toString() {
    return "NewUser[" + name + "]";
  }
}
