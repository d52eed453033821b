package dev.tailrace.conformance.unified.client;

import com.mongodb.client.ChangeStreamIterable;
import com.mongodb.client.model.changestream.FullDocument;
import com.mongodb.client.model.changestream.FullDocumentBeforeChange;
import java.util.concurrent.TimeUnit;
import org.bson.BsonDocument;

/** The change streams of the official driver: the control. */
final class DriverChangeStreams implements ChangeStreamClient {

  @Override
  public DocumentCursor watch(Watched watched, WatchArguments arguments) {
    ChangeStreamIterable<BsonDocument> stream = watched.officially().apply(arguments);
    arguments.fullDocument().map(FullDocument::fromString).ifPresent(stream::fullDocument);
    arguments
        .fullDocumentBeforeChange()
        .map(FullDocumentBeforeChange::fromString)
        .ifPresent(stream::fullDocumentBeforeChange);
    arguments.resumeAfter().ifPresent(stream::resumeAfter);
    arguments.startAfter().ifPresent(stream::startAfter);
    arguments.startAtOperationTime().ifPresent(stream::startAtOperationTime);
    arguments
        .maxAwaitTimeMS()
        .ifPresent(millis -> stream.maxAwaitTime(millis, TimeUnit.MILLISECONDS));
    arguments.batchSize().ifPresent(stream::batchSize);
    arguments.comment().ifPresent(stream::comment);
    arguments.showExpandedEvents().ifPresent(stream::showExpandedEvents);
    return new DriverCursor(stream.withDocumentClass(BsonDocument.class).cursor());
  }

  @Override
  public void close() {
    // The streams live on the driver's own connections.
  }
}
