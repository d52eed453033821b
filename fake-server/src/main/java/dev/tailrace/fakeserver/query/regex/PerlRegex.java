package dev.tailrace.fakeserver.query.regex;

import dev.tailrace.fakeserver.ServerVersion;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * A regular expression of the server's: PCRE (PCRE2 from 6.1), in UTF-8 mode, where {@code \w},
 * {@code \d} and {@code \s} mean ASCII and only {@code \n} ends a line. Immutable and thread-safe.
 *
 * <p>Not supported, and refused with a message that says so: recursion {@code (?R)}, conditional
 * groups {@code (?(1)...)}, branch reset {@code (?|...)}, callouts, verbs {@code (*...)} and {@code
 * \K}. Lookbehind may be of bounded rather than of fixed length.
 *
 * <p>A match that takes too many steps is given up, as the server's library does.
 */
public final class PerlRegex {

  /** Characters looked at before a match is given up; generous beside the library's own limit. */
  private static final int MAX_STEPS = 20_000_000;

  private final Pattern pattern;
  private final int groups;

  private PerlRegex(Pattern pattern) {
    this.pattern = pattern;
    this.groups = pattern.matcher("").groupCount();
  }

  /**
   * Compiles a pattern.
   *
   * @param options some of {@code imsx}; others are not looked at
   * @throws BadPattern if the server's library would refuse it
   */
  public static PerlRegex compile(String pattern, String options, ServerVersion version)
      throws BadPattern {
    int flags = Pattern.UNIX_LINES;
    for (int i = 0; i < options.length(); i++) {
      flags |=
          switch (options.charAt(i)) {
            case 'i' -> Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE;
            case 'm' -> Pattern.MULTILINE;
            case 's' -> Pattern.DOTALL;
            case 'x' -> Pattern.COMMENTS;
            default -> 0;
          };
    }
    boolean extended = (flags & Pattern.COMMENTS) != 0;
    String rewritten = new PerlSyntax(pattern, extended, version.atLeast(6, 1)).toJava();
    try {
      return new PerlRegex(Pattern.compile(rewritten, flags));
    } catch (PatternSyntaxException refused) {
      throw new BadPattern(refused.getDescription());
    } catch (StackOverflowError nestedTooDeep) {
      throw new BadPattern("regular expression is too large");
    }
  }

  /** How many groups capture something. */
  public int groups() {
    return groups;
  }

  /** Whether the text contains a match; no if the search had to be given up. */
  public boolean isFoundIn(String text) {
    try {
      return find(text, 0).isPresent();
    } catch (GaveUp tooManySteps) {
      return false;
    }
  }

  /**
   * The first match that begins at or after an index.
   *
   * @throws GaveUp if the search takes too many steps
   */
  public Optional<MatchResult> find(String text, int from) throws GaveUp {
    Matcher matcher = pattern.matcher(new Counted(text));
    matcher.useTransparentBounds(true).useAnchoringBounds(false).region(from, text.length());
    try {
      return matcher.find() ? Optional.of(matcher.toMatchResult()) : Optional.empty();
    } catch (TooManySteps | StackOverflowError tooMuch) {
      throw new GaveUp();
    }
  }

  /** The pattern is not a regular expression; the message is the library's. */
  public static final class BadPattern extends Exception {
    private static final long serialVersionUID = 1L;

    BadPattern(String message) {
      super(message, null, false, false);
    }
  }

  /** A match took too many steps. */
  public static final class GaveUp extends Exception {
    private static final long serialVersionUID = 1L;

    GaveUp() {
      super("match limit exceeded", null, false, false);
    }
  }

  private static final class TooManySteps extends RuntimeException {
    private static final long serialVersionUID = 1L;

    TooManySteps() {
      super("too many steps", null, false, false);
    }
  }

  /** A text that counts how often it is looked at. */
  private static final class Counted implements CharSequence {
    private final String text;
    private int steps;

    Counted(String text) {
      this.text = text;
    }

    @Override
    public int length() {
      return text.length();
    }

    @Override
    public char charAt(int index) {
      if (++steps > MAX_STEPS) {
        throw new TooManySteps();
      }
      return text.charAt(index);
    }

    @Override
    public CharSequence subSequence(int start, int end) {
      return text.subSequence(start, end);
    }

    @Override
    public String toString() {
      return text;
    }
  }
}
