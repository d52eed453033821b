package dev.tailrace.conformance.typed;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.conformance.support.FacedStream;
import dev.tailrace.conformance.support.VirtualStage;
import dev.tailrace.engine.ChangeStreamOptions;
import dev.tailrace.engine.Next;
import dev.tailrace.engine.WatchTarget;
import dev.tailrace.engine.event.ChangeEvent;
import dev.tailrace.engine.event.Namespace;
import dev.tailrace.engine.event.OperationType;
import dev.tailrace.engine.face.undertest.FaceUnderTest;
import java.util.ArrayList;
import java.util.List;
import org.bson.RawBsonDocument;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every kind of event that a database can have, asked for its fields by name. */
@Timeout(60)
class ExpandedEventsTest {

  private static final ChangeStreamOptions EXPANDED =
      ChangeStreamOptions.builder().showExpandedEvents(true).build();

  /** One command for each kind; dropping the database drops its collection first. */
  private static final List<String> COMMANDS =
      List.of(
          "{create: 'orders'}",
          "{insert: 'orders', documents: [{_id: 1, item: 'tea'}]}",
          "{update: 'orders', updates: [{q: {_id: 1}, u: {$set: {item: 'coffee'}, $unset: {x: 1}}}]}",
          "{update: 'orders', updates: [{q: {_id: 1}, u: {item: 'cocoa', x: 1}}]}",
          "{createIndexes: 'orders', indexes: [{key: {item: 1}, name: 'by_item'}]}",
          "{collMod: 'orders', index: {name: 'by_item', hidden: true}}",
          "{dropIndexes: 'orders', index: 'by_item'}",
          "{delete: 'orders', deletes: [{q: {_id: 1}, limit: 1}]}",
          "{dropDatabase: 1}");

  private static final List<OperationType> TYPES =
      List.of(
          OperationType.CREATE,
          OperationType.INSERT,
          OperationType.UPDATE,
          OperationType.REPLACE,
          OperationType.CREATE_INDEXES,
          OperationType.MODIFY,
          OperationType.DROP_INDEXES,
          OperationType.DELETE,
          OperationType.DROP,
          OperationType.DROP_DATABASE);

  @ParameterizedTest
  @EnumSource
  void eachHasItsFieldsByName(FaceUnderTest face) throws InterruptedException {
    try (VirtualStage stage = new VirtualStage(1);
        var stream =
            stage.open(face, stage.streams(WatchTarget.database("shop"), EXPANDED).events())) {
      for (String command : COMMANDS) {
        stage.run(command);
      }
      List<ChangeEvent> events = events(stream, TYPES.size());

      assertThat(events).extracting(ChangeEvent::operationType).containsExactlyElementsOf(TYPES);
      assertThat(events)
          .allSatisfy(
              event -> {
                assertThat(event.clusterTime()).isPresent();
                assertThat(event.wallTime()).isPresent();
                assertThat(event.namespace()).isPresent();
                assertThat(event.splitEvent()).isEmpty();
              });
      requireEventsOfDocuments(events);
      requireEventsOfCollections(events);
    }
  }

  private static void requireEventsOfDocuments(List<ChangeEvent> events) {
    ChangeEvent insert = events.get(1);
    assertThat(insert.namespace()).contains(Namespace.of("shop", "orders"));
    assertThat(insert.documentKey()).contains(raw("{_id: 1}"));
    assertThat(insert.fullDocument()).contains(raw("{_id: 1, item: 'tea'}"));
    assertThat(insert.collectionUUID()).isPresent();
    ChangeEvent update = events.get(2);
    assertThat(update.updateDescription())
        .hasValueSatisfying(
            it -> {
              assertThat(it.updatedFields()).isEqualTo(raw("{item: 'coffee'}"));
              assertThat(it.removedFields()).isEmpty();
            });
    assertThat(update.fullDocument()).isEmpty();
    assertThat(events.get(3).fullDocument()).contains(raw("{_id: 1, item: 'cocoa', x: 1}"));
    assertThat(events.get(7).documentKey()).contains(raw("{_id: 1}"));
    assertThat(events.get(7).fullDocument()).isEmpty();
  }

  private static void requireEventsOfCollections(List<ChangeEvent> events) {
    assertThat(events.get(0).nsType()).contains("collection");
    for (int i : new int[] {4, 5, 6}) {
      assertThat(events.get(i).operationDescription()).as("%s", events.get(i)).isPresent();
      assertThat(events.get(i).collectionUUID()).isEqualTo(events.get(0).collectionUUID());
    }
    assertThat(events.get(9).namespace().orElseThrow().collection()).isEmpty();
  }

  @ParameterizedTest
  @EnumSource
  void aRenameSaysWhereTo(FaceUnderTest face) throws InterruptedException {
    try (VirtualStage stage = new VirtualStage(1)) {
      stage.run("{create: 'orders'}");
      try (var stream =
          stage.open(face, stage.streams(WatchTarget.database("shop"), EXPANDED).events())) {
        stage.run("admin", "{renameCollection: 'shop.orders', to: 'shop.sold'}");
        ChangeEvent rename = events(stream, 1).get(0);
        assertThat(rename.operationType()).isEqualTo(OperationType.RENAME);
        assertThat(rename.to()).contains(Namespace.of("shop", "sold"));
      }
    }
  }

  private static List<ChangeEvent> events(FacedStream<ChangeEvent> stream, int count)
      throws InterruptedException {
    List<ChangeEvent> events = new ArrayList<>();
    while (events.size() < count && stream.next() instanceof Next.Event<ChangeEvent> event) {
      events.add(event.value());
    }
    return events;
  }

  private static RawBsonDocument raw(String json) {
    return RawBsonDocument.parse(json);
  }
}
