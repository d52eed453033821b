package dev.tailrace.wire.tcp;

import dev.tailrace.wire.auth.Credential;
import dev.tailrace.wire.auth.Mechanism;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The credential that a connection string asks for: its user, its password, and the options {@code
 * authSource}, {@code authMechanism} and {@code authMechanismProperties} (authentication
 * specification, "Connection String Options"). No error shows a value that the user wrote.
 */
final class CredentialOptions {

  static final String MECHANISM = "authMechanism";
  private static final String SOURCE = "authSource";
  private static final String PROPERTIES = "authMechanismProperties";

  /** The mechanisms that there are, for people. */
  static final String SUPPORTED =
      Arrays.stream(Mechanism.values()).map(Mechanism::specName).collect(Collectors.joining(", "));

  /** What other drivers know beside those. */
  private static final Set<String> UNSUPPORTED =
      Set.of("GSSAPI", "MONGODB-AWS", "MONGODB-OIDC", "MONGODB-CR");

  private CredentialOptions() {}

  /**
   * The credential; empty if nothing asks for one.
   *
   * @param database the database behind the slash, where most mechanisms look for the user
   * @throws UnsupportedOptionException if the mechanism is not supported
   * @throws ConnectionStringException if the parts do not fit together
   */
  static Optional<Credential> credential(
      Optional<String> user,
      Optional<String> password,
      Optional<String> database,
      UriOptions options) {
    if (options.list(SOURCE).contains("")) {
      throw new ConnectionStringException("option " + SOURCE + " is empty");
    }
    Optional<String> source = options.string(SOURCE);
    Optional<Mechanism> mechanism = options.string(MECHANISM).map(CredentialOptions::mechanism);
    if (options.string(PROPERTIES).isPresent()) {
      options.warn(PROPERTIES, "none, as no supported mechanism has any", "some");
    }
    if (user.isEmpty() && mechanism.isEmpty()) {
      return Optional.empty();
    }
    mechanism.ifPresent(named -> check(named, user, password, source));
    return Optional.of(
        new Credential(user, password, source.orElse(source(mechanism, database)), mechanism));
  }

  private static Mechanism mechanism(String name) {
    if (UNSUPPORTED.contains(name)) {
      throw UnsupportedOptionException.mechanism(name);
    }
    return Mechanism.named(name)
        .orElseThrow(
            () ->
                new ConnectionStringException(
                    "option %s: expected %s, found another".formatted(MECHANISM, SUPPORTED)));
  }

  private static void check(
      Mechanism mechanism,
      Optional<String> user,
      Optional<String> password,
      Optional<String> source) {
    if (mechanism != Mechanism.MONGODB_X509) {
      refuseIf(user.isEmpty(), mechanism, "needs a user name");
      return;
    }
    refuseIf(password.isPresent(), mechanism, "takes no password");
    refuseIf(
        source.isPresent() && !source.get().equals(Credential.EXTERNAL),
        mechanism,
        "takes no other " + SOURCE + " than " + Credential.EXTERNAL);
  }

  private static String source(Optional<Mechanism> mechanism, Optional<String> database) {
    if (mechanism.equals(Optional.of(Mechanism.MONGODB_X509))) {
      return Credential.EXTERNAL;
    }
    return database.orElse(
        mechanism.equals(Optional.of(Mechanism.PLAIN)) ? Credential.EXTERNAL : "admin");
  }

  private static void refuseIf(boolean wrong, Mechanism mechanism, String why) {
    if (wrong) {
      throw new ConnectionStringException(
          "option " + MECHANISM + ": " + mechanism.specName() + " " + why);
    }
  }
}
