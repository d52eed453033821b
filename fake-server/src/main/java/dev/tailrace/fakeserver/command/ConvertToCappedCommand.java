package dev.tailrace.fakeserver.command;

import dev.tailrace.fakeserver.error.CommandFailure;
import dev.tailrace.fakeserver.error.ErrorCode;
import dev.tailrace.fakeserver.storage.Namespace;
import dev.tailrace.fakeserver.storage.NewDocument;
import dev.tailrace.fakeserver.storage.StoredCollection;
import org.bson.BsonBoolean;
import org.bson.BsonDocument;
import org.bson.BsonInt64;
import org.bson.BsonNumber;

/**
 * {@code convertToCapped}: copies into a capped collection beside the old one, which that then
 * replaces. The new one has no index but that of {@code _id}.
 */
final class ConvertToCappedCommand implements Command {

  private static final String NAME_CHARACTERS =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

  private static final int NAME_LENGTH = 5;

  @Override
  public Outcome run(Invocation call) {
    Namespace namespace = Names.collection(call);
    long size = call.request().get("size") instanceof BsonNumber number ? number.longValue() : 0;
    if (size <= 0) {
      throw new CommandFailure(
          ErrorCode.INVALID_OPTIONS,
          call.version().atLeast(5, 0)
              ? "Capped collection size must be greater than zero"
              : "invalid command spec");
    }
    return ExclusiveWait.orWait(call, namespace, () -> convert(call, namespace, size));
  }

  private static Outcome convert(Invocation call, Namespace namespace, long size) {
    WriteTarget target = call.target();
    if (target.state().view(namespace) != null) {
      throw new CommandFailure(
          ErrorCode.COMMAND_NOT_SUPPORTED_ON_VIEW,
          "cloneCollectionAsCapped not supported for views: " + namespace);
    }
    StoredCollection source = target.state().collection(namespace);
    if (source == null) {
      throw new CommandFailure(
          ErrorCode.NAMESPACE_NOT_FOUND,
          target.state().hasDatabase(namespace.db())
              ? "source collection " + namespace + " does not exist"
              : "database " + namespace.db() + " not found");
    }
    Namespace temporary = temporary(call, namespace);
    CreateCommand.createCollection(call, target, temporary, options(source, size));
    CollectionWriter writer =
        new CollectionWriter(call, target, temporary, (after, result) -> after);
    source.documents().map(NewDocument::of).forEach(writer::insert);
    StoredCollection copy = target.state().collection(temporary);
    if (copy == null) {
      throw new IllegalStateException("the copy of " + namespace + " is gone");
    }
    BsonDocument options = copy.options().clone();
    options.remove("temp");
    RenameCommand.rename(target, copy.withOptions(options), namespace);
    return new Outcome.Reply(new BsonDocument());
  }

  private static BsonDocument options(StoredCollection source, long size) {
    BsonDocument options =
        new BsonDocument("capped", BsonBoolean.TRUE).append("size", new BsonInt64(size));
    options.append("temp", BsonBoolean.TRUE);
    source.options().forEach(options::putIfAbsent);
    return options;
  }

  private static Namespace temporary(Invocation call, Namespace namespace) {
    StringBuilder random = new StringBuilder();
    for (int i = 0; i < NAME_LENGTH; i++) {
      long drawn = call.world().ids().below(NAME_CHARACTERS.length());
      random.append(NAME_CHARACTERS.charAt((int) drawn));
    }
    return new Namespace(
        namespace.db(), "tmp" + random + ".convertToCapped." + namespace.collection());
  }
}
