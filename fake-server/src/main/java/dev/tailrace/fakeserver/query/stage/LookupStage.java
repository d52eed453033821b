package dev.tailrace.fakeserver.query.stage;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.Iterators;
import dev.tailrace.fakeserver.error.CommandFailure;
import dev.tailrace.fakeserver.error.ErrorCode;
import dev.tailrace.fakeserver.query.QueryContext;
import dev.tailrace.fakeserver.query.expression.Expression;
import dev.tailrace.fakeserver.query.expression.FieldPath;
import dev.tailrace.fakeserver.query.expression.ParseScope;
import dev.tailrace.fakeserver.query.match.Matcher;
import dev.tailrace.fakeserver.query.value.BsonTypes;
import dev.tailrace.fakeserver.query.value.ElementText;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonNull;
import org.bson.BsonString;
import org.bson.BsonValue;
import org.jspecify.annotations.Nullable;

/**
 * {@code $lookup}: puts into each document an array of what belongs to it in another collection, by
 * equal fields, by a pipeline, or, from 5.0, by both.
 */
final class LookupStage extends DocumentStage {

  private final CollectionName from;
  private final ImmutableList<String> as;
  private final @Nullable ImmutableList<String> localField;
  private final @Nullable String foreignField;
  private final ImmutableMap<String, Expression> let;
  private final @Nullable BsonArray pipeline;
  private final PipelineContext context;

  private LookupStage(
      CollectionName from,
      ImmutableList<String> as,
      @Nullable ImmutableList<String> localField,
      @Nullable String foreignField,
      ImmutableMap<String, Expression> let,
      @Nullable BsonArray pipeline,
      PipelineContext context) {
    this.from = from;
    this.as = as;
    this.localField = localField;
    this.foreignField = foreignField;
    this.let = let;
    this.pipeline = pipeline;
    this.context = context;
  }

  static Stage parse(BsonValue spec, PipelineContext context) {
    if (!(spec instanceof BsonDocument options)) {
      throw failedToParse(
          "the $lookup stage specification must be an object, but found " + BsonTypes.name(spec));
    }
    Options parsed = new Options(spec);
    for (Map.Entry<String, BsonValue> option : options.entrySet()) {
      parsed.take(option.getKey(), option.getValue(), context.query());
    }
    return parsed.stage(context);
  }

  /** The options as they are read. */
  private static final class Options {
    private final BsonValue spec;
    private CollectionName from = CollectionName.NONE;
    private String as = "";
    private String localField = "";
    private String foreignField = "";
    private ImmutableMap<String, Expression> let = ImmutableMap.of();
    private @Nullable BsonArray pipeline;

    Options(BsonValue spec) {
      this.spec = spec;
    }

    void take(String name, BsonValue value, QueryContext context) {
      switch (name) {
        case "pipeline" -> {
          if (!(value instanceof BsonArray array)) {
            throw new CommandFailure(
                ErrorCode.TYPE_MISMATCH, "'pipeline' option must be specified as an array");
          }
          pipeline = array;
        }
        case "let" -> {
          if (!(value instanceof BsonDocument variables)) {
            throw failedToParse(
                "$lookup argument '%s' must be an object, is type %s"
                    .formatted(ElementText.field(name, value), BsonTypes.name(value)));
          }
          let = variables(variables, context);
        }
        case "from" ->
            from = value instanceof BsonDocument ? CollectionName.of(value) : name(name, value);
        case "as" -> as = string(name, value);
        case "localField" -> localField = string(name, value);
        case "foreignField" -> foreignField = string(name, value);
        default -> throw failedToParse("unknown argument to $lookup: " + name);
      }
    }

    private static CollectionName name(String name, BsonValue value) {
      return new CollectionName("", string(name, value));
    }

    private static String string(String name, BsonValue value) {
      if (!(value instanceof BsonString string)) {
        throw failedToParse(
            "$lookup argument '%s' must be a string, is type %s"
                .formatted(ElementText.field(name, value), BsonTypes.name(value)));
      }
      return string.getValue();
    }

    private static ImmutableMap<String, Expression> variables(
        BsonDocument variables, QueryContext context) {
      ImmutableMap.Builder<String, Expression> let = ImmutableMap.builder();
      variables.forEach(
          (name, value) -> {
            String checked = ParseScope.variable(name).name();
            let.put(checked, Expression.parse(value, context));
          });
      return let.buildOrThrow();
    }

    Stage stage(PipelineContext context) {
      boolean documents = startsWithDocuments();
      if (from.collection().isEmpty() && !documents) {
        throw failedToParse(
            "missing 'from' option to $lookup stage specification: " + ElementText.value(spec));
      }
      if (as.isEmpty()) {
        throw failedToParse("must specify 'as' field for a $lookup");
      }
      boolean fields = !localField.isEmpty() || !foreignField.isEmpty();
      if (pipeline != null) {
        if (fields && !context.query().atLeast(5, 0)) {
          throw failedToParse(
              "$lookup with 'pipeline' may not specify 'localField' or 'foreignField'");
        }
        Pipeline.parse(pipeline, inner(context, let)).requireSubPipeline();
      } else if (!let.isEmpty()) {
        throw failedToParse("$lookup with a 'let' argument must also specify 'pipeline'");
      }
      boolean bothFields = !localField.isEmpty() && !foreignField.isEmpty();
      if (fields ? !bothFields : pipeline == null) {
        throw failedToParse(
            pipeline == null
                ? "$lookup requires either 'pipeline' or both 'localField' and 'foreignField' to be specified"
                : "$lookup requires both or neither of 'localField' and 'foreignField' to be specified");
      }
      return new LookupStage(
          from,
          FieldPath.parse(as, context.query()).parts(),
          bothFields ? FieldPath.parse(localField, context.query()).parts() : null,
          bothFields ? FieldPath.parse(foreignField, context.query()).toString() : null,
          let,
          pipeline,
          context);
    }

    private boolean startsWithDocuments() {
      return pipeline != null
          && !pipeline.isEmpty()
          && pipeline.get(0) instanceof BsonDocument first
          && first.containsKey("$documents");
    }
  }

  private static CommandFailure failedToParse(String message) {
    return new CommandFailure(ErrorCode.FAILED_TO_PARSE, message);
  }

  /** The context in which the names of variables are known, though not yet their values. */
  private static PipelineContext inner(
      PipelineContext context, ImmutableMap<String, Expression> let) {
    ImmutableMap.Builder<String, Optional<BsonValue>> variables = ImmutableMap.builder();
    variables.putAll(context.query().variables());
    let.keySet().forEach(name -> variables.put(name, Optional.empty()));
    return context.withQuery(context.query().withVariables(variables.buildKeepingLast()));
  }

  @Override
  public String name() {
    return "$lookup";
  }

  @Override
  public Stage optimized() {
    ImmutableMap.Builder<String, Expression> optimized = ImmutableMap.builder();
    let.forEach((name, expression) -> optimized.put(name, expression.optimized()));
    return new LookupStage(
        from, as, localField, foreignField, optimized.buildOrThrow(), pipeline, context);
  }

  @Override
  public BsonDocument apply(BsonDocument document) {
    Iterator<BsonDocument> found =
        from.collection().isEmpty()
            ? List.<BsonDocument>of().iterator()
            : context.collections().documents(from.database(), from.collection()).iterator();
    if (localField != null && foreignField != null) {
      Matcher matcher = joined(document, localField, foreignField);
      found = Iterators.filter(found, matcher::matches);
    }
    if (pipeline != null) {
      ImmutableMap.Builder<String, Optional<BsonValue>> variables = ImmutableMap.builder();
      variables.putAll(context.query().variables());
      let.forEach(
          (name, expression) ->
              variables.put(name, Optional.ofNullable(expression.evaluate(document))));
      QueryContext inner = context.query().withVariables(variables.buildKeepingLast());
      found = Pipeline.parse(pipeline, context.withQuery(inner)).optimized().run(found);
    }
    BsonArray joined = new BsonArray();
    found.forEachRemaining(joined::add);
    return Documents.with(document, as, joined);
  }

  /** A filter for documents whose foreign field equals the local one, or one of its elements. */
  private Matcher joined(BsonDocument document, ImmutableList<String> local, String foreign) {
    List<BsonValue> values = new ArrayList<>();
    collect(document, local, values);
    BsonArray alternatives = new BsonArray();
    for (BsonValue value : values) {
      alternatives.add(new BsonDocument(foreign, new BsonDocument("$eq", value)));
    }
    if (alternatives.isEmpty()) {
      alternatives.add(new BsonDocument(foreign, new BsonDocument("$eq", BsonNull.VALUE)));
    }
    return Matcher.parse(new BsonDocument("$or", alternatives), context.query());
  }

  private static void collect(
      @Nullable BsonValue value, List<String> path, List<BsonValue> values) {
    if (value instanceof BsonArray array) {
      if (path.isEmpty() && array.isEmpty()) {
        return;
      }
      array.forEach(
          element -> {
            boolean leaf = path.isEmpty();
            if (leaf) {
              values.add(element);
            } else {
              collect(element, path, values);
            }
          });
    } else if (path.isEmpty()) {
      values.add(value == null ? BsonNull.VALUE : value);
    } else if (value instanceof BsonDocument document) {
      collect(document.get(path.get(0)), path.subList(1, path.size()), values);
    }
  }
}
