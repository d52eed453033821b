package dev.tailrace.wire.fuzz;

/** Where the fuzzer enters. The system property {@value #TARGET} names the {@link FuzzTarget}. */
public final class FuzzEntry {

  static final String TARGET = "tailrace.fuzz.target";

  private static final FuzzTarget READER = FuzzTarget.valueOf(System.getProperty(TARGET));

  private FuzzEntry() {}

  /** One input. The name is the fuzzer's. */
  public static void fuzzerTestOneInput(byte[] input) {
    READER.read(input);
  }
}
