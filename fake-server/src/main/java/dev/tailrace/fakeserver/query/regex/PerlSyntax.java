package dev.tailrace.fakeserver.query.regex;

import com.google.common.collect.ImmutableMap;
import dev.tailrace.fakeserver.query.regex.PerlRegex.BadPattern;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Rewrites one Perl pattern into Java's syntax, and finds the mistakes that the server's library
 * would find, in its words.
 */
final class PerlSyntax {

  private static final ImmutableMap<String, String> POSIX_CLASSES =
      ImmutableMap.<String, String>builder()
          .put("alnum", "\\p{Alnum}")
          .put("alpha", "\\p{Alpha}")
          .put("ascii", "\\p{ASCII}")
          .put("blank", "\\p{Blank}")
          .put("cntrl", "\\p{Cntrl}")
          .put("digit", "\\p{Digit}")
          .put("graph", "\\p{Graph}")
          .put("lower", "\\p{Lower}")
          .put("print", "\\p{Print}")
          .put("punct", "\\p{Punct}")
          .put("space", "\\s")
          .put("upper", "\\p{Upper}")
          .put("word", "\\w")
          .put("xdigit", "\\p{XDigit}")
          .buildOrThrow();

  private final String pattern;
  private final boolean extended;
  private final boolean secondEdition;
  private final StringBuilder java = new StringBuilder();
  private final Deque<Character> open = new ArrayDeque<>();
  private int at;

  /** Whether what was written last can be repeated. */
  private boolean repeatable;

  /**
   * A rewriting.
   *
   * @param extended whether white space and comments do not count
   * @param secondEdition whether mistakes are told as PCRE2 tells them
   */
  PerlSyntax(String pattern, boolean extended, boolean secondEdition) {
    this.pattern = pattern;
    this.extended = extended;
    this.secondEdition = secondEdition;
  }

  String toJava() throws BadPattern {
    while (at < pattern.length()) {
      char c = pattern.charAt(at);
      switch (c) {
        case '\\' -> escape();
        case '[' -> bracket();
        case '(' -> group();
        case ')' -> closeGroup();
        case '*', '+', '?' -> quantifier(1);
        case '{' -> brace();
        case '|' -> literal("|", false);
        case '^' -> literal("^", true);
        default -> plain(c);
      }
    }
    if (!open.isEmpty()) {
      throw new BadPattern(secondEdition ? "missing closing parenthesis" : "missing )");
    }
    return java.toString();
  }

  private void plain(char c) {
    if (extended && c == '#') {
      int end = pattern.indexOf('\n', at);
      at = end < 0 ? pattern.length() : end + 1;
    } else if (extended && Character.isWhitespace(c)) {
      at++;
    } else {
      literal(String.valueOf(c), true);
    }
  }

  private void literal(String text, boolean canBeRepeated) {
    java.append(text);
    repeatable = canBeRepeated;
    at++;
  }

  private void escape() throws BadPattern {
    if (at + 1 == pattern.length()) {
      throw new BadPattern("\\ at end of pattern");
    }
    char c = pattern.charAt(at + 1);
    repeatable = true;
    switch (c) {
      case 'Q' -> quoted();
      case 'E' -> at += 2;
      case 'K' -> throw unsupported("\\K");
      case 'g' -> reference();
      default -> {
        java.append(escaped(c));
        at += 2;
      }
    }
  }

  /** An escape that is not special to Java stays, except where Java would refuse the letter. */
  private static String escaped(char c) {
    if (Character.isLetter(c) && "abBcdDefGhHkNnpPRrsStuvVwWxXzZA".indexOf(c) < 0) {
      return String.valueOf(c);
    }
    return "\\" + c;
  }

  private void quoted() {
    int end = pattern.indexOf("\\E", at);
    int stop = end < 0 ? pattern.length() : end;
    pattern.substring(at + 2, stop).codePoints().forEach(this::appendQuoted);
    at = end < 0 ? stop : end + 2;
  }

  private void appendQuoted(int codePoint) {
    if (codePoint < 0x80 && !Character.isLetterOrDigit(codePoint)) {
      java.append('\\');
    }
    java.appendCodePoint(codePoint);
  }

  /** {@code \g1}, {@code \g{1}}, {@code \g{name}}: references to groups. */
  private void reference() throws BadPattern {
    int start = at + 2;
    boolean braced = start < pattern.length() && pattern.charAt(start) == '{';
    int end = braced ? pattern.indexOf('}', start) : start;
    if (end < 0) {
      throw unsupported("\\g");
    }
    while (!braced && end < pattern.length() && Character.isDigit(pattern.charAt(end))) {
      end++;
    }
    String target = pattern.substring(braced ? start + 1 : start, end);
    boolean number = !target.isEmpty() && target.chars().allMatch(Character::isDigit);
    if (!number && (!braced || target.startsWith("-"))) {
      throw unsupported("\\g");
    }
    java.append(number ? "(?:\\" + target + ")" : "\\k<" + target + ">");
    at = braced ? end + 1 : end;
  }

  private void bracket() throws BadPattern {
    int start = at;
    java.append('[');
    at++;
    if (at < pattern.length() && pattern.charAt(at) == '^') {
      java.append('^');
      at++;
    }
    boolean first = true;
    while (at < pattern.length() && (first || pattern.charAt(at) != ']')) {
      bracketItem(start);
      first = false;
    }
    if (at >= pattern.length()) {
      throw new BadPattern("missing terminating ] for character class");
    }
    java.append(']');
    at++;
    repeatable = true;
  }

  private void bracketItem(int start) throws BadPattern {
    char c = pattern.charAt(at);
    if (c == '[' && at + 1 < pattern.length() && pattern.charAt(at + 1) == ':') {
      int end = pattern.indexOf(":]", at + 2);
      if (end > 0 && pattern.substring(at + 2, end).chars().allMatch(PerlSyntax::isPosixNameChar)) {
        posixClass(pattern.substring(at + 2, end));
        at = end + 2;
        return;
      }
    }
    if (c == '\\') {
      if (at + 1 == pattern.length()) {
        throw new BadPattern("\\ at end of pattern");
      }
      char next = pattern.charAt(at + 1);
      java.append(next == 'b' ? "\\x08" : escaped(next));
      at += 2;
      return;
    }
    boolean special = "[]&^#~".indexOf(c) >= 0 || Character.isWhitespace(c);
    boolean caret = c == '^' && at == start + 1;
    if (special && !caret) {
      java.append('\\');
    }
    java.append(c);
    at++;
  }

  private static boolean isPosixNameChar(int c) {
    return c == '^' || (c >= 'a' && c <= 'z');
  }

  private void posixClass(String name) throws BadPattern {
    boolean negated = name.startsWith("^");
    String javaClass = POSIX_CLASSES.get(negated ? name.substring(1) : name);
    if (javaClass == null) {
      throw new BadPattern("unknown POSIX class name");
    }
    java.append(negated ? "[^" + javaClass + "]" : javaClass);
  }

  private void group() throws BadPattern {
    if (pattern.startsWith("(*", at)) {
      throw unsupported("(*");
    }
    if (!pattern.startsWith("(?", at)) {
      openGroup("(", 1);
      return;
    }
    String rest = pattern.substring(at + 2);
    if (rest.startsWith("#")) {
      int end = pattern.indexOf(')', at);
      if (end < 0) {
        throw new BadPattern(
            secondEdition ? "missing ) following (?# comment" : "missing ) after comment");
      }
      at = end + 1;
    } else if (rest.startsWith("P<")) {
      openGroup("(?<", 4);
    } else if (rest.startsWith("P=")) {
      int end = pattern.indexOf(')', at);
      if (end < 0) {
        throw new BadPattern(secondEdition ? "missing closing parenthesis" : "missing )");
      }
      java.append("\\k<").append(pattern, at + 4, end).append('>');
      at = end + 1;
      repeatable = true;
    } else if (rest.startsWith("'")) {
      int end = pattern.indexOf('\'', at + 3);
      if (end < 0) {
        throw new BadPattern("syntax error in subpattern name (missing terminator)");
      }
      java.append("(?<").append(pattern, at + 3, end).append('>');
      open.push('(');
      at = end + 1;
      repeatable = false;
    } else if (rest.isEmpty() || "R|(&+C0123456789".indexOf(rest.charAt(0)) >= 0) {
      throw rest.isEmpty()
          ? new BadPattern("unrecognized character after (? or (?-")
          : unsupported("(?" + rest.charAt(0));
    } else {
      specialGroup(rest);
    }
  }

  /** {@code (?:}, look-arounds, named groups and inline options, which Java writes alike. */
  private void specialGroup(String rest) throws BadPattern {
    for (String prefix : new String[] {":", "=", "!", ">", "<=", "<!"}) {
      if (rest.startsWith(prefix)) {
        openGroup("(?" + prefix, 2 + prefix.length());
        return;
      }
    }
    if (rest.startsWith("<")) {
      openGroup("(?<", 3);
      return;
    }
    int end = 0;
    while (end < rest.length() && "imsx-^".indexOf(rest.charAt(end)) >= 0) {
      end++;
    }
    if (end == 0 || end == rest.length() || ":)".indexOf(rest.charAt(end)) < 0) {
      throw new BadPattern("unrecognized character after (? or (?-");
    }
    String options = rest.substring(0, end).replace("i", "iu");
    if (rest.charAt(end) == ':') {
      openGroup("(?" + options + ":", 2 + end + 1);
    } else {
      java.append("(?").append(options).append(')');
      at += 2 + end + 1;
      repeatable = false;
    }
  }

  private void openGroup(String javaText, int length) {
    java.append(javaText);
    open.push('(');
    at += length;
    repeatable = false;
  }

  private void closeGroup() throws BadPattern {
    if (open.isEmpty()) {
      throw new BadPattern(
          secondEdition ? "unmatched closing parenthesis" : "unmatched parentheses");
    }
    open.pop();
    literal(")", true);
  }

  private void brace() throws BadPattern {
    int end = pattern.indexOf('}', at);
    String inside = end < 0 ? "" : pattern.substring(at + 1, end);
    if (!inside.matches("[0-9]+(,[0-9]*)?")) {
      literal("\\{", true);
      return;
    }
    String[] bounds = inside.split(",", -1);
    for (String bound : bounds) {
      if (bound.length() > 5 || (!bound.isEmpty() && Integer.parseInt(bound) > 65_535)) {
        throw new BadPattern("number too big in {} quantifier");
      }
    }
    boolean closed = bounds.length == 2 && !bounds[1].isEmpty();
    if (closed && Integer.parseInt(bounds[0]) > Integer.parseInt(bounds[1])) {
      throw new BadPattern("numbers out of order in {} quantifier");
    }
    quantifier(end + 1 - at);
  }

  private void quantifier(int length) throws BadPattern {
    if (!repeatable) {
      throw new BadPattern(
          secondEdition ? "quantifier does not follow a repeatable item" : "nothing to repeat");
    }
    java.append(pattern, at, at + length);
    at += length;
    if (at < pattern.length() && (pattern.charAt(at) == '?' || pattern.charAt(at) == '+')) {
      java.append(pattern.charAt(at));
      at++;
    }
    repeatable = false;
  }

  private static BadPattern unsupported(String what) {
    return new BadPattern("the fake server does not support " + what + " in regular expressions");
  }
}
