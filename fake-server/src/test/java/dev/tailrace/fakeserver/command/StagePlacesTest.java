package dev.tailrace.fakeserver.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.fakeserver.Conversation;
import org.bson.BsonDocument;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Where {@code $changeStream} and its companion may stand (reference, 1.3, 1.6, 1.11, 6.1). */
class StagePlacesTest {

  private static final String SPLIT_OUTSIDE =
      "$changeStreamSplitLargeEvent can only be used in a $changeStream pipeline";

  private static final String TRANSACTION =
      ", lsid: {id: {$binary: {base64: 'AAAAAAAAQACAAAAAAAAAAQ==', subType: '04'}}},"
          + " txnNumber: {$numberLong: '%d'}, autocommit: false";

  private static String aggregate(String pipeline, String more) {
    return "{aggregate: 'c', cursor: {}, pipeline: " + pipeline + more + "}";
  }

  private static void assertRefused(BsonDocument reply, int code, String message) {
    assertThat(reply.getNumber("ok").intValue()).isZero();
    assertThat(reply.getInt32("code").getValue()).isEqualTo(code);
    assertThat(reply.getString("errmsg").getValue()).isEqualTo(message);
  }

  @ParameterizedTest
  @ValueSource(strings = {"4.2", "4.4", "6.0", "8.0", "8.2"})
  void aStreamIsRefusedInATransaction(String release) throws InterruptedException {
    String message =
        "Operation not permitted in transaction :: caused by :: Aggregation stage $changeStream"
            + " cannot run within a multi-document transaction.";
    Conversation.on(
        release,
        client -> {
          client.ok("{insert: 'c', documents: [{_id: 1}]}");
          String start = TRANSACTION + ", startTransaction: true";
          String first = aggregate("[{$changeStream: {}}]", start.formatted(1));
          assertRefused(client.run(first), 263, message);
          String wrongToo = aggregate("[{$changeStream: {x: 1}}]", start.formatted(2));
          assertRefused(client.run(wrongToo), 263, message);
          client.ok("{find: 'c'" + start.formatted(3) + "}");
          String later = aggregate("[{$changeStream: {}}]", TRANSACTION.formatted(3));
          assertRefused(client.run(later), 263, message);
        });
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      textBlock =
          """
          6.0 | [{$match: {}}, {$changeStreamSplitLargeEvent: {}}]
          8.0 | [{$match: {}}, {$changeStreamSplitLargeEvent: {}}]
          8.0 | [{$changeStreamSplitLargeEvent: {}}]
          8.0 | [{$changeStreamSplitLargeEvent: {}}, {$match: {}}]
          8.0 | [{$facet: {a: [{$changeStreamSplitLargeEvent: {}}]}}]
          8.0 | [{$unionWith: {coll: 'c', pipeline: [{$changeStreamSplitLargeEvent: {}}]}}]
          """)
  void splittingIsForChangeStreams(String release, String pipeline) throws InterruptedException {
    Conversation.on(
        release,
        client -> {
          client.ok("{insert: 'c', documents: [{_id: 1}]}");
          assertRefused(client.run(aggregate(pipeline, "")), 20, SPLIT_OUTSIDE);
        });
  }

  @ParameterizedTest
  @CsvSource({"6.0.8, 40324", "6.0.9, 20", "5.0, 40324"})
  void splittingCameWithAPatch(String release, int code) throws InterruptedException {
    Conversation.on(
        release,
        client ->
            assertThat(
                    client
                        .run(aggregate("[{$changeStreamSplitLargeEvent: {}}]", ""))
                        .getInt32("code")
                        .getValue())
                .isEqualTo(code));
    Conversation.on(
        release,
        client ->
            assertThat(
                    client
                        .run(
                            aggregate(
                                "[{$changeStream: {}}, {$changeStreamSplitLargeEvent: {}}]", ""))
                        .containsKey("code"))
                .isEqualTo(code == 40_324));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      textBlock =
          """
          {$changeStreamSplitLargeEvent: {}}, {$match: {}}                       | 7182802
          {$changeStreamSplitLargeEvent: {}}, {$changeStreamSplitLargeEvent: {}} | 7182802
          {$changeStreamSplitLargeEvent: {}}, {$sort: {a: 1}}                    | 20
          {$changeStreamSplitLargeEvent: {x: 1}}                                 | 7182800
          {$changeStreamSplitLargeEvent: 5}, {$match: {}}                        | 7182800
          """)
  void splittingIsTheLastStage(String stages, int code) throws InterruptedException {
    Conversation.on(
        "8.0",
        client ->
            assertThat(
                    client
                        .run(aggregate("[{$changeStream: {}}, " + stages + "]", ""))
                        .getInt32("code")
                        .getValue())
                .isEqualTo(code));
  }

  @ParameterizedTest
  @ValueSource(strings = {"create", "collMod"})
  void splittingIsNotForViews(String command) throws InterruptedException {
    Conversation.on(
        "8.0",
        client -> {
          if (command.equals("collMod")) {
            client.ok("{create: 'v', viewOn: 'c', pipeline: []}");
          }
          String refused =
              "{" + command + ": 'v', viewOn: 'c', pipeline: [{$changeStreamSplitLargeEvent: {}}]}";
          assertRefused(
              client.run(refused),
              20,
              "Invalid pipeline for view d.v :: caused by :: " + SPLIT_OUTSIDE);
        });
  }

  @ParameterizedTest
  @CsvSource({"4.4, true", "5.0, true", "6.0, false", "8.0, false"})
  void onlyOldReleasesEndThatSentence(String release, boolean hasFullStop)
      throws InterruptedException {
    String message =
        "$changeStream is only valid as the first stage in a pipeline" + (hasFullStop ? "." : "");
    Conversation.on(
        release,
        client -> {
          String behind = aggregate("[{$match: {}}, {$changeStream: {}}]", "");
          String twice = aggregate("[{$changeStream: {}}, {$changeStream: {}}]", "");
          assertRefused(client.run(behind), 40_602, message);
          assertRefused(client.run(twice), 40_602, message);
        });
  }
}
