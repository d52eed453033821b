package dev.tailrace.conformance.unified.client;

import com.mongodb.client.ClientSession;
import dev.tailrace.conformance.support.FacedStream;
import dev.tailrace.conformance.unified.format.UnrunnableTestException;
import dev.tailrace.engine.ChangeStreamOptions;
import dev.tailrace.engine.ChangeStreams;
import dev.tailrace.engine.Next;
import dev.tailrace.engine.ResumeToken;
import dev.tailrace.engine.face.undertest.FaceUnderTest;
import dev.tailrace.engine.transport.ReadPreference;
import dev.tailrace.engine.transport.ReadPreference.Mode;
import dev.tailrace.engine.transport.Transport;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import org.bson.BsonDocument;
import org.bson.RawBsonDocument;

/** The change streams of the engine, by one of its faces, over a transport of whatever kind. */
final class EngineChangeStreams implements ChangeStreamClient {

  private final Transport transport;
  private final FaceUnderTest face;
  private final boolean retryReads;

  EngineChangeStreams(Transport transport, FaceUnderTest face, boolean retryReads) {
    this.transport = transport;
    this.face = face;
    this.retryReads = retryReads;
  }

  @Override
  public DocumentCursor watch(Watched watched, WatchArguments arguments)
      throws InterruptedException {
    return new Cursor(
        FacedStream.open(
            face,
            ChangeStreams.watch(transport, watched.target()).with(options(watched, arguments)),
            event -> {},
            transport));
  }

  private ChangeStreamOptions options(Watched watched, WatchArguments arguments) {
    ChangeStreamOptions.Builder options =
        ChangeStreamOptions.builder()
            .pipeline(arguments.pipeline())
            .prefetch(false) // The tests count every getMore, and want none ahead of its time.
            .retryReads(retryReads)
            .readPreference(readPreference(watched.readPreference()));
    if (!watched.readConcern().isServerDefault()) {
      options.readConcern(watched.readConcern().asDocument());
    }
    arguments.fullDocument().ifPresent(options::fullDocument);
    arguments.fullDocumentBeforeChange().ifPresent(options::fullDocumentBeforeChange);
    arguments.resumeAfter().map(ResumeToken::of).ifPresent(options::resumeAfter);
    arguments.startAfter().map(ResumeToken::of).ifPresent(options::startAfter);
    arguments.startAtOperationTime().ifPresent(options::startAtOperationTime);
    arguments.maxAwaitTimeMS().map(Duration::ofMillis).ifPresent(options::maxAwaitTime);
    arguments.batchSize().ifPresent(options::batchSize);
    arguments.comment().ifPresent(options::comment);
    arguments.showExpandedEvents().ifPresent(options::showExpandedEvents);
    arguments.session().map(EngineChangeStreams::lsid).ifPresent(options::session);
    arguments
        .timeoutMS()
        .map(Long::valueOf)
        .or(watched::timeoutMS)
        .map(Duration::ofMillis)
        .ifPresent(options::timeout);
    return options.build();
  }

  private static ReadPreference readPreference(com.mongodb.ReadPreference preference) {
    BsonDocument document = preference.toDocument();
    if (document.size() > 1) {
      throw new UnrunnableTestException("only the mode is carried over to the engine: " + document);
    }
    String mode = document.getString("mode").getValue();
    return Arrays.stream(Mode.values())
        .filter(each -> each.specName().equals(mode))
        .map(ReadPreference::of)
        .findFirst()
        .orElseThrow();
  }

  private static BsonDocument lsid(ClientSession session) {
    return session.getServerSession().getIdentifier();
  }

  @Override
  public void close() {
    transport.close();
  }

  private record Cursor(FacedStream<RawBsonDocument> stream) implements DocumentCursor {

    @Override
    public BsonDocument next() throws InterruptedException {
      return document(stream.next()).orElseThrow();
    }

    @Override
    public Optional<BsonDocument> tryNext() throws InterruptedException {
      return document(stream.tryNext());
    }

    private static Optional<BsonDocument> document(Next<RawBsonDocument> next) {
      if (next instanceof Next.Ended<RawBsonDocument> ended) {
        throw new AssertionError("the stream is over: " + ended.reason());
      }
      return next instanceof Next.Event<RawBsonDocument> event
          ? Optional.of(event.value())
          : Optional.empty();
    }

    @Override
    public void close() {
      stream.close();
    }
  }
}
