/**
 * Dates: time zones, dates as text in the server's formats, texts as dates, parts of dates, and
 * arithmetic in calendar units. All dates are milliseconds since 1970 in UTC.
 *
 * <p>{@link dev.tailrace.fakeserver.query.date.TimeZones} and {@link
 * dev.tailrace.fakeserver.query.date.DateFormat} are where most things begin; {@code FreeText}
 * reads dates of any form as PHP does, whose library the server uses.
 */
@NullMarked
package dev.tailrace.fakeserver.query.date;

import org.jspecify.annotations.NullMarked;
