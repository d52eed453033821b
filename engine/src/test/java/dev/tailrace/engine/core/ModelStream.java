package dev.tailrace.engine.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.engine.core.ModelServer.Item;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.bson.BsonDocument;
import org.bson.BsonTimestamp;

/**
 * What a stream makes of what it gets, for {@link MachinePropertyTest}: the token rules of the
 * change-streams specification, and which event is next. It decides nothing; it follows a machine
 * and fails where that does what the rules do not say.
 */
final class ModelStream {

  private final ModelServer server;
  private final boolean reassembles;

  private BsonDocument origin;
  private Place place;
  private Optional<BsonTimestamp> savedTime = Optional.empty();

  /** Whether it is the server that says which event is the next one. */
  private boolean begins = true;

  private final List<Item> batch = new ArrayList<>();
  private Optional<String> batchToken = Optional.empty();
  private Optional<ModelServer.Reply> held = Optional.empty();
  private boolean incomplete;

  private Place placeBefore;
  private Optional<Place> placeBehindGivenBack = Optional.empty();
  private boolean unconfirmed;

  /**
   * How far a stream has come.
   *
   * @param token the cached resume token
   * @param returned whether an event was handed over since the origin
   * @param next the index of the next event
   */
  private record Place(Optional<String> token, boolean returned, int next) {}

  ModelStream(ModelServer server, BsonDocument startOptions, boolean reassembles) {
    this.server = server;
    this.reassembles = reassembles;
    origin = startOptions;
    place = new Place(originToken(), false, 0);
    placeBefore = place;
  }

  private Optional<String> originToken() {
    for (String option : List.of("startAfter", "resumeAfter")) {
      if (origin.containsKey(option)) {
        return Optional.of(origin.getDocument(option).getString("_data").getValue());
      }
    }
    return Optional.empty();
  }

  // ---------------------------------------------------------------- what the rules say

  /** What the user reads as the resume token. */
  Optional<String> token() {
    return place.token();
  }

  /** The index of the event that is to be handed over next. */
  int next() {
    return place.next();
  }

  /** Whether the reader has everything that came, also the last fragment. */
  boolean hasReadAll() {
    return batch.isEmpty() && held.isEmpty() && !incomplete;
  }

  /** The start options of an aggregate. */
  BsonDocument startOptions(boolean opens) {
    if (opens) {
      return origin;
    }
    if (place.token().isPresent()) {
      boolean startAfter = origin.containsKey("startAfter") && !place.returned();
      return new BsonDocument(
          startAfter ? "startAfter" : "resumeAfter",
          ModelServer.tokenDocument(place.token().get()));
    }
    return savedTime.map(time -> new BsonDocument("startAtOperationTime", time)).orElse(origin);
  }

  // ---------------------------------------------------------------- what comes

  /** An aggregate with these start options was answered. */
  void opened(BsonDocument startOptions, ModelServer.Reply reply) {
    int first = server.firstBehind(startOptions);
    begins |= startOptions.isEmpty();
    if (!begins) {
      assertThat(first).as("the event that is next after a resume").isEqualTo(place.next());
    }
    begins = false;
    place = new Place(place.token(), place.returned(), first);
    boolean onlyWay =
        origin.isEmpty()
            && place.token().isEmpty()
            && savedTime.isEmpty()
            && reply.items().isEmpty()
            && reply.postBatchResumeToken().isEmpty();
    if (onlyWay) {
      savedTime = reply.operationTime();
    }
    lookAt(reply);
  }

  /** A getMore was answered. */
  void gotMore(ModelServer.Reply reply) {
    if (batch.isEmpty() && !unconfirmed && placeBehindGivenBack.isEmpty()) {
      lookAt(reply);
    } else {
      held = Optional.of(reply);
    }
  }

  /** The machine looks at a batch; if that is one that was held, its turn has to have come. */
  void looksAtBatch() {
    if (held.isPresent()) {
      assertThat(unconfirmed || placeBehindGivenBack.isPresent())
          .as("a batch is looked at before the reader has the event in front of it")
          .isFalse();
      goneThrough(/* isOver= */ false);
      ModelServer.Reply reply = held.get();
      held = Optional.empty();
      lookAt(reply);
    }
  }

  private void lookAt(ModelServer.Reply reply) {
    batch.addAll(reply.items());
    batchToken = reply.postBatchResumeToken();
    if (batch.isEmpty() && batchToken.isPresent() && !incomplete) {
      place = new Place(batchToken, place.returned(), place.next());
    }
  }

  /** The user wants no more: what is left is never looked at. */
  void closed() {
    batch.clear();
    held = Optional.empty();
  }

  void cursorLost() {
    goneThrough(/* isOver= */ false);
    incomplete = false;
  }

  /** The stream begins there, and not where its token says. */
  void beginsAt(BsonDocument startOptions) {
    origin = startOptions;
    place = new Place(originToken(), false, place.next());
    savedTime = Optional.empty();
    begins = !startOptions.containsKey("startAfter");
  }

  // ---------------------------------------------------------------- what is handed over

  /** Somebody asked for an event, and so has the one before. */
  void asked() {
    unconfirmed = false;
  }

  void handedOver(String token) {
    if (placeBehindGivenBack.isPresent()) {
      placeBefore = place;
      place = placeBehindGivenBack.get();
      placeBehindGivenBack = Optional.empty();
    } else {
      passed(token);
    }
    assertThat(token).as("the event handed over").isEqualTo(before(place.next()).token());
    unconfirmed = batch.isEmpty();
  }

  /** An event was handed over, or skipped. */
  void passed(String token) {
    Item item = nextWhole();
    assertThat(token).as("the event whose turn it is").isEqualTo(item.token());
    int next = place.next() + (reassembles ? item.of() : 1);
    assertThat(item).as("the next one that was committed").isEqualTo(before(next));
    placeBefore = place;
    place = new Place(tokenBehind(item), true, next);
  }

  private Optional<String> tokenBehind(Item item) {
    return batch.isEmpty() && batchToken.isPresent() ? batchToken : Optional.of(item.token());
  }

  private Item before(int index) {
    return server.item(index - 1);
  }

  /** The user did not take the last event. */
  void givenBack() {
    placeBehindGivenBack = Optional.of(place);
    place = placeBefore;
    unconfirmed = false;
  }

  private Item nextWhole() {
    while (true) {
      assertThat(batch).as("events to hand over").isNotEmpty();
      Item item = batch.remove(0);
      incomplete = reassembles && !item.isLastFragment();
      if (!incomplete) {
        return item;
      }
    }
  }

  /** Nothing is left that could be handed over; of what is over, something may be. */
  void goneThrough(boolean isOver) {
    while (!batch.isEmpty() && reassembles && !batch.get(0).isLastFragment()) {
      batch.remove(0);
      incomplete = true;
    }
    if (!isOver) {
      assertThat(batch).as("events that should have been handed over").isEmpty();
    }
  }
}
