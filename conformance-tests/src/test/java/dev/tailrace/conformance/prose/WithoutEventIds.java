package dev.tailrace.conformance.prose;

import dev.tailrace.conformance.support.ForwardingTransport;
import dev.tailrace.engine.transport.DocumentSlice;
import dev.tailrace.engine.transport.Outcome;
import dev.tailrace.engine.transport.Request;
import dev.tailrace.engine.transport.Transport;
import java.nio.ByteBuffer;
import java.util.function.Consumer;
import org.bson.BsonDocument;
import org.bson.RawBsonDocument;
import org.bson.codecs.BsonDocumentCodec;

/**
 * A transport to a server as it was before 4.2, which lets a pipeline take the token out of the
 * events.
 */
final class WithoutEventIds extends ForwardingTransport {

  WithoutEventIds(Transport transport) {
    super(transport);
  }

  @Override
  public Exchange send(Request request, Consumer<Outcome> handler) {
    return super.send(
        request,
        outcome ->
            handler.accept(
                outcome instanceof Outcome.Replied replied
                        && request.commandName().equals("getMore")
                    ? new Outcome.Replied(replied.server(), withoutIds(replied.reply()))
                    : outcome));
  }

  private static DocumentSlice withoutIds(DocumentSlice reply) {
    BsonDocument changed = reply.asDocument().decode(new BsonDocumentCodec());
    changed
        .getDocument("cursor")
        .getArray("nextBatch")
        .forEach(event -> event.asDocument().remove("_id"));
    ByteBuffer encoded =
        new RawBsonDocument(changed, new BsonDocumentCodec()).getByteBuffer().asNIO();
    byte[] bytes = new byte[encoded.remaining()];
    encoded.get(bytes);
    return new DocumentSlice(bytes, 0, bytes.length);
  }
}
