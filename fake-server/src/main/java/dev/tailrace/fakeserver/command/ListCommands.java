package dev.tailrace.fakeserver.command;

import dev.tailrace.fakeserver.error.CommandFailure;
import dev.tailrace.fakeserver.error.ErrorCode;
import dev.tailrace.fakeserver.idl.Flags;
import dev.tailrace.fakeserver.idl.Idl;
import dev.tailrace.fakeserver.query.match.Matcher;
import dev.tailrace.fakeserver.query.value.Collation;
import dev.tailrace.fakeserver.storage.CatalogEntry;
import dev.tailrace.fakeserver.storage.State;
import dev.tailrace.fakeserver.storage.StoredCollection;
import dev.tailrace.fakeserver.storage.StoredView;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.bson.BsonArray;
import org.bson.BsonBoolean;
import org.bson.BsonDocument;
import org.bson.BsonInt64;
import org.bson.BsonString;
import org.bson.BsonType;
import org.bson.BsonValue;

/** {@code listCollections} and {@code listDatabases}. */
final class ListCommands {

  /** Every server has these. */
  private static final List<String> ALWAYS_THERE = List.of("admin", "config", "local");

  private ListCommands() {}

  static Outcome listCollections(Invocation call) {
    boolean nameOnly = Flags.isTrue(call.request().body(), "nameOnly");
    Matcher filter = filter(call);
    List<BsonDocument> shown = new ArrayList<>();
    State state = call.readState();
    for (CatalogEntry entry : state.entriesOf(call.request().db())) {
      BsonDocument full = describe(state, entry);
      if (filter.matches(full)) {
        shown.add(
            nameOnly
                ? new BsonDocument("name", full.get("name")).append("type", full.get("type"))
                : full);
      }
    }
    return new Outcome.Reply(
        CursorReplies.ofList(call, call.namespace("$cmd.listCollections"), shown));
  }

  private static BsonDocument describe(State state, CatalogEntry entry) {
    BsonDocument description =
        new BsonDocument("name", new BsonString(entry.namespace().collection()));
    if (entry instanceof StoredView view && view.isTimeSeries()) {
      return description
          .append("type", new BsonString("timeseries"))
          .append("options", TimeSeries.shownOptions(state, view))
          .append("info", new BsonDocument("readOnly", BsonBoolean.FALSE));
    }
    if (entry instanceof StoredView view) {
      return description
          .append("type", new BsonString("view"))
          .append("options", view.options())
          .append("info", new BsonDocument("readOnly", BsonBoolean.TRUE));
    }
    StoredCollection collection = (StoredCollection) entry;
    description
        .append("type", new BsonString("collection"))
        .append("options", collection.options())
        .append(
            "info",
            new BsonDocument("readOnly", BsonBoolean.FALSE).append("uuid", collection.uuid()));
    return collection.options().containsKey(CreateCommand.CLUSTERED)
        ? description
        : description.append("idIndex", collection.indexes().get(0).spec());
  }

  static Outcome listDatabases(Invocation call) {
    boolean nameOnly = Flags.isTrue(call.request().body(), "nameOnly");
    Matcher filter = filter(call);
    State state = call.readState();
    TreeSet<String> names = new TreeSet<>(ALWAYS_THERE);
    names.addAll(state.databases());
    List<BsonDocument> shown = new ArrayList<>();
    long total = 0;
    for (String name : names) {
      long bytes = sizeOf(state, name);
      BsonDocument full =
          new BsonDocument("name", new BsonString(name))
              .append("sizeOnDisk", new BsonInt64(bytes))
              .append("empty", BsonBoolean.valueOf(!state.hasDatabase(name)));
      if (filter.matches(full)) {
        shown.add(nameOnly ? new BsonDocument("name", full.get("name")) : full);
        total += bytes;
      }
    }
    BsonDocument reply = new BsonDocument("databases", new BsonArray(shown));
    return new Outcome.Reply(nameOnly ? reply : reply.append("totalSize", new BsonInt64(total)));
  }

  private static long sizeOf(State state, String db) {
    long bytes = 0;
    for (CatalogEntry entry : state.entriesOf(db)) {
      if (entry instanceof StoredCollection collection) {
        bytes += collection.dataBytes();
      }
    }
    return bytes;
  }

  private static Matcher filter(Invocation call) {
    BsonDocument filter = new BsonDocument();
    BsonValue given = Idl.given(call.request().body(), "filter");
    if (given instanceof BsonDocument document) {
      filter = document;
    } else if (given != null) {
      throw call.request().name().equals("listDatabases") || call.version().atLeast(5, 0)
          ? Idl.wrongType(call.request().name() + ".filter", given, BsonType.DOCUMENT)
          : new CommandFailure(ErrorCode.BAD_VALUE, "\"filter\" must be an object");
    }
    return Matcher.parse(filter, call.queryContext(Collation.SIMPLE, new BsonDocument()));
  }
}
