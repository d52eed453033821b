package dev.tailrace.engine.event;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.List;
import org.bson.BsonDocument;
import org.bson.BsonString;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class OperationTypeTest {

  @ParameterizedTest
  @MethodSource("constants")
  void aKnownTypeIsItsConstant(OperationType constant) {
    assertThat(read(constant.name())).isSameAs(constant);
  }

  @Test
  void theKnownTypesAreThoseOfTheServers() {
    assertThat(constants())
        .extracting(OperationType::name)
        .containsExactlyInAnyOrder(
            "insert",
            "update",
            "replace",
            "delete",
            "drop",
            "rename",
            "dropDatabase",
            "invalidate",
            "create",
            "createIndexes",
            "dropIndexes",
            "modify",
            "shardCollection",
            "refineCollectionShardKey",
            "reshardCollection",
            "startIndexBuild",
            "abortIndexBuild",
            "endOfTransaction");
  }

  @ParameterizedTest
  @ValueSource(strings = {"fold", "", "inserT", "insert ", "дроп"})
  void anUnknownTypeIsKept(String name) {
    OperationType type = read(name);

    assertThat(type.name()).isEqualTo(name);
    assertThat(type).hasToString(name).isEqualTo(new OperationType(name));
    assertThat(constants()).doesNotContain(type);
  }

  private static OperationType read(String name) {
    BsonDocument event = new BsonDocument("operationType", new BsonString(name));
    return ChangeEvent.of(Bytes.slice(event)).operationType();
  }

  static List<OperationType> constants() {
    return Arrays.stream(OperationType.class.getFields())
        .filter(field -> Modifier.isStatic(field.getModifiers()))
        .map(OperationTypeTest::valueOf)
        .toList();
  }

  private static OperationType valueOf(Field constant) {
    try {
      return (OperationType) constant.get(null);
    } catch (IllegalAccessException e) {
      throw new AssertionError(e);
    }
  }
}
