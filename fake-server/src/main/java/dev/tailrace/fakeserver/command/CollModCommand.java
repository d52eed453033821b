package dev.tailrace.fakeserver.command;

import dev.tailrace.fakeserver.ServerVersion;
import dev.tailrace.fakeserver.error.CommandFailure;
import dev.tailrace.fakeserver.error.ErrorCode;
import dev.tailrace.fakeserver.idl.Idl;
import dev.tailrace.fakeserver.query.match.Matcher;
import dev.tailrace.fakeserver.query.value.Collation;
import dev.tailrace.fakeserver.query.value.ElementText;
import dev.tailrace.fakeserver.storage.CatalogEntry;
import dev.tailrace.fakeserver.storage.Change;
import dev.tailrace.fakeserver.storage.Index;
import dev.tailrace.fakeserver.storage.Namespace;
import dev.tailrace.fakeserver.storage.ShallowDocument;
import dev.tailrace.fakeserver.storage.StoredCollection;
import dev.tailrace.fakeserver.storage.StoredView;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.bson.BsonBoolean;
import org.bson.BsonDocument;
import org.bson.BsonInt64;
import org.bson.BsonNumber;
import org.bson.BsonString;
import org.bson.BsonValue;

/** {@code collMod}: changes options of a collection, of one of its indexes, or a view. */
final class CollModCommand implements Command {

  private static final Set<String> KNOWN =
      Set.of(
          "index",
          "validator",
          "validationLevel",
          "validationAction",
          "viewOn",
          "pipeline",
          "recordPreImages",
          "changeStreamPreAndPostImages",
          "expireAfterSeconds",
          "timeseries",
          "cappedSize",
          "cappedMax",
          "dryRun");

  private static final Set<String> VIEW_OPTIONS = Set.of("viewOn", "pipeline");

  /** Options of an index that can be changed. */
  private static final List<String> INDEX_OPTIONS =
      List.of(Expiry.OPTION, "hidden", "prepareUnique", "unique");

  @Override
  public Outcome run(Invocation call) {
    Namespace namespace = Names.collection(call);
    return ExclusiveWait.orWait(call, namespace, () -> modify(call, namespace));
  }

  private static Outcome modify(Invocation call, Namespace namespace) {
    WriteTarget target = call.target();
    CatalogEntry entry = target.state().entry(namespace);
    if (entry == null) {
      throw new CommandFailure(ErrorCode.NAMESPACE_NOT_FOUND, "ns does not exist");
    }
    BsonDocument arguments = arguments(call);
    CollectionOptions.checkTypes(call);
    if (entry instanceof StoredView view && view.isTimeSeries()) {
      throw TimeSeries.notDone(namespace);
    }
    if (entry instanceof StoredView view) {
      return modifyView(call, view, arguments);
    }
    return modifyCollection(call, target, (StoredCollection) entry, arguments);
  }

  private static BsonDocument arguments(Invocation call) {
    ServerVersion version = call.version();
    BsonDocument arguments = new BsonDocument();
    for (Map.Entry<String, BsonValue> field : call.request().body().entrySet()) {
      String name = field.getKey();
      if (name.equals(call.request().name()) || GenericFields.isOne(name, call.version())) {
        continue;
      }
      boolean isKnown =
          KNOWN.contains(name)
              && (version.atLeast(6, 0) || !name.equals("changeStreamPreAndPostImages"));
      if (!isKnown) {
        throw version.atLeast(5, 0)
            ? Idl.unknownField("collMod." + name)
            : new CommandFailure(ErrorCode.INVALID_OPTIONS, "unknown option to collMod: " + name);
      }
      arguments.append(name, field.getValue());
    }
    return arguments;
  }

  private static Outcome modifyView(Invocation call, StoredView view, BsonDocument arguments) {
    for (String option : arguments.keySet()) {
      if (!VIEW_OPTIONS.contains(option)) {
        throw Views.optionNotSupported(option);
      }
    }
    BsonValue viewOn = arguments.get("viewOn");
    BsonValue pipeline = arguments.get("pipeline");
    StoredView changed =
        new StoredView(
            view.namespace(),
            viewOn instanceof BsonString name ? name.getValue() : view.viewOn(),
            pipeline == null || pipeline.isNull()
                ? view.pipeline()
                : CollectionOptions.pipeline(pipeline),
            view.collation());
    Views.check(call, changed);
    SystemViews.modify(call.target(), changed);
    return new Outcome.Reply(new BsonDocument());
  }

  private static Outcome modifyCollection(
      Invocation call, WriteTarget target, StoredCollection collection, BsonDocument arguments) {
    BsonDocument reply = new BsonDocument();
    BsonDocument stateBefore =
        new BsonDocument("collectionOptions", new BsonDocument("uuid", collection.uuid()));
    collection.options().forEach(stateBefore.getDocument("collectionOptions")::append);
    if (arguments.containsKey("timeseries")) {
      throw new CommandFailure(
          ErrorCode.INVALID_OPTIONS,
          "option only supported on a time-series collection: timeseries");
    }
    StoredCollection changed = collection;
    BsonDocument options = collection.options().clone();
    for (Map.Entry<String, BsonValue> argument : arguments.entrySet()) {
      if (argument.getKey().equals("index")) {
        changed = modifyIndex(call, changed, argument.getValue(), reply, stateBefore);
      } else if (argument.getKey().equals(Expiry.OPTION)) {
        BsonValue seconds = Expiry.changed(call, collection, argument.getValue());
        options.remove(Expiry.OPTION);
        if (seconds != null) {
          options.append(Expiry.OPTION, seconds);
        }
      } else if (VIEW_OPTIONS.contains(argument.getKey())) {
        throw new CommandFailure(
            ErrorCode.INVALID_OPTIONS,
            "'%s' option only supported on a view".formatted(argument.getKey()));
      } else {
        if (argument.getKey().equals("validator")
            && argument.getValue() instanceof BsonDocument validator) {
          Matcher.parse(validator, call.queryContext(Collation.SIMPLE, new BsonDocument()));
        }
        options.put(argument.getKey(), argument.getValue());
      }
    }
    CreateCommand.checkImages("collMod", collection.namespace().db(), options);
    changed = changed.withOptions(options);
    target.write(
        new Change.Modify(collection.namespace(), collection.uuid(), arguments, stateBefore),
        target.state().with(changed));
    return new Outcome.Reply(reply);
  }

  private static StoredCollection modifyIndex(
      Invocation call,
      StoredCollection collection,
      BsonValue argument,
      BsonDocument reply,
      BsonDocument before) {
    if (!(argument instanceof BsonDocument given)) {
      throw new CommandFailure(ErrorCode.INVALID_OPTIONS, "index must be an object");
    }
    BsonDocument wanted = ShallowDocument.open(given);
    Index index = find(collection, wanted);
    BsonValue seconds = wanted.get(Expiry.OPTION);
    if (seconds != null) {
      Expiry.checkIndexChange(call, index, seconds);
      if (call.version().atLeast(5, 0)) {
        wanted.put(Expiry.OPTION, new BsonInt64(((BsonNumber) seconds).longValue()));
      }
    }
    if (wanted.containsKey("hidden") && Index.isIdKey(index.key())) {
      throw new CommandFailure(ErrorCode.BAD_VALUE, "can't hide _id index");
    }
    BsonDocument spec = index.spec().clone();
    BsonDocument optionsBefore = new BsonDocument();
    for (String option : INDEX_OPTIONS) {
      BsonValue value = wanted.get(option);
      if (value != null) {
        BsonValue old = spec.get(option);
        BsonValue shown = old == null && value.isBoolean() ? BsonBoolean.FALSE : old;
        if (shown != null) {
          reply.append(option + "_old", shown);
          optionsBefore.append(option, shown);
        }
        reply.append(option + "_new", value);
        spec.put(option, value);
      }
    }
    before.append("indexOptions", optionsBefore);
    return collection.replaceIndex(index.withSpec(spec));
  }

  private static Index find(StoredCollection collection, BsonDocument wanted) {
    Index index = null;
    String named = "";
    if (wanted.get("name") instanceof BsonString name) {
      index = collection.index(name.getValue());
      named = name.getValue();
    } else if (wanted.get("keyPattern") instanceof BsonDocument key) {
      index = IndexSpecs.withKey(collection, key);
      named = ElementText.value(key);
    } else {
      throw new CommandFailure(
          ErrorCode.INVALID_OPTIONS, "must specify either index name or key pattern");
    }
    if (index == null) {
      throw new CommandFailure(
          ErrorCode.INDEX_NOT_FOUND,
          "cannot find index %s for ns %s".formatted(named, collection.namespace()));
    }
    return index;
  }
}
