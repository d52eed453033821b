package dev.tailrace.fakeserver.stream;

import dev.tailrace.engine.token.DecodedToken;
import dev.tailrace.engine.token.ResumeTokenCodec;
import java.util.ArrayList;
import java.util.List;
import org.bson.BsonDocument;

/** What came of a stream, and every place in it from which one can go on. */
final class StreamRun {

  private final List<BsonDocument> events = new ArrayList<>();
  private final List<Place> places = new ArrayList<>();

  /**
   * A place in a run.
   *
   * @param token what stands for it
   * @param next which event is the first behind it
   */
  record Place(BsonDocument token, int next) {

    DecodedToken decoded() {
      return ResumeTokenCodec.decode(token);
    }
  }

  /** The events in order. */
  List<BsonDocument> events() {
    return events;
  }

  /** The places of all tokens, those of events and those of batches. */
  List<Place> places() {
    return places;
  }

  void add(BsonDocument event) {
    events.add(event);
    addToken(event.getDocument("_id"));
  }

  /** Notes a token that the stream gave after the last of its events. */
  void addToken(BsonDocument token) {
    // Version 0 has one token for an invalidate and for its cause, and it is that of the cause.
    boolean isOfCause = endsWithInvalidate() && ResumeTokenCodec.decode(token).version() == 0;
    places.add(new Place(token, isOfCause ? events.size() - 1 : events.size()));
  }

  boolean endsWithInvalidate() {
    return !events.isEmpty() && isInvalidate(events.get(events.size() - 1));
  }

  /** What a stream gives that begins at that place: all there is up to the next invalidate. */
  List<BsonDocument> rest(int next) {
    int end = next;
    while (end < events.size() && !isInvalidate(events.get(end))) {
      end++;
    }
    return events.subList(next, Math.min(end + 1, events.size()));
  }

  static boolean isInvalidate(BsonDocument event) {
    return event.getString("operationType").getValue().equals("invalidate");
  }
}
