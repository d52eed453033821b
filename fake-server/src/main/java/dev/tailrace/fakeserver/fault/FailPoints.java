package dev.tailrace.fakeserver.fault;

import dev.tailrace.fakeserver.clock.Ids;
import java.util.LinkedHashMap;
import java.util.Map;
import org.bson.BsonDocument;
import org.jspecify.annotations.Nullable;

/**
 * The fail points of one member's process, as {@code configureFailPoint} sets them. Not
 * thread-safe.
 */
public final class FailPoints {

  /** The fail points there are. */
  public enum Name {
    FAIL_COMMAND("failCommand"),
    FAIL_GET_MORE_AFTER_CURSOR_CHECKOUT("failGetMoreAfterCursorCheckout"),
    DISABLE_AWAIT_DATA_FOR_GET_MORE("disableAwaitDataForGetMoreCmd"),
    FAIL_WITH_ERROR_CODE_IN_RUN_COMMAND("failWithErrorCodeInRunCommand"),
    MAX_TIME_ALWAYS_TIME_OUT("maxTimeAlwaysTimeOut"),
    ON_PRIMARY_TRANSACTIONAL_WRITE("onPrimaryTransactionalWrite"),
    WAIT_IN_HELLO("waitInHello");

    private final String spelling;

    Name(String spelling) {
      this.spelling = spelling;
    }

    /** The name as commands spell it. */
    public String spelling() {
      return spelling;
    }

    /** The fail point of that name, or null. */
    public static @Nullable Name of(String spelling) {
      for (Name name : values()) {
        if (name.spelling.equals(spelling)) {
          return name;
        }
      }
      return null;
    }
  }

  /**
   * How often a fail point strikes.
   *
   * @param skip how many times it is passed first
   * @param times how often it strikes then; 0 for never, {@link FaultRule#ALWAYS} for always
   * @param probability how likely it is to strike, 0 to 1
   */
  public record Mode(long skip, long times, double probability) {

    /** Never. */
    public static final Mode OFF = new Mode(0, 0, 1);

    /** Every time. */
    public static final Mode ALWAYS_ON = new Mode(0, FaultRule.ALWAYS, 1);
  }

  private static final class Point {
    Mode mode = Mode.OFF;
    BsonDocument data = new BsonDocument();
    long passed;
    long struck;
    long entered;
  }

  private final Map<Name, Point> points = new LinkedHashMap<>();
  private final Ids ids;
  private long changes;

  /** Every fail point off. */
  public FailPoints(Ids ids) {
    this.ids = ids;
  }

  /**
   * Sets a fail point.
   *
   * @return how often it was entered so far
   */
  public long configure(Name name, Mode mode, BsonDocument data) {
    Point point = points.computeIfAbsent(name, unused -> new Point());
    point.mode = mode;
    point.data = data;
    point.passed = 0;
    point.struck = 0;
    changes++;
    return point.entered;
  }

  /** How often a fail point was entered since the process started. */
  public long timesEntered(Name name) {
    Point point = points.get(name);
    return point == null ? 0 : point.entered;
  }

  /** How often any fail point was set or entered: whoever waits for one looks again then. */
  public long changes() {
    return changes;
  }

  /** The data of a fail point that may strike; null if it is off. */
  public @Nullable BsonDocument armed(Name name) {
    Point point = points.get(name);
    return point == null || point.struck >= point.mode.times() ? null : point.data;
  }

  /** Passes a fail point: its data if it strikes, else null. */
  public @Nullable BsonDocument enter(Name name) {
    Point point = points.get(name);
    if (point == null || point.struck >= point.mode.times()) {
      return null;
    }
    if (point.passed++ < point.mode.skip()) {
      return null;
    }
    if (point.mode.probability() < 1 && ids.fraction() >= point.mode.probability()) {
      return null;
    }
    changes++;
    point.struck++;
    point.entered++;
    return point.data;
  }
}
