package dev.tailrace.fakeserver.query.value;

import static java.nio.charset.StandardCharsets.UTF_8;

/** Strings as the server has them: bytes of UTF-8. */
public final class Utf8 {

  private Utf8() {}

  public static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }

  /** The bytes as a string; what is not UTF-8, as where the server cut a character, is U+FFFD. */
  public static String string(byte[] bytes, int from, int to) {
    return new String(bytes, from, to - from, UTF_8);
  }

  /** The length in bytes. */
  public static int length(String text) {
    int length = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      // A surrogate pair is two chars and four bytes.
      length += c < 0x80 ? 1 : c < 0x800 || Character.isSurrogate(c) ? 2 : 3;
    }
    return length;
  }

  public static boolean isContinuation(byte b) {
    return (b & 0xC0) == 0x80;
  }

  /** Orders strings by their bytes, which is the order of their code points. */
  public static int compare(String a, String b) {
    int common = Math.min(a.length(), b.length());
    for (int i = 0; i < common; i++) {
      char x = a.charAt(i);
      char y = b.charAt(i);
      if (x != y) {
        // Surrogates stand for code points above all other chars.
        return Character.isSurrogate(x) == Character.isSurrogate(y)
            ? Character.compare(x, y)
            : Character.isSurrogate(x) ? 1 : -1;
      }
    }
    return Integer.compare(a.length(), b.length());
  }
}
