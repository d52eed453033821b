package dev.tailrace.engine.core;

/**
 * How long a pull goes on for an event before it is answered with "nothing yet".
 *
 * @param getMores how many getMores it may send
 * @param resumes how many aggregates it may begin: attempts to resume, or to begin anew
 * @param sitsOutPauses whether it waits for the pause before an attempt to be over
 * @param kind what it stands for
 * @param untilNanos when it is answered at the latest; {@link Step#NEVER} for no limit
 */
public record Patience(
    int getMores, int resumes, boolean sitsOutPauses, Kind kind, long untilNanos) {

  /** What a pull stands for. */
  public enum Kind {
    /** A user's call, which {@code timeoutMS} bounds. */
    CALL,
    /** A subscriber's demand: nobody's call, and as long as the stream lives. */
    DEMAND,
    /** The same, of one who also wants to hear when an empty batch has moved the token. */
    DEMAND_WITH_PROGRESS
  }

  /** Until there is an event, or the end. */
  public static Patience untilEvent() {
    return until(Step.NEVER);
  }

  /** Until there is an event, or the end, or that time. */
  public static Patience until(long untilNanos) {
    return new Patience(Integer.MAX_VALUE, Integer.MAX_VALUE, true, Kind.CALL, untilNanos);
  }

  /** One round: at most one getMore and at most one aggregate, waiting for their answers only. */
  public static Patience oneRound() {
    return new Patience(1, 1, false, Kind.CALL, Step.NEVER);
  }

  /** Until there is an event, or the end: a subscriber's. */
  public static Patience ofDemand(boolean withProgress) {
    return new Patience(
        Integer.MAX_VALUE,
        Integer.MAX_VALUE,
        true,
        withProgress ? Kind.DEMAND_WITH_PROGRESS : Kind.DEMAND,
        Step.NEVER);
  }

  Patience lessOneGetMore() {
    return new Patience(getMores - 1, resumes, sitsOutPauses, kind, untilNanos);
  }

  Patience lessOneResume() {
    return new Patience(getMores, resumes - 1, sitsOutPauses, kind, untilNanos);
  }
}
