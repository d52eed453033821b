package dev.tailrace.fakeserver.query.stage;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import dev.tailrace.fakeserver.error.CommandFailure;
import dev.tailrace.fakeserver.error.ErrorCode;
import dev.tailrace.fakeserver.query.value.BsonTypes;
import dev.tailrace.fakeserver.query.value.ElementText;
import java.util.List;
import java.util.Optional;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonString;
import org.bson.BsonValue;

/** Reads {@code $out} and {@code $merge}, which the command carries out. */
public final class WriteStages {

  private static final ImmutableSet<String> MERGE_OPTIONS =
      ImmutableSet.of("into", "on", "let", "whenMatched", "whenNotMatched");

  private static final ImmutableMap<String, MergeSpec.WhenMatched> WHEN_MATCHED =
      ImmutableMap.of(
          "replace", MergeSpec.WhenMatched.REPLACE,
          "keepExisting", MergeSpec.WhenMatched.KEEP_EXISTING,
          "merge", MergeSpec.WhenMatched.MERGE,
          "fail", MergeSpec.WhenMatched.FAIL);

  private static final ImmutableMap<String, MergeSpec.WhenNotMatched> WHEN_NOT_MATCHED =
      ImmutableMap.of(
          "insert", MergeSpec.WhenNotMatched.INSERT,
          "discard", MergeSpec.WhenNotMatched.DISCARD,
          "fail", MergeSpec.WhenNotMatched.FAIL);

  private WriteStages() {}

  static Stage parseOut(BsonValue spec, PipelineContext context) {
    outTarget(spec);
    return new CommandStage("$out", spec);
  }

  /**
   * The collection that an {@code $out} stage writes to.
   *
   * @throws CommandFailure if the server would refuse the stage
   */
  public static CollectionName outTarget(BsonValue spec) {
    if (spec instanceof BsonString name) {
      return target("", name.getValue(), "$out");
    }
    if (!(spec instanceof BsonDocument document)) {
      throw new CommandFailure(
          16_990,
          "$out only supports a string or object argument, but found " + BsonTypes.name(spec));
    }
    boolean wellFormed =
        document.get("db") instanceof BsonString
            && document.get("coll") instanceof BsonString
            && document.size() == 2;
    if (!wellFormed) {
      throw new CommandFailure(
          16_994, "If an object is passed to $out it must have exactly 2 fields: 'db' and 'coll'");
    }
    return target(
        document.getString("db").getValue(), document.getString("coll").getValue(), "$out");
  }

  private static CollectionName target(String database, String collection, String stage) {
    if (collection.isEmpty()) {
      throw new CommandFailure(
          ErrorCode.INVALID_NAMESPACE, "Invalid " + stage + " target namespace, " + collection);
    }
    return new CollectionName(database, collection);
  }

  static Stage parseMerge(BsonValue spec, PipelineContext context) {
    mergeSpec(spec, context);
    return new CommandStage("$merge", spec);
  }

  /**
   * What a {@code $merge} stage asks for.
   *
   * @throws CommandFailure if the server would refuse the stage
   */
  public static MergeSpec mergeSpec(BsonValue spec, PipelineContext context) {
    if (spec instanceof BsonString name) {
      return new MergeSpec(
          target("", name.getValue(), "$merge"),
          ImmutableList.of(),
          MergeSpec.WhenMatched.MERGE,
          Optional.empty(),
          new BsonDocument(),
          MergeSpec.WhenNotMatched.INSERT);
    }
    if (!(spec instanceof BsonDocument options)) {
      throw new CommandFailure(
          51_182, "$merge requires a string or object argument, but found " + BsonTypes.name(spec));
    }
    for (String option : options.keySet()) {
      if (!MERGE_OPTIONS.contains(option)) {
        throw new CommandFailure(40_415, "BSON field '$merge." + option + "' is an unknown field.");
      }
    }
    BsonValue matched = options.get("whenMatched", new BsonString("merge"));
    Optional<BsonArray> pipeline =
        matched instanceof BsonArray array ? Optional.of(array) : Optional.empty();
    MergeSpec.WhenMatched whenMatched =
        pipeline.isPresent() ? MergeSpec.WhenMatched.PIPELINE : whenMatched(matched);
    MergeSpec.WhenNotMatched whenNotMatched =
        whenNotMatched(options.get("whenNotMatched", new BsonString("insert")));
    requireSupported(whenMatched, whenNotMatched, options);
    pipeline.ifPresent(array -> Pipeline.parse(array, mergeContext(context, options)));
    return new MergeSpec(
        into(options),
        on(options),
        whenMatched,
        pipeline,
        let(options, whenMatched),
        whenNotMatched);
  }

  private static PipelineContext mergeContext(PipelineContext context, BsonDocument options) {
    ImmutableMap.Builder<String, Optional<BsonValue>> variables = ImmutableMap.builder();
    variables.putAll(context.query().variables());
    variables.put("new", Optional.empty());
    if (options.get("let") instanceof BsonDocument let) {
      let.keySet().forEach(name -> variables.put(name, Optional.empty()));
    }
    return context.withQuery(context.query().withVariables(variables.buildKeepingLast()));
  }

  private static MergeSpec.WhenMatched whenMatched(BsonValue value) {
    if (!(value instanceof BsonString mode)) {
      throw new CommandFailure(
          51_191,
          "$merge 'whenMatched' field must be either a string or an array, but found "
              + BsonTypes.name(value));
    }
    MergeSpec.WhenMatched known = WHEN_MATCHED.get(mode.getValue());
    if (known == null) {
      throw badEnumeration("whenMatched", mode.getValue());
    }
    return known;
  }

  private static MergeSpec.WhenNotMatched whenNotMatched(BsonValue value) {
    if (!(value instanceof BsonString mode)) {
      throw new CommandFailure(
          ErrorCode.TYPE_MISMATCH,
          "BSON field '$merge.whenNotMatched' is the wrong type '%s', expected type 'string'"
              .formatted(BsonTypes.name(value)));
    }
    MergeSpec.WhenNotMatched known = WHEN_NOT_MATCHED.get(mode.getValue());
    if (known == null) {
      throw badEnumeration("whenNotMatched", mode.getValue());
    }
    return known;
  }

  private static CommandFailure badEnumeration(String field, String value) {
    return new CommandFailure(
        ErrorCode.BAD_VALUE,
        "Enumeration value '%s' for field '$merge.%s' is not a valid value."
            .formatted(value, field));
  }

  private static void requireSupported(
      MergeSpec.WhenMatched matched, MergeSpec.WhenNotMatched notMatched, BsonDocument options) {
    boolean onlyInsert =
        matched == MergeSpec.WhenMatched.KEEP_EXISTING || matched == MergeSpec.WhenMatched.FAIL;
    if (onlyInsert && notMatched != MergeSpec.WhenNotMatched.INSERT) {
      throw new CommandFailure(
          51_181,
          "Combination of whenMatched: %s and whenNotMatched: %s is not supported"
              .formatted(
                  options.getString("whenMatched").getValue(),
                  options.getString("whenNotMatched").getValue()));
    }
  }

  private static CollectionName into(BsonDocument options) {
    BsonValue into = options.get("into");
    if (into == null) {
      throw new CommandFailure(40_414, "BSON field '$merge.into' is missing but a required field");
    }
    if (into instanceof BsonString name) {
      return target("", name.getValue(), "$merge");
    }
    if (!(into instanceof BsonDocument document)) {
      throw new CommandFailure(
          51_178,
          "$merge 'into' field  must be either a string or an object, but found "
              + BsonTypes.name(into));
    }
    String database = document.isString("db") ? document.getString("db").getValue() : "";
    if (!document.isString("coll")) {
      throw new CommandFailure(40_414, "BSON field 'into.coll' is missing but a required field");
    }
    return target(database, document.getString("coll").getValue(), "$merge");
  }

  private static ImmutableList<String> on(BsonDocument options) {
    BsonValue on = options.get("on");
    if (on == null) {
      return ImmutableList.of();
    }
    if (on instanceof BsonString field) {
      return ImmutableList.of(field.getValue());
    }
    if (!(on instanceof BsonArray fields)) {
      throw new CommandFailure(
          51_186,
          "$merge 'on' field  must be either a string or an array of strings, but found "
              + BsonTypes.name(on));
    }
    if (fields.isEmpty()) {
      throw new CommandFailure(
          51_187, "If explicitly specifying $merge 'on', must include at least one field");
    }
    ImmutableList.Builder<String> names = ImmutableList.builder();
    for (BsonValue field : fields) {
      if (!(field instanceof BsonString name)) {
        throw new CommandFailure(
            51_134,
            "$merge 'on' array elements must be strings, but found " + BsonTypes.name(field));
      }
      names.add(name.getValue());
    }
    List<String> all = names.build();
    if (all.stream().distinct().count() != all.size()) {
      throw new CommandFailure(31_465, "Found a duplicate field in the $merge.on list");
    }
    return ImmutableList.copyOf(all);
  }

  private static BsonDocument let(BsonDocument options, MergeSpec.WhenMatched whenMatched) {
    BsonValue let = options.get("let");
    if (let == null) {
      return new BsonDocument();
    }
    if (!(let instanceof BsonDocument variables)) {
      throw new CommandFailure(
          ErrorCode.TYPE_MISMATCH,
          "BSON field '$merge.let' is the wrong type '%s', expected type 'object'"
              .formatted(BsonTypes.name(let)));
    }
    if (whenMatched != MergeSpec.WhenMatched.PIPELINE) {
      throw new CommandFailure(
          51_199,
          "Cannot use 'let' variables with 'whenMatched: %s' mode"
              .formatted(ElementText.value(options.get("whenMatched", new BsonString("merge")))));
    }
    return variables;
  }
}
