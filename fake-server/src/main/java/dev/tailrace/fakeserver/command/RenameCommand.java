package dev.tailrace.fakeserver.command;

import com.google.common.collect.ImmutableSet;
import dev.tailrace.fakeserver.error.CommandFailure;
import dev.tailrace.fakeserver.error.ErrorCode;
import dev.tailrace.fakeserver.idl.Flags;
import dev.tailrace.fakeserver.idl.Idl;
import dev.tailrace.fakeserver.storage.Change;
import dev.tailrace.fakeserver.storage.Index;
import dev.tailrace.fakeserver.storage.Namespace;
import dev.tailrace.fakeserver.storage.NewDocument;
import dev.tailrace.fakeserver.storage.State;
import dev.tailrace.fakeserver.storage.StoredCollection;
import dev.tailrace.fakeserver.transaction.LockQueue.Exclusive;
import java.util.List;
import org.bson.BsonDocument;
import org.bson.BsonString;
import org.bson.BsonType;
import org.bson.BsonValue;
import org.jspecify.annotations.Nullable;

/** {@code renameCollection}, also from one database to another. */
final class RenameCommand implements Command {

  @Override
  public Outcome run(Invocation call) {
    Namespace from = namespace(call, call.request().subject(), "source");
    Namespace to = namespace(call, call.request().get("to"), "target");
    return ExclusiveWait.orWait(
        call, Exclusive.of(ImmutableSet.of(from, to)), () -> rename(call, from, to));
  }

  private static Outcome rename(Invocation call, Namespace from, Namespace to) {
    boolean dropTarget = Flags.isTrue(call.request().body(), "dropTarget");
    WriteTarget target = call.target();
    State state = target.state();
    Views.requireNoView(state, from);
    StoredCollection source = state.collection(from);
    if (SystemViews.isTheNameOf(from) || SystemViews.isTheNameOf(to)) {
      throw new CommandFailure(
          ErrorCode.ILLEGAL_OPERATION,
          "renaming system.views collection or renaming to system.views is not allowed");
    }
    if (source == null) {
      throw new CommandFailure(
          ErrorCode.NAMESPACE_NOT_FOUND, "Source collection " + from + " does not exist");
    }
    if (state.entry(to) != null && (!dropTarget || from.equals(to))) {
      throw new CommandFailure(ErrorCode.NAMESPACE_EXISTS, "target namespace exists");
    }
    Views.requireNoView(state, to);
    Names.requireCreatable(call, to);
    if (from.db().equals(to.db())) {
      rename(target, source, to);
    } else {
      move(call, target, source, to);
    }
    return new Outcome.Reply(new BsonDocument());
  }

  private static Namespace namespace(Invocation call, @Nullable BsonValue value, String role) {
    if (value == null) {
      throw Idl.missingField("renameCollection.to");
    }
    if (!(value instanceof BsonString name)) {
      if (call.version().atLeast(5, 0)) {
        throw Idl.wrongType("renameCollection.to", value, BsonType.STRING);
      }
      throw new CommandFailure(
          ErrorCode.TYPE_MISMATCH,
          "'%s' must be of type String"
              .formatted(role.equals("source") ? "renameCollection" : "to"));
    }
    return Namespace.parse(name.getValue())
        .orElseThrow(
            () ->
                new CommandFailure(
                    ErrorCode.INVALID_NAMESPACE,
                    "Invalid %s namespace: %s".formatted(role, name.getValue())));
  }

  /** Renames a collection within its database, over one that has the name. */
  static void rename(WriteTarget target, StoredCollection source, Namespace to) {
    State state = target.state();
    StoredCollection replaced = state.collection(to);
    State without = replaced == null ? state : state.without(to);
    target.write(
        new Change.Rename(
            source.namespace(), source.uuid(), to, replaced == null ? null : replaced.uuid()),
        without.without(source.namespace()).with(source.renamed(to)));
  }

  /**
   * Copies into a collection beside the target, indexes first, renames that, and drops the source.
   */
  private static void move(
      Invocation call, WriteTarget target, StoredCollection source, Namespace to) {
    String staging = "tmp%05x.renameCollection".formatted(call.world().ids().below(1 << 20));
    Namespace temporary = new Namespace(to.db(), staging);
    StoredCollection copy =
        CreateCommand.createCollection(call, target, temporary, source.options().clone());
    for (Index index : source.indexes().subList(1, source.indexes().size())) {
      copy = copy.withIndex(index.withoutEntries());
      target.write(
          new Change.CreateIndexes(temporary, copy.uuid(), List.of(index.spec())),
          target.state().with(copy));
    }
    for (NewDocument document : source.documents().map(NewDocument::of).toList()) {
      copy = copy.insert(document);
      target.write(new Change.Insert(temporary, copy.uuid(), document), target.state().with(copy));
    }
    rename(target, copy, to);
    target.write(
        new Change.Drop(source.namespace(), source.uuid()),
        target.state().without(source.namespace()));
  }
}
