package dev.tailrace.fakeserver.query.value;

import static com.google.common.collect.ImmutableSet.toImmutableSet;

import com.google.common.collect.ImmutableSet;
import com.ibm.icu.text.Collator;
import com.ibm.icu.text.RuleBasedCollator;
import com.ibm.icu.util.ULocale;
import dev.tailrace.fakeserver.error.CommandFailure;
import dev.tailrace.fakeserver.error.ErrorCode;
import dev.tailrace.fakeserver.query.number.Numbers;
import java.util.Arrays;
import java.util.List;
import org.bson.BsonBoolean;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonString;
import org.bson.BsonValue;

/** Reads one collation document, in the order in which the server checks its fields. */
final class CollationParser {

  /** What the server puts into {@code version}; its ICU library's data version. */
  private static final String VERSION = "57.1";

  private static final int INCOMPATIBLE_COLLATION_VERSION = 161;

  private static final ImmutableSet<String> FIELDS =
      ImmutableSet.of(
          "locale",
          "caseLevel",
          "caseFirst",
          "strength",
          "numericOrdering",
          "alternate",
          "maxVariable",
          "normalization",
          "backwards",
          "version");

  private static final ImmutableSet<String> LOCALES =
      Arrays.stream(ULocale.getAvailableLocales()).map(ULocale::getName).collect(toImmutableSet());

  private final BsonDocument spec;

  CollationParser(BsonDocument spec) {
    this.spec = spec;
  }

  Collation parse() {
    String locale = locale();
    if (locale.equals("simple")) {
      if (spec.size() != 1) {
        throw failedToParse(
            "If locale=simple, no other fields should be present in: " + ElementText.value(spec));
      }
      return Collation.SIMPLE;
    }
    RuleBasedCollator rules = rulesOf(locale);
    BsonDocument full = new BsonDocument("locale", new BsonString(locale));

    boolean caseLevel = flag("caseLevel", rules.isCaseLevel(), full);
    rules.setCaseLevel(caseLevel);
    String caseFirst = caseFirst(rules, full);
    int strength = strength(rules, full);
    rules.setNumericCollation(flag("numericOrdering", rules.getNumericCollation(), full));
    alternate(rules, full);
    boolean normalization = rules.getDecomposition() == Collator.CANONICAL_DECOMPOSITION;
    rules.setDecomposition(
        flag("normalization", normalization, full)
            ? Collator.CANONICAL_DECOMPOSITION
            : Collator.NO_DECOMPOSITION);
    boolean backwards = flag("backwards", rules.isFrenchCollation(), full);
    rules.setFrenchCollation(backwards);
    version(full);
    requireKnownFields();

    if (backwards && strength == 1) {
      throw badValue("'backwards' is invalid with 'strength' of 1: " + ElementText.value(spec));
    }
    if (!caseFirst.equals("off") && !caseLevel && strength < 3) {
      throw badValue(
          "'caseFirst' is invalid unless 'caseLevel' is on or 'strength' is greater than 2: "
              + ElementText.value(spec));
    }
    return Collation.of(rules, full);
  }

  private String locale() {
    BsonValue locale = spec.get("locale");
    if (locale == null) {
      throw new CommandFailure(ErrorCode.NO_SUCH_KEY, "Missing expected field \"locale\"");
    }
    return string("locale", locale);
  }

  private RuleBasedCollator rulesOf(String locale) {
    ULocale parsed = new ULocale(locale);
    boolean known =
        LOCALES.contains(parsed.getBaseName()) && ULocale.canonicalize(locale).equals(locale);
    if (!known || !(Collator.getInstance(parsed) instanceof RuleBasedCollator rules)) {
      throw badValue("Field 'locale' is invalid in: " + ElementText.value(spec));
    }
    return rules.cloneAsThawed();
  }

  private String caseFirst(RuleBasedCollator rules, BsonDocument full) {
    String byDefault =
        rules.isUpperCaseFirst() ? "upper" : rules.isLowerCaseFirst() ? "lower" : "off";
    String value = choice("caseFirst", byDefault, List.of("upper", "lower", "off"), full);
    switch (value) {
      case "upper" -> rules.setUpperCaseFirst(true);
      case "lower" -> rules.setLowerCaseFirst(true);
      default -> {
        rules.setUpperCaseFirst(false);
        rules.setLowerCaseFirst(false);
      }
    }
    return value;
  }

  private int strength(RuleBasedCollator rules, BsonDocument full) {
    int strength = rules.getStrength() == Collator.IDENTICAL ? 5 : rules.getStrength() + 1;
    BsonValue given = spec.get("strength");
    if (given != null) {
      long number = integer("strength", given);
      if (number < 1 || number > 5) {
        throw failedToParse("Field 'strength' must be an integer 1 through 5. Got: " + number);
      }
      strength = (int) number;
    }
    rules.setStrength(strength == 5 ? Collator.IDENTICAL : strength - 1);
    full.append("strength", new BsonInt32(strength));
    return strength;
  }

  private void alternate(RuleBasedCollator rules, BsonDocument full) {
    String alternate =
        choice(
            "alternate",
            rules.isAlternateHandlingShifted() ? "shifted" : "non-ignorable",
            List.of("non-ignorable", "shifted"),
            full);
    rules.setAlternateHandlingShifted(alternate.equals("shifted"));
    boolean spaceOnly = rules.getMaxVariable() == Collator.ReorderCodes.SPACE;
    String maxVariable =
        choice("maxVariable", spaceOnly ? "space" : "punct", List.of("punct", "space"), full);
    rules.setMaxVariable(
        maxVariable.equals("space")
            ? Collator.ReorderCodes.SPACE
            : Collator.ReorderCodes.PUNCTUATION);
  }

  private void version(BsonDocument full) {
    BsonValue given = spec.get("version");
    if (given != null && !string("version", given).equals(VERSION)) {
      throw new CommandFailure(
          INCOMPATIBLE_COLLATION_VERSION,
          "Requested collation version "
              + string("version", given)
              + " but the only available collator version was "
              + VERSION
              + ". Requested collation spec: "
              + ElementText.value(spec));
    }
    full.append("version", new BsonString(VERSION));
  }

  private void requireKnownFields() {
    for (String field : spec.keySet()) {
      if (!FIELDS.contains(field)) {
        throw failedToParse(
            "Collation spec contains unknown field. Collation spec: " + ElementText.value(spec));
      }
    }
  }

  private boolean flag(String field, boolean byDefault, BsonDocument full) {
    BsonValue given = spec.get(field);
    if (given != null && !given.isBoolean()) {
      throw wrongType(field, "bool", given);
    }
    boolean value = given == null ? byDefault : given.asBoolean().getValue();
    full.append(field, BsonBoolean.valueOf(value));
    return value;
  }

  private String choice(String field, String byDefault, List<String> choices, BsonDocument full) {
    BsonValue given = spec.get(field);
    String value = given == null ? byDefault : string(field, given);
    if (!choices.contains(value)) {
      throw failedToParse(
          "Field '" + field + "' must be " + enumeration(choices) + ". Got: " + value);
    }
    full.append(field, new BsonString(value));
    return value;
  }

  private static String enumeration(List<String> choices) {
    return choices.size() == 2
        ? "'%s' or '%s'".formatted(choices.toArray())
        : "'%s', '%s', or '%s'".formatted(choices.toArray());
  }

  private static String string(String field, BsonValue value) {
    if (!value.isString()) {
      throw wrongType(field, "string", value);
    }
    return value.asString().getValue();
  }

  private static long integer(String field, BsonValue value) {
    if (!Numbers.isNumber(value)) {
      throw new CommandFailure(
          ErrorCode.TYPE_MISMATCH,
          "Expected field \"%s\" to have numeric type, but found %s"
              .formatted(field, BsonTypes.name(value)));
    }
    if (!Numbers.isLong(value)) {
      throw badValue(
          "Expected field \"%s\" to have a value exactly representable as a 64-bit integer, but found %s"
              .formatted(field, ElementText.field(field, value)));
    }
    return Numbers.toLong(value);
  }

  private static CommandFailure wrongType(String field, String expected, BsonValue found) {
    return new CommandFailure(
        ErrorCode.TYPE_MISMATCH,
        "\"%s\" had the wrong type. Expected %s, found %s"
            .formatted(field, expected, BsonTypes.name(found)));
  }

  private static CommandFailure badValue(String message) {
    return new CommandFailure(ErrorCode.BAD_VALUE, message);
  }

  private static CommandFailure failedToParse(String message) {
    return new CommandFailure(ErrorCode.FAILED_TO_PARSE, message);
  }
}
