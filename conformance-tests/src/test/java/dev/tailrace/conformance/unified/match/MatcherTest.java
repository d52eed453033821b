package dev.tailrace.conformance.unified.match;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonValue;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What matches and what does not (unified test format, "Evaluating Matches"). */
class MatcherTest {

  private final Matcher matcher = new Matcher(new Names());

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      useHeadersInDisplayName = true,
      textBlock =
          """
          expected                                 | actual                          | matches
          # Only a root-level document may have more fields than expected.
          {x: 1}                                   | {x: 1, y: 1}                    | true
          {x: 1, y: 1}                             | {x: 1}                          | false
          {x: {y: 1}}                              | {x: {y: 1, z: 1}}               | false
          {x: [{y: 1}]}                            | {x: [{y: 1, z: 1}]}             | false
          {x: 1, y: 1}                             | {y: 1, x: 1}                    | true
          {x: {}}                                  | {x: []}                         | false
          # Arrays have as many elements as expected, in their order.
          {x: [1, 2]}                              | {x: [1, 2]}                     | true
          {x: [1, 2]}                              | {x: [2, 1]}                     | false
          {x: [1, 2]}                              | {x: [1, 2, 3]}                  | false
          {x: [1]}                                 | {x: 1}                          | false
          # Numbers are compared by value.
          {x: 1}                                   | {x: 1.0}                        | true
          {x: 1}                                   | {x: {$numberLong: '1'}}         | true
          {x: 1}                                   | {x: 1.5}                        | false
          {x: 1}                                   | {x: {$numberDecimal: '1'}}      | false
          {x: {$numberLong: '9007199254740993'}}   | {x: 9007199254740992.0}         | false
          {x: {$numberDouble: 'NaN'}}              | {x: {$numberDouble: 'NaN'}}     | true
          {x: 1}                                   | {x: '1'}                        | false
          {x: null}                                | {x: null}                       | true
          {x: null}                                | {}                              | false
          # Operators.
          {x: {$$exists: true}}                    | {x: null}                       | true
          {x: {$$exists: true}}                    | {}                              | false
          {x: {$$exists: false}}                   | {}                              | true
          {x: {$$exists: false}}                   | {x: null}                       | false
          {x: {$$type: 'string'}}                  | {x: 'a'}                        | true
          {x: {$$type: 'string'}}                  | {x: ['a']}                      | false
          {x: {$$type: ['int', 'long']}}           | {x: 1}                          | true
          {x: {$$type: ['int', 'long']}}           | {x: 1.0}                        | false
          {x: {$$type: 'number'}}                  | {x: {$numberDecimal: '1'}}      | true
          {x: {$$type: 'null'}}                    | {}                              | false
          {x: {$$unsetOrMatches: 1}}               | {}                              | true
          {x: {$$unsetOrMatches: 1}}               | {x: 1}                          | true
          {x: {$$unsetOrMatches: 1}}               | {x: null}                       | false
          {x: {$$unsetOrMatches: {y: 1}}}          | {x: {y: 1, z: 1}}               | false
          {$$unsetOrMatches: {x: 1}}               | {x: 1, y: 1}                    | true
          {x: {$$matchesEntity: 'two'}}            | {x: 2}                          | true
          {x: {$$matchesEntity: 'two'}}            | {x: 3}                          | false
          {x: {$$sessionLsid: 's'}}                | {x: {id: 7}}                    | true
          {x: {$$sessionLsid: 's'}}                | {x: {id: 8}}                    | false
          {x: {$$matchesHexBytes: '12AB'}}         | {x: {$binary: {base64: 'Eqs=', subType: '00'}}} | true
          {x: {$$matchesHexBytes: '12AC'}}         | {x: {$binary: {base64: 'Eqs=', subType: '00'}}} | false
          {x: {$$lte: 1}}                          | {x: 1.0}                        | true
          {x: {$$lte: 1}}                          | {x: 1.1}                        | false
          {x: {$$lte: 1}}                          | {}                              | false
          {x: {$$matchAsDocument: {y: 1}}}         | {x: '{"y": 1.0}'}               | true
          {x: {$$matchAsDocument: {y: 1}}}         | {x: '{"y": 1, "z": 1}'}         | false
          {x: {$$matchAsDocument: {y: 1}}}         | {x: 'y'}                        | false
          {x: {$$matchAsDocument: {$$matchAsRoot: {y: 1}}}} | {x: '{"y": 1, "z": 1}'} | true
          {x: {$$matchAsRoot: {y: 1}}}             | {x: {y: 1, z: 1}}               | true
          {x: {$$matchAsRoot: {y: {z: 1}}}}        | {x: {y: {z: 1, w: 1}}}          | false
          """,
      quoteCharacter = '`')
  void matching(String expected, String actual, boolean matches) {
    boolean matched = true;
    try {
      matcher.matchRoot("it", BsonDocument.parse(expected), BsonDocument.parse(actual));
    } catch (AssertionError mismatch) {
      matched = false;
    }
    assertThat(matched).isEqualTo(matches);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {x: {$$odd: 1}}       | it.x: unsupported operator "$$odd"
          {x: {$$type: 'odd'}}  | unknown type "odd"
          """)
  void whatTheFormatDoesNotKnowIsRefused(String expected, String message) {
    assertThatExceptionOfType(IllegalArgumentException.class)
        .isThrownBy(
            () ->
                matcher.match(
                    "it", BsonDocument.parse(expected), new BsonDocument("x", new BsonInt32(1))))
        .withMessage(message);
  }

  private static final class Names implements EntityLookup {
    @Override
    public BsonValue value(String name) {
      return new BsonInt32(name.length() - 1);
    }

    @Override
    public BsonDocument sessionLsid(String name) {
      return new BsonDocument("id", new BsonInt32(7));
    }
  }
}
