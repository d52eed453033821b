package dev.tailrace.fakeserver.query.date;

import dev.tailrace.fakeserver.error.CommandFailure;
import dev.tailrace.fakeserver.query.QueryContext;
import java.time.ZoneId;
import org.jspecify.annotations.Nullable;

/** Texts as dates. */
public final class DateReader {

  private DateReader() {}

  /**
   * Reads a date of any form.
   *
   * @param zone the zone of a text that names none; null for UTC
   * @return milliseconds since 1970
   * @throws CommandFailure as the server would, with ConversionFailure
   */
  public static long read(String text, @Nullable ZoneId zone) {
    return FreeText.read(text).toMillis(zone);
  }

  /** As {@link #read(String, ZoneId)}, by a valid format. */
  public static long read(String text, String format, @Nullable ZoneId zone) {
    return FormattedText.read(text, format).toMillis(zone);
  }

  /**
   * Refuses a format with specifiers that cannot be read.
   *
   * @throws CommandFailure as the server would
   */
  public static void validate(String format, QueryContext context) {
    FormattedText.validate(format, context);
  }
}
