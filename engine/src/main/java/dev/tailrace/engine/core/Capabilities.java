package dev.tailrace.engine.core;

import dev.tailrace.engine.transport.ServerRef;
import java.util.List;
import java.util.Locale;

/**
 * What can be expected of a server, from what it said when it was greeted and from where it stands.
 * Products that speak MongoDB's protocol report the wire version of the MongoDB they follow, but
 * not all that comes with it, so the version alone decides only for MongoDB itself. Whether there
 * are change streams at all is for the server to say.
 *
 * <p>Products are told by their host names, as the official drivers tell them (DRIVERS-2583).
 *
 * @param product whose server it is
 * @param labelsErrors whether it labels errors that a stream can resume from; MongoDB since 4.4. Of
 *     Amazon DocumentDB and Azure Cosmos DB no labels are known, whatever their wire version
 * @param takesCommentOnGetMore whether {@code getMore} may have a {@code comment}; MongoDB since
 *     4.4
 */
record Capabilities(Product product, boolean labelsErrors, boolean takesCommentOnGetMore) {

  /** The wire version of MongoDB 4.4. */
  private static final int WIRE_VERSION_4_4 = 9;

  /** Whose server it is. */
  enum Product {
    MONGODB(),
    DOCUMENT_DB(".docdb.amazonaws.com", ".docdb-elastic.amazonaws.com"),
    COSMOS_DB(".cosmos.azure.com");

    @SuppressWarnings("ImmutableEnumChecker") // Never changed.
    private final List<String> hostSuffixes;

    Product(String... hostSuffixes) {
      this.hostSuffixes = List.of(hostSuffixes);
    }

    private static Product at(String address) {
      int colon = address.lastIndexOf(':');
      String host = (colon < 0 ? address : address.substring(0, colon)).toLowerCase(Locale.ROOT);
      for (Product product : values()) {
        if (product.hostSuffixes.stream().anyMatch(host::endsWith)) {
          return product;
        }
      }
      return MONGODB;
    }
  }

  /** Those of a server, as the connection knew it on which it answered. */
  static Capabilities of(ServerRef server) {
    Product product = Product.at(server.address());
    boolean since44 = product == Product.MONGODB && server.maxWireVersion() >= WIRE_VERSION_4_4;
    return new Capabilities(product, since44, since44);
  }
}
