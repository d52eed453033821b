package dev.tailrace.conformance.unified.entity;

import static org.assertj.core.api.Assertions.assertThat;

import org.bson.BsonDocument;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How the options of a client entity get into the connection string. */
class ConnectionOptionsTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      useHeadersInDisplayName = true,
      textBlock =
          """
          connectionString             | uriOptions                   | result
          mongodb://a:1,b:2            | {}                           | mongodb://a:1,b:2/?
          mongodb://a:1/               | {w: 1}                       | mongodb://a:1/?w=1
          mongodb://a:1/?w=2&x=y       | {w: 'majority', z: true}     | mongodb://a:1/?w=majority&x=y&z=true
          mongodb://a:1                | {appName: 'a b&c'}           | mongodb://a:1/?appName=a+b%26c
          # A direct connection is to one server, of whatever set.
          mongodb://a:1,b:2/?replicaSet=s | {directConnection: true}  | mongodb://a:1/?directConnection=true
          mongodb://a:1,b:2/?replicaSet=s | {directConnection: false} | mongodb://a:1,b:2/?replicaSet=s&directConnection=false
          """)
  void applying(String connectionString, String uriOptions, String result) {
    assertThat(ConnectionOptions.apply(connectionString, BsonDocument.parse(uriOptions)))
        .isEqualTo(result);
  }
}
