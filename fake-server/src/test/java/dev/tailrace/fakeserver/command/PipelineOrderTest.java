package dev.tailrace.fakeserver.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.fakeserver.Conversation;
import org.bson.BsonDocument;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which of several things that are wrong with a pipeline is said (reference, section 1.3). */
class PipelineOrderTest {

  private static void assertCode(String release, String command, int code)
      throws InterruptedException {
    Conversation.on(
        release,
        client -> {
          client.ok("{create: 'v', viewOn: 'c', pipeline: []}");
          BsonDocument reply = client.run(command);
          assertThat(Conversation.code(reply)).as("%s", reply).isEqualTo(code);
        });
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          4.4 | c | [{$changeStream: 5}]                                                | 72
          5.0 | c | [{$changeStream: 5}]                                                | 6188500
          8.2 | c | [{$changeStream: 5}]                                                | 6188500
          8.2 | c | [{$changeStream: 5}, {$x: 1}]                                       | 6188500
          8.2 | c | [{$match: {}}, {$changeStream: 5}]                                  | 6188500
          8.2 | v | [{$changeStream: 5}]                                                | 6188500
          4.4 | c | [{$x: 1}, {$lookup: {from: 'e', as: 'e', pipeline: [{$changeStream: {}}]}}] | 40324
          7.0 | c | [{$x: 1}, {$lookup: {from: 'e', as: 'e', pipeline: [{$changeStream: {}}]}}] | 40324
          7.0 | c | [{$lookup: {from: 'e', as: 'e', pipeline: [{$changeStream: {}}]}}, {$x: 1}] | 51047
          7.0 | c | [{$match: 5}, {$lookup: {from: 'e', as: 'e', pipeline: [{$changeStream: {}}]}}] | 51047
          7.0 | c | [{$match: 5}, {$unionWith: {coll: 'e', pipeline: [{$changeStream: {}}]}}] | 31441
          7.0 | c | [{$facet: {a: [{$lookup: {from: 'e', as: 'e', pipeline: [{$changeStream: {}}]}}]}}] | 51047
          7.0 | c | [{$lookup: {from: 'e', as: 'e', pipeline: [{$x: 1}]}}, {$match: 5}] | 40324
          7.0 | c | [{$match: 5}, {$facet: {a: [{$x: 1}]}}]                             | 40324
          4.4 | c | [{$facet: {a: [{$changeStream: {}}]}}, {$x: 1}]                     | 40324
          7.0 | c | [{$facet: {a: [{$changeStream: {}}]}}, {$x: 1}]                     | 40324
          7.0 | c | [{$facet: {a: [{$changeStream: {}}]}}]                              | 40600
          4.4 | c | [{$changeStream: {foo: 1}}, {$facet: {a: [{$changeStream: {}}]}}]   | 72
          7.0 | c | [{$match: 5}, {$x: 1}]                                              | 40324
          """)
  void theOutlineComesBeforeTheRest(String release, String collection, String pipeline, int code)
      throws InterruptedException {
    assertCode(
        release,
        "{aggregate: '%s', cursor: {}, readConcern: {level: 'local'}, pipeline: %s}"
            .formatted(collection, pipeline),
        code);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          7.0 | [{$changeStream: {foo: 1}}, {$facet: {a: [{$changeStream: {}}]}}]         | 40415
          7.0 | [{$changeStream: {}}, {$facet: {a: [{$changeStream: {}}]}}]               | 40600
          8.0 | [{$changeStream: {foo: 1}}, {$changeStreamSplitLargeEvent: {a: 1}}]       | 40415
          8.0 | [{$changeStream: {}}, {$match: 5}, {$changeStreamSplitLargeEvent: {a: 1}}] | 15959
          8.0 | [{$changeStream: {}}, {$changeStreamSplitLargeEvent: {a: 1}}, {$match: 5}] | 7182800
          8.0 | [{$changeStream: {}}, {$changeStreamSplitLargeEvent: 5}]                  | 7182800
          """)
  void stagesAreParsedFromLeftToRight(String release, String pipeline, int code)
      throws InterruptedException {
    assertCode(release, "{aggregate: 'c', cursor: {}, pipeline: " + pipeline + "}", code);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          7.0 | {aggregate: 'c', pipeline: [{$lookup: {from: 'e', as: 'e', pipeline: [{$changeStream: {}}]}}]} | 9
          7.0 | {aggregate: 'c', pipeline: [{$x: 1}]}                               | 9
          7.0 | {aggregate: '', cursor: {}, pipeline: [{$x: 1}]}                    | 73
          7.0 | {aggregate: 1, cursor: {}, pipeline: [{$match: {}}, {$x: 1}]}       | 40324
          7.0 | {aggregate: 1, cursor: {}, pipeline: [{$match: {}}]}                | 73
          """)
  void theCommandIsParsedFirst(String release, String command, int code)
      throws InterruptedException {
    assertCode(release, command, code);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          4.4 | {$setWindowFields: {output: {}}}               | 40324 |
          5.0 | {$setWindowFields: {output: {}}}               | 20    | $_internalSetWindowFields
          5.0 | {$setWindowFields: {sortBy: {a: 1}, output: {}}} | 20  | $sort
          5.0 | {$densify: {field: 'a', range: {step: 1}}}     | 40324 |
          6.0 | {$densify: {field: 'a', range: {step: 1}}}     | 20    | $sort
          5.0 | {$fill: {}}                                    | 40324 |
          6.0 | {$listCatalog: {}}                             | 20    | $listCatalog
          6.0 | {$listSearchIndexes: {}}                       | 40324 |
          7.0 | {$listSearchIndexes: {}}                       | 20    | $listSearchIndexes
          7.0 | {$vectorSearch: {}}                            | 20    | $vectorSearch
          8.0 | {$rankFusion: {}}                              | 40324 |
          8.2 | {$rankFusion: {}}                              | 20    | $rankFusion
          """)
  void everyOtherStageOfTheReleaseIsRefusedBehindAStream(
      String release, String stage, int code, String named) throws InterruptedException {
    Conversation.on(
        release,
        client -> {
          BsonDocument behind =
              client.run(
                  "{aggregate: 'c', cursor: {}, pipeline: [{$changeStream: {}}, " + stage + "]}");
          assertThat(Conversation.code(behind)).isEqualTo(code);
          if (code == 20) {
            assertThat(behind.getString("errmsg").getValue())
                .isEqualTo(named + " is not permitted in a $changeStream pipeline");
          }
          BsonDocument alone =
              client.run("{aggregate: 'c', cursor: {}, pipeline: [" + stage + "]}");
          assertThat(Conversation.code(alone)).isEqualTo(code == 20 ? 238 : code);
        });
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {aggregate: 'c', pipeline: [{$changeStream: {foo: 1}}]}              | 40415
          {aggregate: 'c', pipeline: [{$changeStream: {}}, {$sort: {a: 1}}], cursor: {}} | 20
          {aggregate: 'v', pipeline: [{$changeStream: {}}]}                    | 166
          {aggregate: 'c', pipeline: [{$x: 1}]}                                | 40324
          {aggregate: 'c', pipeline: 5}                                        | 14
          {aggregate: 'c', pipeline: [{$changeStream: {}}], explain: true}     | 9
          {aggregate: 'c', pipeline: [{$changeStream: {}}]}                    | 0
          {aggregate: 1, pipeline: [{$changeStream: {}}]}                      | 0
          {aggregate: 'c', pipeline: []}                                       | 0
          """)
  void anExplainedAggregateIsLookedAtLikeOneThatRuns(String aggregate, int code)
      throws InterruptedException {
    assertCode("8.0", "{explain: " + aggregate + "}", code);
    assertCode("8.0", "{explain: " + aggregate + ", verbosity: 'executionStats'}", code);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          5.0 | [{$changeStream: {}}]                                            | 0
          6.0 | [{$changeStream: {fullDocument: 'updateLookup'}}]                | 0
          6.0 | [{$changeStream: {showExpandedEvents: true}}]                    | 323
          8.2 | [{$changeStream: {showExpandedEvents: false}}]                   | 323
          8.2 | [{$changeStream: {showRawUpdateDescription: true}}]              | 323
          8.2 | [{$changeStream: {showSystemEvents: true}}]                      | 323
          8.2 | [{$changeStream: {foo: 1, showSystemEvents: true}}]              | 323
          8.2 | [{$x: 1}, {$indexStats: {}}]                                     | 40324
          8.2 | [{$lookup: {from: 'e', as: 'e', pipeline: [{$indexStats: {}}]}}] | 323
          8.2 | [{$unionWith: {coll: 'e', pipeline: [{$indexStats: {}}]}}]       | 323
          8.2 | [{$facet: {a: [{$lookup: {from: 'e', as: 'e', pipeline: [{$planCacheStats: {}}]}}]}}] | 323
          8.2 | [{$search: {}}]                                                  | 323
          """)
  void aStrictClientIsHeldToTheStableApi(String release, String pipeline, int code)
      throws InterruptedException {
    String api = ", apiVersion: '1', apiStrict: true";
    String aggregate = "aggregate: 'c', cursor: {}, pipeline: " + pipeline;
    assertCode(release, "{" + aggregate + api + "}", code);
    assertCode(release, "{explain: {" + aggregate + "}" + api + "}", code);
    if (code == 323) {
      Conversation.on(
          release,
          client ->
              assertThat(Conversation.code(client.run("{" + aggregate + ", apiVersion: '1'}")))
                  .isNotEqualTo(323));
    }
  }

  @ParameterizedTest
  @CsvSource({"4.4", "5.0", "8.2"})
  void aViewsDefinitionHasNoStreamInside(String release) throws InterruptedException {
    Conversation.on(
        release,
        client -> {
          String pipeline =
              "pipeline: [{$lookup: {from: 'e', as: 'e', pipeline: [{$changeStream: {}}]}}]}";
          BsonDocument created = client.run("{create: 'v', viewOn: 'c', " + pipeline);
          assertThat(Conversation.code(created)).isEqualTo(51_047);
          assertThat(created.getString("errmsg").getValue())
              .isEqualTo(
                  "Invalid pipeline for view d.v :: caused by :: $changeStream is not allowed within"
                      + " a $lookup's sub-pipeline");
          client.ok("{create: 'v', viewOn: 'c', pipeline: []}");
          BsonDocument changed = client.run("{collMod: 'v', viewOn: 'c', " + pipeline);
          assertThat(Conversation.code(changed)).isEqualTo(51_047);
        });
  }
}
