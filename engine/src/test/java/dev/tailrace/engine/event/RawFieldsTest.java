package dev.tailrace.engine.event;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.engine.bytes.Elements;
import dev.tailrace.engine.bytes.MalformedBsonException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.bson.BsonDocument;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RawFieldsTest {

  private static final byte[] DOCUMENT =
      Bytes.bytes(
          BsonDocument.parse("{a: 1, bb: 'two', ccc: {a: 3}, dddd: null, eeeee: [5], ffffff: 6}"));

  @Test
  void theOrderOfAskingMakesNoDifference() {
    RawFields fields = new RawFields(Bytes.slice(DOCUMENT));

    for (String name : List.of("ffffff", "a", "ccc", "ccc", "bb", "none", "eeeee", "dddd", "a")) {
      assertThat(answer(fields, name)).as(name).isEqualTo(freshAnswer(DOCUMENT, name));
    }
  }

  @Test
  void whatStandsBeforeTheBreakIsFoundAlsoFromBehindIt() {
    byte[] broken = DOCUMENT.clone();
    broken[offsetOf("eeeee") - Bytes.slice(broken).offset()] = 0x55;
    RawFields fields = new RawFields(Bytes.slice(broken));

    assertThat(answer(fields, "ccc")).isEqualTo("at " + offsetOf("ccc"));
    assertThat(answer(fields, "bb")).isEqualTo("at " + offsetOf("bb"));
    assertThat(answer(fields, "ffffff")).contains("type 0x55");
  }

  /** Broken documents included: what is found, and what is wrong with them. */
  @Property
  void theOrderOfAskingMakesNoDifferenceInAnyBytes(
      @ForAll("names") List<String> names,
      @ForAll @IntRange(min = 4, max = 60) int position,
      @ForAll byte value) {
    byte[] mutated = DOCUMENT.clone();
    mutated[position] = value;
    Assume.that(namesAreDistinct(mutated));
    RawFields fields = new RawFields(Bytes.slice(mutated));

    for (String name : names) {
      assertThat(answer(fields, name)).as(name).isEqualTo(freshAnswer(mutated, name));
    }
  }

  @Provide
  static Arbitrary<List<String>> names() {
    return Arbitraries.of("a", "bb", "ccc", "dddd", "eeeee", "ffffff", "none")
        .list()
        .ofMinSize(2)
        .ofMaxSize(8);
  }

  private static int offsetOf(String name) {
    Elements elements = Elements.of(Bytes.slice(DOCUMENT));
    assertThat(elements.nextNamed(name)).isTrue();
    return elements.offset();
  }

  private static String freshAnswer(byte[] bytes, String name) {
    return answer(new RawFields(Bytes.slice(bytes)), name);
  }

  private static String answer(RawFields fields, String name) {
    try {
      @Nullable Elements found = fields.find(name);
      return found == null ? "none" : "at " + found.offset();
    } catch (MalformedBsonException broken) {
      return String.valueOf(broken.getMessage());
    }
  }

  private static boolean namesAreDistinct(byte[] bytes) {
    Set<String> seen = new HashSet<>();
    try {
      for (Elements elements = Elements.of(Bytes.slice(bytes)); elements.next(); ) {
        if (!seen.add(elements.name())) {
          return false;
        }
      }
    } catch (MalformedBsonException broken) {
      return true; // No walk goes further than to there.
    }
    return true;
  }
}
