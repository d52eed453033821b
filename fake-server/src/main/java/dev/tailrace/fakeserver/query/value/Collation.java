package dev.tailrace.fakeserver.query.value;

import com.ibm.icu.text.Collator;
import com.ibm.icu.text.RuleBasedCollator;
import java.util.Comparator;
import org.bson.BsonDocument;
import org.jspecify.annotations.Nullable;

/**
 * How strings compare: by their bytes (the simple collation) or by the rules of a language, through
 * ICU. Immutable and thread-safe.
 *
 * <p>The manual's section is Collation.
 */
public final class Collation implements Comparator<String> {

  /** Strings compare by their bytes. */
  public static final Collation SIMPLE = new Collation(null, new BsonDocument());

  private final @Nullable Collator rules;
  private final BsonDocument spec;

  private Collation(@Nullable Collator rules, BsonDocument spec) {
    this.rules = rules;
    this.spec = spec;
  }

  /**
   * Reads a collation document: {@code {locale, caseLevel?, caseFirst?, strength?,
   * numericOrdering?, alternate?, maxVariable?, normalization?, backwards?, version?}}; an empty
   * one is the simple collation.
   *
   * @throws dev.tailrace.fakeserver.error.CommandFailure if the server would refuse it
   */
  public static Collation parse(BsonDocument spec) {
    return spec.isEmpty() ? SIMPLE : new CollationParser(spec).parse();
  }

  static Collation of(RuleBasedCollator rules, BsonDocument fullSpec) {
    return new Collation(rules.freeze(), fullSpec);
  }

  /** All options, with their defaults, as the server shows them; empty for the simple collation. */
  public BsonDocument spec() {
    return spec;
  }

  public boolean isSimple() {
    return rules == null;
  }

  @Override
  public int compare(String a, String b) {
    // By keys, as ICU's direct comparison tells "ss" from "ß" where their keys are equal.
    return rules == null
        ? Utf8.compare(a, b)
        : rules.getCollationKey(a).compareTo(rules.getCollationKey(b));
  }

  /** A hash that is equal for strings that compare as equal. */
  public int hash(String text) {
    return rules == null ? text.hashCode() : rules.getCollationKey(text).hashCode();
  }
}
