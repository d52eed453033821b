package dev.tailrace.wire.tls;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/**
 * A file in the textual encodings of RFC 7468 ("PEM"): blocks between BEGIN and END, and anything
 * around them.
 */
final class PemFile {

  /** The bundle of a whole operating system has about 200 KiB. */
  private static final int MAX_BYTES = 4 * 1024 * 1024;

  private static final String BEGIN = "-----BEGIN ";
  private static final String END = "-----END ";
  private static final String DASHES = "-----";

  private final String name;
  private final List<Block> blocks;

  /** One block. */
  static final class Block {

    /** What it says it is, {@code CERTIFICATE} for one. */
    final String label;

    /**
     * Whether it has header lines, as encrypted keys had before PKCS #8; it is not decoded then.
     */
    final boolean hasHeaders;

    final byte[] der;

    private Block(String label, boolean hasHeaders, byte[] der) {
      this.label = label;
      this.hasHeaders = hasHeaders;
      this.der = der;
    }
  }

  private PemFile(String name, List<Block> blocks) {
    this.name = name;
    this.blocks = blocks;
  }

  /**
   * Reads a file.
   *
   * @throws PemException if it cannot be read, or is not of that form
   */
  static PemFile read(String name) throws PemException {
    byte[] bytes;
    try (InputStream in = Files.newInputStream(Path.of(name))) {
      bytes = in.readNBytes(MAX_BYTES + 1);
    } catch (IOException | IllegalArgumentException e) { // No such file, or no such name.
      throw new PemException("cannot read " + name + ": " + e.getClass().getSimpleName());
    }
    if (bytes.length > MAX_BYTES) {
      throw new PemException(name + " has more than " + MAX_BYTES + " bytes");
    }
    return new PemFile(name, blocks(name, new String(bytes, ISO_8859_1)));
  }

  private static List<Block> blocks(String name, String text) throws PemException {
    List<Block> blocks = new ArrayList<>();
    int from = text.indexOf(BEGIN);
    while (from >= 0) {
      int labelStart = from + BEGIN.length();
      int labelEnd = text.indexOf(DASHES, labelStart);
      String label = labelEnd < 0 ? "" : text.substring(labelStart, labelEnd);
      String last = END + label + DASHES;
      int end = label.contains("\n") ? -1 : text.indexOf(last, labelStart);
      if (labelEnd < 0 || end < 0) {
        throw new PemException(name + " has a block that begins and does not end");
      }
      blocks.add(block(name, label, text.substring(labelEnd + DASHES.length(), end)));
      from = text.indexOf(BEGIN, end + last.length());
    }
    return blocks;
  }

  private static Block block(String name, String label, String content) throws PemException {
    if (content.contains(":")) {
      return new Block(label, /* hasHeaders= */ true, new byte[0]);
    }
    try {
      return new Block(
          label,
          /* hasHeaders= */ false,
          Base64.getDecoder().decode(content.replaceAll("\\s", "")));
    } catch (IllegalArgumentException e) { // Its message may show a character of a key.
      throw new PemException(name + " has a block " + label + " that is not Base64");
    }
  }

  String name() {
    return name;
  }

  List<Block> blocks() {
    return blocks;
  }

  /**
   * Its certificates, in order.
   *
   * @throws PemException if there are none, or one is broken
   */
  List<X509Certificate> certificates() throws PemException {
    List<X509Certificate> certificates = new ArrayList<>();
    for (Block block : blocks) {
      if (block.label.equals("CERTIFICATE")) {
        certificates.add(certificate(block));
      }
    }
    if (certificates.isEmpty()) {
      throw new PemException(name + " has no certificate (in PEM)");
    }
    return certificates;
  }

  private X509Certificate certificate(Block block) throws PemException {
    try {
      return (X509Certificate)
          CertificateFactory.getInstance("X.509")
              .generateCertificate(new ByteArrayInputStream(block.der));
    } catch (CertificateException e) {
      throw new PemException(name + " has a certificate that cannot be read");
    }
  }
}
