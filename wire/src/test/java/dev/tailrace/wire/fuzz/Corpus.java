package dev.tailrace.wire.fuzz;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The inputs of a {@link FuzzTarget} that are kept: a line for each, in hexadecimal. What stands
 * behind a {@code #} is a remark.
 */
final class Corpus {

  private static final HexFormat HEX = HexFormat.of();

  private Corpus() {}

  /** The inputs in a file. */
  static List<byte[]> read(Path file) throws IOException {
    try (Stream<String> lines = Files.lines(file)) {
      return lines
          .map(line -> line.replaceFirst("#.*", "").strip())
          .filter(line -> !line.isEmpty())
          .map(HEX::parseHex)
          .toList();
    }
  }

  /** Writes inputs behind those that a file has, the short ones first, each once. */
  static void add(Path file, List<byte[]> inputs) throws IOException {
    List<String> known = read(file).stream().map(HEX::formatHex).toList();
    String added =
        inputs.stream()
            .sorted(
                Comparator.comparingInt((byte[] input) -> input.length)
                    .thenComparing(Arrays::compareUnsigned))
            .map(HEX::formatHex)
            .filter(line -> !line.isEmpty() && !known.contains(line))
            .distinct()
            .map(line -> line + "\n")
            .collect(Collectors.joining());
    Files.writeString(file, Files.readString(file) + added);
  }
}
