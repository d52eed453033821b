package dev.tailrace.cli;

import dev.tailrace.fakeserver.FakeReplicaSet;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** The option by which {@code serve} has users, and what clients are told of them. */
final class ServedUsers {

  /** Stands in the connection string for a password that somebody chose, which is not repeated. */
  private static final String PLACEHOLDER = "<password>";

  private static final int MADE_PASSWORD_BYTES = 12;

  @Option(
      names = "--auth",
      paramLabel = "USER[:PASSWORD]",
      description =
          "a user whom clients have to authenticate as, of the database admin; may be repeated. The"
              + " connection string that is printed is the first one's: with the password made for"
              + " it, or with a place for the one that was given")
  private List<String> options = List.of();

  /**
   * A user.
   *
   * @param shown what the connection string may say of the password
   */
  private record User(String name, String password, String shown) {

    /** Not the password. */
    @Override
    public String toString() {
      return name;
    }
  }

  private final List<User> users = new ArrayList<>();

  /**
   * Gives a set its users.
   *
   * @throws ParameterException if one is refused
   */
  void apply(FakeReplicaSet.Builder builder, CommandSpec command) {
    for (String option : options) {
      if (!users.isEmpty() && option.indexOf(':') < 0) {
        throw new ParameterException(
            command.commandLine(),
            "--auth "
                + option
                + ": a password can be made for the first user only, whose connection string is"
                + " printed; give this one as "
                + option
                + ":PASSWORD");
      }
      User user = user(option);
      try {
        builder.user(user.name, user.password);
      } catch (IllegalArgumentException refused) {
        throw new ParameterException(
            command.commandLine(), "--auth: " + refused.getMessage(), refused);
      }
      users.add(user);
    }
  }

  private static User user(String option) {
    int colon = option.indexOf(':');
    if (colon >= 0) {
      return new User(option.substring(0, colon), option.substring(colon + 1), PLACEHOLDER);
    }
    byte[] random = new byte[MADE_PASSWORD_BYTES];
    new SecureRandom().nextBytes(random);
    String made = Base64.getUrlEncoder().withoutPadding().encodeToString(random);
    return new User(option, made, made);
  }

  /** A connection string to the set: of the first user, if there is any. */
  String connectionString(FakeReplicaSet set) {
    if (users.isEmpty()) {
      return set.connectionString();
    }
    User first = users.get(0);
    return set.connectionString(first.name, first.shown)
        .replace(":%3Cpassword%3E@", ":" + PLACEHOLDER + "@");
  }
}
