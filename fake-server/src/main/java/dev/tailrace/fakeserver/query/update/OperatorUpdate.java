package dev.tailrace.fakeserver.query.update;

import com.google.common.collect.ImmutableMap;
import dev.tailrace.fakeserver.query.QueryContext;
import dev.tailrace.fakeserver.query.match.MatchDetails;
import dev.tailrace.fakeserver.query.match.Matcher;
import java.util.List;
import java.util.OptionalInt;
import org.bson.BsonDocument;

/** An update by operators, as {@code {$set: {a: 1}, $inc: {b: 2}}}. */
final class OperatorUpdate extends Update {

  private final UpdateNode root;
  private final QueryContext context;

  private OperatorUpdate(UpdateNode root, QueryContext context) {
    this.root = root;
    this.context = context;
  }

  static Update parse(
      BsonDocument update, ImmutableMap<String, Matcher> filters, QueryContext context) {
    return new OperatorUpdate(UpdateParser.parse(update, filters, context), context);
  }

  @Override
  public Kind kind() {
    return Kind.OPERATORS;
  }

  @Override
  public Applied apply(BsonDocument before, MatchDetails details) {
    Application application = new Application(before, details.arrayIndex(), false, context);
    boolean modified = root.apply(List.of(), application);
    return modified
        ? new Applied(withIdFirst(application.document()), true, application.log())
        : new Applied(before, false, UpdateLog.EMPTY);
  }

  @Override
  public BsonDocument upsert(Matcher filter) {
    BsonDocument start = UpsertFields.all(filter);
    Application application = new Application(start, OptionalInt.empty(), true, context);
    root.apply(List.of(), application);
    new StorageRules(context).check(application.document(), false);
    return withIdFirst(application.document());
  }
}
