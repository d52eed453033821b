package dev.tailrace.conformance.fidelity;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An official test as it was played once.
 *
 * @param file the suite and the file: {@code change-streams/change-streams-nsType}
 * @param test the test's own description
 * @param server what it was played on: {@code fake 8.0}
 */
record OfficialPlay(String file, String test, String server, Outcome outcome) {

  private static final Pattern NAME =
      Pattern.compile(".* ([^ /]+/[^ /]+)/(.*) \\[[^\\[\\]]+, ([^\\[\\]]+)]", Pattern.DOTALL);

  private static final String PACKAGE = "dev.tailrace.conformance.unified.";

  /** The release that the server played; something else where it played none in particular. */
  String release() {
    return server.substring(server.lastIndexOf(' ') + 1);
  }

  /** The play that a test was; nothing if it was none. */
  static Optional<OfficialPlay> of(Outcome outcome) {
    Matcher name = NAME.matcher(outcome.name());
    return outcome.className().startsWith(PACKAGE) && name.matches()
        ? Optional.of(new OfficialPlay(name.group(1), name.group(2), name.group(3), outcome))
        : Optional.empty();
  }
}
