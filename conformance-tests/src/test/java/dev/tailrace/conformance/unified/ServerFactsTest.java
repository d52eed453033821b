package dev.tailrace.conformance.unified;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.conformance.unified.format.TestFileReader;
import dev.tailrace.conformance.unified.format.Version;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonValue;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which requirements a replica set of version 4.4.10, without authentication, meets. */
class ServerFactsTest {

  private static final ServerFacts FACTS =
      new ServerFacts(
          new Version(4, 4, 10),
          "replicaset",
          false,
          BsonDocument.parse(
              "{requireApiVersion: false, size: 8, authenticationMechanisms: ['SCRAM-SHA-256']}"));

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      useHeadersInDisplayName = true,
      textBlock =
          """
          requirements                                                      | met
          []                                                                | true
          [{minServerVersion: '4.4.10'}]                                    | true
          [{minServerVersion: '4.4.9', maxServerVersion: '4.4.10'}]         | true
          [{minServerVersion: '4.4.11'}]                                    | false
          [{minServerVersion: '5.0'}]                                       | false
          [{maxServerVersion: '4.4.9'}]                                     | false
          [{maxServerVersion: '4.4'}]                                       | false
          [{maxServerVersion: '4.4.99'}]                                    | true
          [{topologies: ['single', 'replicaset']}]                          | true
          [{topologies: ['sharded']}]                                       | false
          [{serverless: 'forbid'}]                                          | true
          [{serverless: 'allow'}]                                           | true
          [{serverless: 'require'}]                                         | false
          [{auth: false}]                                                   | true
          [{auth: true}]                                                    | false
          [{authMechanism: 'scram-sha-256'}]                                | true
          [{authMechanism: 'MONGODB-X509'}]                                 | false
          [{csfle: true}]                                                   | false
          [{csfle: false}]                                                  | true
          [{serverParameters: {requireApiVersion: false, size: 8.0}}]       | true
          [{serverParameters: {requireApiVersion: true}}]                   | false
          [{serverParameters: {unknown: 1}}]                                | false
          # All of one alternative has to be met, and one alternative is enough.
          [{topologies: ['replicaset'], minServerVersion: '5.0'}]           | false
          [{minServerVersion: '5.0'}, {topologies: ['replicaset']}]         | true
          """)
  void requirements(String requirements, boolean met) {
    assertThat(
            FACTS.meet(
                BsonArray.parse(requirements).stream()
                    .map(BsonValue::asDocument)
                    .map(TestFileReader::requirement)
                    .toList()))
        .isEqualTo(met);
  }
}
