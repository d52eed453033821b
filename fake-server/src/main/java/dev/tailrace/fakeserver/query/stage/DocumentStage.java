package dev.tailrace.fakeserver.query.stage;

import com.google.common.collect.AbstractIterator;
import java.util.Iterator;
import org.bson.BsonDocument;
import org.jspecify.annotations.Nullable;

/**
 * A stage without memory: of each document it makes one, or none. Such stages can follow {@code
 * $changeStream}, which pushes its events through them one at a time.
 */
public abstract class DocumentStage extends Stage {

  /**
   * What becomes of a document; null if it is filtered out.
   *
   * @throws dev.tailrace.fakeserver.error.CommandFailure if the server would fail
   */
  public abstract @Nullable BsonDocument apply(BsonDocument document);

  @Override
  public Iterator<BsonDocument> run(Iterator<BsonDocument> input) {
    return new AbstractIterator<>() {
      @Override
      protected @Nullable BsonDocument computeNext() {
        while (input.hasNext()) {
          BsonDocument result = apply(input.next());
          if (result != null) {
            return result;
          }
        }
        return endOfData();
      }
    };
  }
}
