package dev.tailrace.engine.core;

/**
 * How long a pull goes on for an event before it is answered with "nothing yet".
 *
 * @param getMores how many getMores it may send
 * @param resumes how many resume attempts it may begin
 * @param sitsOutPauses whether it waits for the pause before an attempt to be over
 * @param untilNanos when it is answered at the latest; {@link Step#NEVER} for no limit
 */
public record Patience(int getMores, int resumes, boolean sitsOutPauses, long untilNanos) {

  /** Until there is an event, or the end. */
  public static Patience untilEvent() {
    return until(Step.NEVER);
  }

  /** Until there is an event, or the end, or that time. */
  public static Patience until(long untilNanos) {
    return new Patience(Integer.MAX_VALUE, Integer.MAX_VALUE, true, untilNanos);
  }

  /** One round: at most one getMore and at most one resume, waiting for their answers only. */
  public static Patience oneRound() {
    return new Patience(1, 1, false, Step.NEVER);
  }

  Patience lessOneGetMore() {
    return new Patience(getMores - 1, resumes, sitsOutPauses, untilNanos);
  }

  Patience lessOneResume() {
    return new Patience(getMores, resumes - 1, sitsOutPauses, untilNanos);
  }
}
