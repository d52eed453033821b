package dev.tailrace.fakeserver.query.stage;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.Iterators;
import dev.tailrace.fakeserver.error.CommandFailure;
import dev.tailrace.fakeserver.query.QueryContext;
import dev.tailrace.fakeserver.query.expression.FieldPath;
import dev.tailrace.fakeserver.query.value.BsonTypes;
import dev.tailrace.fakeserver.query.value.ElementText;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonInt64;
import org.bson.BsonNull;
import org.bson.BsonString;
import org.bson.BsonValue;
import org.jspecify.annotations.Nullable;

/**
 * {@code {$unwind: PATH}}: for each element of an array a document with that element in its place.
 */
final class UnwindStage extends Stage {

  private final ImmutableList<String> path;
  private final boolean preserve;
  private final @Nullable ImmutableList<String> indexPath;

  private UnwindStage(
      ImmutableList<String> path, boolean preserve, @Nullable ImmutableList<String> indexPath) {
    this.path = path;
    this.preserve = preserve;
    this.indexPath = indexPath;
  }

  static Stage parse(BsonValue spec, QueryContext context) {
    String path = null;
    boolean preserve = false;
    String index = null;
    if (spec instanceof BsonString string) {
      path = string.getValue();
    } else if (spec instanceof BsonDocument document) {
      for (Map.Entry<String, BsonValue> option : document.entrySet()) {
        BsonValue value = option.getValue();
        switch (option.getKey()) {
          case "path" -> path = path(value);
          case "preserveNullAndEmptyArrays" -> preserve = flag(value);
          case "includeArrayIndex" -> index = index(value);
          default ->
              throw new CommandFailure(
                  28_811, "unrecognized option to $unwind stage: " + option.getKey());
        }
      }
    } else {
      throw new CommandFailure(
          15_981,
          "expected either a string or an object as specification for $unwind stage, got "
              + BsonTypes.name(spec));
    }
    if (path == null || path.isEmpty()) {
      throw new CommandFailure(28_812, "no path specified to $unwind stage");
    }
    if (!path.startsWith("$")) {
      throw new CommandFailure(
          28_818, "path option to $unwind stage should be prefixed with a '$': " + path);
    }
    return new UnwindStage(
        FieldPath.parse(path.substring(1), context).parts(),
        preserve,
        index == null ? null : FieldPath.parse(index, context).parts());
  }

  private static String path(BsonValue value) {
    if (!(value instanceof BsonString string)) {
      throw new CommandFailure(
          28_808, "expected a string as the path for $unwind stage, got " + BsonTypes.name(value));
    }
    return string.getValue();
  }

  private static boolean flag(BsonValue value) {
    if (!value.isBoolean()) {
      throw new CommandFailure(
          28_809,
          "expected a boolean for the preserveNullAndEmptyArrays option to $unwind stage, got "
              + BsonTypes.name(value));
    }
    return value.asBoolean().getValue();
  }

  private static String index(BsonValue value) {
    if (!(value instanceof BsonString string) || string.getValue().isEmpty()) {
      throw new CommandFailure(
          28_810,
          "expected a non-empty string for the includeArrayIndex  option to $unwind stage, got "
              + BsonTypes.name(value));
    }
    if (string.getValue().startsWith("$")) {
      throw new CommandFailure(
          28_822,
          "includeArrayIndex option to $unwind stage should not be prefixed with a '$': "
              + ElementText.field("includeArrayIndex", value));
    }
    return string.getValue();
  }

  @Override
  public String name() {
    return "$unwind";
  }

  @Override
  public Iterator<BsonDocument> run(Iterator<BsonDocument> input) {
    return Iterators.concat(Iterators.transform(input, document -> unwind(document).iterator()));
  }

  private List<BsonDocument> unwind(BsonDocument document) {
    BsonValue value = Documents.get(document, path);
    if (value instanceof BsonArray array && !array.isEmpty()) {
      List<BsonDocument> unwound = new ArrayList<>();
      long index = 0;
      for (BsonValue element : array) {
        unwound.add(withIndex(Documents.with(document, path, element), new BsonInt64(index)));
        index++;
      }
      return unwound;
    }
    boolean isEmpty = BsonTypes.isNullish(value) || value instanceof BsonArray;
    if (isEmpty && !preserve) {
      return List.of();
    }
    BsonDocument kept =
        value instanceof BsonArray ? Documents.with(document, path, null) : document;
    return List.of(withIndex(kept, BsonNull.VALUE));
  }

  private BsonDocument withIndex(BsonDocument document, BsonValue index) {
    return indexPath == null ? document : Documents.with(document, indexPath, index);
  }
}
