package dev.tailrace.engine.event;

import static java.util.Objects.requireNonNull;

import dev.tailrace.engine.bytes.Elements;
import dev.tailrace.engine.transport.DocumentSlice;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A collection, a view or a database, by name. In BSON <code>{db: string, coll: string}</code>.
 *
 * @param database the database's name ({@code db})
 * @param collection the name of the collection or view ({@code coll}); empty where the database
 *     itself is meant
 */
public record Namespace(String database, Optional<String> collection) {

  public Namespace {
    requireNonNull(database, "database");
    requireNonNull(collection, "collection");
  }

  /** The collection or view of this name. */
  public static Namespace of(String database, String collection) {
    return new Namespace(database, Optional.of(collection));
  }

  /** The database of this name. */
  public static Namespace of(String database) {
    return new Namespace(database, Optional.empty());
  }

  static Namespace read(DocumentSlice document) {
    RawFields fields = new RawFields(document);
    @Nullable Elements coll = fields.find("coll");
    return new Namespace(
        fields.require("db").string(), Optional.ofNullable(coll).map(Elements::string));
  }

  /** As the server writes it: {@code database.collection}, or {@code database}. */
  @Override
  public String toString() {
    return collection.map(name -> database + "." + name).orElse(database);
  }
}
