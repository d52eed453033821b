package dev.tailrace.conformance.unified.entity;

import com.mongodb.client.ClientSession;
import dev.tailrace.conformance.unified.format.Fields;
import dev.tailrace.conformance.unified.format.UnrunnableTestException;
import dev.tailrace.conformance.unified.match.EntityLookup;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.bson.BsonDocument;
import org.bson.BsonValue;

/** The entities of one test, and the values it has saved, by name. */
public final class EntityMap implements EntityLookup, AutoCloseable {

  private final Map<String, Object> entities = new LinkedHashMap<>();

  /** Adds an {@link Entity} or a BSON value under a new name. */
  public void add(String name, Object entity) {
    if (entities.putIfAbsent(name, entity) != null) {
      throw new UnrunnableTestException("there is a \"%s\" already".formatted(name));
    }
  }

  /** The entity of that name, which has to be of that kind. */
  public <T> T get(String name, Class<T> kind) {
    Object entity = entities.get(name);
    if (!kind.isInstance(entity)) {
      throw new UnrunnableTestException(
          entity == null
              ? "undefined entity \"%s\"".formatted(name)
              : "\"%s\" is a %s, not a %s"
                  .formatted(name, entity.getClass().getSimpleName(), kind.getSimpleName()));
    }
    return kind.cast(entity);
  }

  /** The session that an operation is to use: its argument {@code session}. */
  public Optional<ClientSession> session(Fields arguments) {
    return arguments.optionalText("session").map(name -> get(name, SessionEntity.class).session());
  }

  @Override
  public BsonValue value(String name) {
    return get(name, BsonValue.class);
  }

  @Override
  public BsonDocument sessionLsid(String name) {
    return get(name, SessionEntity.class).lsid();
  }

  /** Every entity of a kind, in the order they were made. */
  public <T> List<T> all(Class<T> kind) {
    return entities.values().stream().filter(kind::isInstance).map(kind::cast).toList();
  }

  /** Closes every cursor and change stream. */
  public void closeCursors() {
    all(CursorEntity.class).forEach(CursorEntity::close);
  }

  /** Frees every entity, the youngest first. */
  @Override
  public void close() {
    List<Entity> youngestFirst = new ArrayList<>();
    all(Entity.class).forEach(entity -> youngestFirst.add(0, entity));
    youngestFirst.forEach(Entity::close);
    entities.clear();
  }
}
