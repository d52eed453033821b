package dev.tailrace.fakeserver.delta;

import dev.tailrace.fakeserver.query.update.UpdateLog.Component;
import dev.tailrace.fakeserver.storage.UpdateDescription;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.bson.BsonArray;
import org.bson.BsonBoolean;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonString;
import org.bson.BsonValue;
import org.jspecify.annotations.Nullable;

/**
 * The difference between two documents or two arrays, as a tree: the {@code diff} of the oplog from
 * 5.0 on.
 *
 * <p>A document has deletes {@code d}, updates {@code u} of fields that were there, inserts {@code
 * i} of fields that were not, and for each field that changed inside a delta {@code s<field>}. An
 * array has {@code a: true}, its new length {@code l} if it got shorter, and by index an update
 * {@code u<n>} or a delta {@code s<n>}.
 */
public final class Delta {

  private final boolean isArray;
  private final List<String> deletes = new ArrayList<>();
  private final BsonDocument updates = new BsonDocument();
  private final BsonDocument inserts = new BsonDocument();
  private final Map<String, Delta> fields = new LinkedHashMap<>();
  private final TreeMap<Integer, BsonValue> elements = new TreeMap<>();
  private final TreeMap<Integer, Delta> elementDeltas = new TreeMap<>();
  private @Nullable Integer newLength;

  private Delta(boolean isArray) {
    this.isArray = isArray;
  }

  /** No difference yet, of two documents. */
  public static Delta ofDocuments() {
    return new Delta(false);
  }

  /** No difference yet, of two arrays. */
  public static Delta ofArrays() {
    return new Delta(true);
  }

  /** A field of the document is gone. */
  public void delete(String field) {
    deletes.add(field);
  }

  /** A field that was there has another value. */
  public void update(String field, BsonValue value) {
    updates.put(field, value);
  }

  /** A field is new. */
  public void insert(String field, BsonValue value) {
    inserts.put(field, value);
  }

  /** An element of the array has another value, or is new. */
  public void update(int index, BsonValue value) {
    elements.put(index, value);
  }

  /** The array has lost its end. */
  public void truncate(int length) {
    newLength = length;
  }

  /** The difference inside a field or an element, made if there is none yet. */
  public Delta inside(Component step, boolean ofArrays) {
    return step instanceof Component.ArrayIndex element
        ? elementDeltas.computeIfAbsent(element.index(), unused -> new Delta(ofArrays))
        : fields.computeIfAbsent(step.text(), unused -> new Delta(ofArrays));
  }

  /** The difference inside a field. */
  void put(String field, Delta delta) {
    fields.put(field, delta);
  }

  /** The difference inside an element. */
  void put(int index, Delta delta) {
    elementDeltas.put(index, delta);
  }

  /** Whether the two are the same. */
  public boolean isEmpty() {
    return deletes.isEmpty()
        && updates.isEmpty()
        && inserts.isEmpty()
        && fields.isEmpty()
        && elements.isEmpty()
        && elementDeltas.isEmpty()
        && newLength == null;
  }

  /** As the oplog has it. */
  public BsonDocument toDocument() {
    BsonDocument document = new BsonDocument();
    if (isArray) {
      document.append("a", BsonBoolean.TRUE);
      if (newLength != null) {
        document.append("l", new BsonInt32(newLength));
      }
      TreeMap<Integer, BsonDocument> byIndex = new TreeMap<>();
      elements.forEach((i, value) -> byIndex.put(i, new BsonDocument("u" + i, value)));
      elementDeltas.forEach(
          (i, delta) -> byIndex.put(i, new BsonDocument("s" + i, delta.toDocument())));
      byIndex.values().forEach(document::putAll);
      return document;
    }
    if (!deletes.isEmpty()) {
      BsonDocument gone = new BsonDocument();
      deletes.forEach(field -> gone.append(field, BsonBoolean.FALSE));
      document.append("d", gone);
    }
    if (!updates.isEmpty()) {
      document.append("u", updates);
    }
    if (!inserts.isEmpty()) {
      document.append("i", inserts);
    }
    fields.forEach((field, delta) -> document.append("s" + field, delta.toDocument()));
    return document;
  }

  /** As a change stream tells it. */
  public UpdateDescription describe() {
    Telling telling = new Telling();
    telling.walk(this, List.of());
    return new UpdateDescription(
        telling.updatedFields,
        telling.removedFields,
        telling.truncatedArrays,
        telling.disambiguatedPaths,
        new BsonDocument("$v", new BsonInt32(2)).append("diff", toDocument()));
  }

  /** Reads the parts of a description off the tree, each level before those below it. */
  private static final class Telling {

    private final BsonDocument updatedFields = new BsonDocument();
    private final BsonArray removedFields = new BsonArray();
    private final BsonArray truncatedArrays = new BsonArray();
    private final BsonDocument disambiguatedPaths = new BsonDocument();

    void walk(Delta delta, List<Component> path) {
      for (String field : delta.deletes) {
        removedFields.add(new BsonString(name(path, new Component.FieldName(field))));
      }
      delta.updates.forEach((field, value) -> updated(path, new Component.FieldName(field), value));
      delta.inserts.forEach((field, value) -> updated(path, new Component.FieldName(field), value));
      if (delta.newLength != null) {
        truncatedArrays.add(
            new BsonDocument("field", new BsonString(noted(path)))
                .append("newSize", new BsonInt32(delta.newLength)));
      }
      TreeMap<Integer, Runnable> byIndex = new TreeMap<>();
      delta.elements.forEach(
          (i, value) -> byIndex.put(i, () -> updated(path, new Component.ArrayIndex(i), value)));
      delta.elementDeltas.forEach(
          (i, inner) -> byIndex.put(i, () -> walk(inner, then(path, new Component.ArrayIndex(i)))));
      byIndex.values().forEach(Runnable::run);
      delta.fields.forEach(
          (field, inner) -> walk(inner, then(path, new Component.FieldName(field))));
    }

    private void updated(List<Component> path, Component last, BsonValue value) {
      updatedFields.append(name(path, last), value);
    }

    private String name(List<Component> path, Component last) {
      return noted(then(path, last));
    }

    /** The path with dots; noted where that can be read in two ways. */
    private String noted(List<Component> path) {
      String dotted = path.stream().map(Component::text).collect(Collectors.joining("."));
      if (isAmbiguous(path)) {
        disambiguatedPaths.append(
            dotted, new BsonArray(path.stream().map(Telling::toValue).toList()));
      }
      return dotted;
    }

    /** Whether the path with dots could be read in another way. */
    private static boolean isAmbiguous(List<Component> path) {
      for (int i = 0; i < path.size(); i++) {
        if (path.get(i) instanceof Component.FieldName field
            && (field.name().indexOf('.') >= 0 || (i > 0 && isNumeric(field.name())))) {
          return true;
        }
      }
      return false;
    }

    private static boolean isNumeric(String name) {
      return !name.isEmpty() && name.chars().allMatch(c -> c >= '0' && c <= '9');
    }

    private static BsonValue toValue(Component step) {
      return step instanceof Component.ArrayIndex element
          ? new BsonInt32(element.index())
          : new BsonString(step.text());
    }

    private static List<Component> then(List<Component> path, Component last) {
      List<Component> longer = new ArrayList<>(path);
      longer.add(last);
      return longer;
    }
  }
}
