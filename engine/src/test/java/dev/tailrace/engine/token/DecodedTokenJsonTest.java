package dev.tailrace.engine.token;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HexFormat;
import org.bson.BsonBinary;
import org.bson.BsonDocument;
import org.bson.BsonNull;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Descriptions of tokens that are no such thing; what good ones are is in {@link TokenVectorsTest}.
 */
class DecodedTokenJsonTest {

  private static final String TIME = "clusterTime: {$timestamp: {t: 1, i: 2}}";

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {}                  | format must be of type STRING; found no such field
          {format: 1}         | format must be of type STRING; found INT32
          {format: "base64"}  | format must be "hex" or "bindata": base64
          {format: "hex"}     | clusterTime must be of type TIMESTAMP; found no such field
          {format: "bindata"} | clusterTime must be of type TIMESTAMP; found no such field
          {format: "hex", TIME}                   | version must be of type INT32; found no such field
          {format: "hex", TIME, version: "1"}     | version must be of type INT32; found STRING
          {format: "hex", TIME, version: 0}       | txnOpIndex must be of type INT32; found no such field
          {format: "hex", TIME, version: 0, txnOpIndex: -1} | txnOpIndex must not be negative: -1
          {format: "hex", TIME, version: 3, tokenType: 0, txnOpIndex: 0, fromInvalidate: false} \
          | version must be 0 to 2: 3
          {format: "hex", TIME, version: 1}       | tokenType must be of type INT32; found no such field
          {format: "hex", TIME, version: 1, tokenType: 0, txnOpIndex: 0} \
          | fromInvalidate must be of type BOOLEAN; found no such field
          {format: "hex", TIME, version: 0, txnOpIndex: 0, uuid: "x"} \
          | uuidField must be null, BsonNull or a UUID: BsonString{value='x'}
          {format: "hex", TIME, version: 0, txnOpIndex: 0, eventIdentifier: 1} \
          | eventIdentifier must be of type DOCUMENT; found INT32
          {format: "hex", TIME, version: 0, txnOpIndex: 0, fragmentNum: true} \
          | fragmentNum must be of type INT32; found BOOLEAN
          {format: "hex", TIME, version: 0, txnOpIndex: 0, tokenType: 0} \
          | a decoded token of this version has no field tokenType
          {format: "hex", TIME, version: 0, txnOpIndex: 0, documentKey: {}} \
          | a decoded token of this version has no field documentKey
          {format: "bindata", TIME, version: 0} | a decoded token of this version has no field version
          {format: "bindata", TIME, documentKey: []} | documentKey must be of type DOCUMENT; found ARRAY
          """)
  void whatIsNoDecodedToken(String json, String message) {
    BsonDocument document = BsonDocument.parse(json.replace("TIME", TIME));
    Refusals.assertRefused(() -> DecodedTokenJson.fromDocument(document), 9, message);
  }

  @Test
  void aTokenTypeThatDoesNotExist() {
    BsonDocument document =
        BsonDocument.parse("{format: 'hex', " + TIME + ", version: 1, tokenType: 1}");
    Refusals.assertRefused(
        () -> DecodedTokenJson.fromDocument(document), 51057, "Token type 1 not recognized");
  }

  @Test
  void inVersion2TheCollectionMayBeLeftOut() {
    BsonDocument document =
        BsonDocument.parse(
            "{format: 'hex', "
                + TIME
                + ", version: 2, tokenType: 0, txnOpIndex: 0, fromInvalidate: false}");
    assertThat(DecodedTokenJson.toDocument(DecodedTokenJson.fromDocument(document)))
        .isEqualTo(document.clone().append("uuid", BsonNull.VALUE));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {format: "bindata", TIME}                      | 82000000010000000204
          {format: "bindata", TIME, documentKey: {a: 1}} | 820000000100000002461E61002B020004
          """)
  void aBinDataTokenMayBeWithoutACollection(String json, String hex) {
    BsonDocument document = BsonDocument.parse(json.replace("TIME", TIME));
    DecodedToken token = DecodedTokenJson.fromDocument(document);
    assertThat(DecodedTokenJson.toDocument(token)).isEqualTo(document);
    BsonDocument encoded = new BsonDocument("_data", new BsonBinary(HexFormat.of().parseHex(hex)));
    assertThat(ResumeTokenCodec.encode(token)).isEqualTo(encoded);
    assertThat(ResumeTokenCodec.decode(encoded)).isEqualTo(token);
  }

  @Test
  void theDocumentIsNotChanged() {
    BsonDocument document =
        BsonDocument.parse("{format: 'bindata', " + TIME + ", documentKey: null}");
    BsonDocument before = document.clone();
    DecodedTokenJson.fromDocument(document);
    assertThat(document).isEqualTo(before);
  }
}
