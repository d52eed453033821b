package dev.tailrace.wire.auth;

import java.util.Arrays;
import java.util.Optional;

/** How a client proves who it is. */
public enum Mechanism {
  SCRAM_SHA_256("SCRAM-SHA-256"),
  SCRAM_SHA_1("SCRAM-SHA-1"),
  /** By the certificate that TLS has checked already. */
  MONGODB_X509("MONGODB-X509"),
  /** By the password itself, readable for whoever can read the connection. */
  PLAIN("PLAIN");

  private final String specName;

  Mechanism(String specName) {
    this.specName = specName;
  }

  /** The name in commands and connection strings. */
  public String specName() {
    return specName;
  }

  /** The mechanism of that name; empty if it is none of these. */
  public static Optional<Mechanism> named(String specName) {
    return Arrays.stream(values())
        .filter(mechanism -> mechanism.specName.equals(specName))
        .findFirst();
  }
}
