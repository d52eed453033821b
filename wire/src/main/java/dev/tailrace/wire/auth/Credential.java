package dev.tailrace.wire.auth;

import java.util.Optional;

/**
 * Who a client is, and how it proves that. The text of one does not show the password.
 *
 * @param userName the user; empty only with {@link Mechanism#MONGODB_X509}, whose certificate names
 *     it
 * @param password the secret, where there is one
 * @param source the database that knows the user
 * @param mechanism how to prove it; empty for the best that user and server both know
 */
public record Credential(
    Optional<String> userName,
    Optional<String> password,
    String source,
    Optional<Mechanism> mechanism) {

  /** The source of users whom the server does not keep itself. */
  public static final String EXTERNAL = "$external";

  public Credential {
    if (userName.isEmpty() && !mechanism.equals(Optional.of(Mechanism.MONGODB_X509))) {
      throw new IllegalArgumentException("a credential needs a user name");
    }
  }

  @Override
  public String toString() {
    return "Credential[user %s of %s by %s]"
        .formatted(
            userName.map(name -> '"' + name + '"').orElse("of the certificate"),
            source,
            mechanism.map(Mechanism::specName).orElse("SCRAM"));
  }
}
