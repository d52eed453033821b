package dev.tailrace.engine.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.engine.core.Capabilities.Product;
import dev.tailrace.engine.transport.ServerKind;
import dev.tailrace.engine.transport.ServerRef;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CapabilitiesTest {

  /**
   * Products are told by their host names, as DRIVERS-2583 has it: in any case, without the port.
   */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      useHeadersInDisplayName = true,
      textBlock =
          """
          address                                              | product
          a.example.net:27017                                  | MONGODB
          docdb-1.abc.eu-west-1.docdb.amazonaws.com:27017      | DOCUMENT_DB
          x.abc.us-east-1.docdb-elastic.amazonaws.com:27017    | DOCUMENT_DB
          DocDB-1.ABC.eu-west-1.DOCDB.AmazonAWS.com            | DOCUMENT_DB
          shop.mongo.cosmos.azure.com:10255                    | COSMOS_DB
          c.mongocluster.cosmos.azure.com                      | COSMOS_DB
          # Only at the end, and only behind a dot.
          docdb.amazonaws.com.example.net:27017                | MONGODB
          notdocdb.amazonaws.com:27017                         | MONGODB
          cosmos.azure.com:27017                               | MONGODB
          # An address without a host, as an IPv6 address without brackets would leave it.
          :27017                                               | MONGODB
          """)
  void whoseServerItIs(String address, Product product) {
    assertThat(of(address, 21).product()).isEqualTo(product);
  }

  /** Change-streams specification: both come with wire version 9; of others they are not known. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      useHeadersInDisplayName = true,
      textBlock =
          """
          address                      | wire | labels errors, takes comments on getMore
          a:27017                      | 8    | false
          a:27017                      | 9    | true
          a:27017                      | 25   | true
          a.docdb.amazonaws.com:27017  | 13   | false
          a.cosmos.azure.com:10255     | 25   | false
          """)
  void whatCameWithMongoDb44(String address, int wire, boolean since44) {
    assertThat(of(address, wire).labelsErrors()).isEqualTo(since44);
    assertThat(of(address, wire).takesCommentOnGetMore()).isEqualTo(since44);
  }

  private static Capabilities of(String address, int wire) {
    return Capabilities.of(new ServerRef(address, wire, ServerKind.REPLICA_SET_MEMBER));
  }
}
