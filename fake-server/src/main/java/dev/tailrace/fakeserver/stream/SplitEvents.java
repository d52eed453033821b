package dev.tailrace.fakeserver.stream;

import dev.tailrace.fakeserver.error.CommandFailure;
import dev.tailrace.fakeserver.error.ErrorCode;
import dev.tailrace.fakeserver.query.value.ElementText;
import dev.tailrace.fakeserver.storage.RawDocuments;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonValue;
import org.bson.RawBsonDocument;

/** What happens to events that are too large for one document. */
final class SplitEvents {

  /** What a document may have inside the server. */
  static final int MAX_EVENT_BYTES = 16 * 1024 * 1024 + 16 * 1024;

  /** An event of more bytes is split, where the pipeline says so. */
  static final int SPLIT_ABOVE_BYTES = MAX_EVENT_BYTES - 8 * 1024;

  private static final int PLACEHOLDER = Integer.MAX_VALUE;

  private SplitEvents() {}

  private record Field(String name, BsonValue value, int bytes) {}

  /** The refusal of an event that cannot be sent as it is. */
  static CommandFailure tooLarge(RawBsonDocument event) {
    int size = RawDocuments.size(event);
    Map.Entry<String, BsonValue> first = event.entrySet().iterator().next();
    return new CommandFailure(
        ErrorCode.BSON_OBJECT_TOO_LARGE,
        String.format(
            Locale.ROOT,
            "BSONObj size: %d (0x%X) is invalid. Size must be between 0 and %d(16MB) First element:"
                + " %s: %s",
            size,
            size,
            MAX_EVENT_BYTES,
            first.getKey(),
            ElementText.value(first.getValue())));
  }

  /**
   * The fragments of an event: its fields, smallest first, as many in each as fit.
   *
   * @return for each fragment its fields, {@code splitEvent} first and without {@code _id}
   * @throws CommandFailure 7182500 if a field alone is too large, 7182502 if there is none
   */
  static List<BsonDocument> split(RawBsonDocument event) {
    int overhead = 5 + elementBytes("_id", event.getDocument("_id")) + splitEventBytes();
    List<Field> fields = new ArrayList<>();
    for (Map.Entry<String, BsonValue> entry : event.entrySet()) {
      if (!entry.getKey().equals("_id")) {
        int bytes = elementBytes(entry.getKey(), entry.getValue());
        if (overhead + bytes > SPLIT_ABOVE_BYTES) {
          throw new CommandFailure(
              7_182_500,
              "Splitting change event failed: fragment size %d is greater than maximum allowed fragment size %d"
                  .formatted(overhead + bytes, SPLIT_ABOVE_BYTES));
        }
        fields.add(new Field(entry.getKey(), entry.getValue(), bytes));
      }
    }
    if (fields.isEmpty()) {
      throw new CommandFailure(
          7_182_502, "Cannot split an empty event or an event containing solely '_id' field");
    }
    fields.sort(Comparator.comparingInt(Field::bytes).thenComparing(Field::name));
    return pack(fields, overhead);
  }

  private static List<BsonDocument> pack(List<Field> fields, int overhead) {
    List<BsonDocument> fragments = new ArrayList<>();
    int bytes = Integer.MAX_VALUE / 2;
    for (Field field : fields) {
      if (bytes + field.bytes() > SPLIT_ABOVE_BYTES) {
        fragments.add(new BsonDocument("splitEvent", new BsonDocument()));
        bytes = overhead;
      }
      fragments.get(fragments.size() - 1).append(field.name(), field.value());
      bytes += field.bytes();
    }
    for (int i = 0; i < fragments.size(); i++) {
      fragments.get(i).put("splitEvent", splitEvent(i + 1, fragments.size()));
    }
    return fragments;
  }

  private static BsonDocument splitEvent(int fragment, int of) {
    return new BsonDocument("fragment", new BsonInt32(fragment)).append("of", new BsonInt32(of));
  }

  private static int splitEventBytes() {
    return elementBytes("splitEvent", splitEvent(PLACEHOLDER, PLACEHOLDER));
  }

  private static int elementBytes(String name, BsonValue value) {
    int emptyDocument = 5;
    if (value instanceof RawBsonDocument raw) {
      return 2 + name.getBytes(StandardCharsets.UTF_8).length + RawDocuments.size(raw);
    }
    return RawDocuments.size(RawDocuments.of(new BsonDocument(name, value))) - emptyDocument;
  }
}
