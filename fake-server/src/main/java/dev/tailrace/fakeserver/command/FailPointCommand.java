package dev.tailrace.fakeserver.command;

import dev.tailrace.fakeserver.error.CommandFailure;
import dev.tailrace.fakeserver.error.ErrorCode;
import dev.tailrace.fakeserver.fault.FailPoints;
import dev.tailrace.fakeserver.fault.FaultRule;
import dev.tailrace.fakeserver.idl.Flags;
import dev.tailrace.fakeserver.query.value.BsonTypes;
import dev.tailrace.fakeserver.query.value.ElementText;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonInt64;
import org.bson.BsonNumber;
import org.bson.BsonString;
import org.bson.BsonValue;
import org.jspecify.annotations.Nullable;

/** {@code configureFailPoint}, and {@code waitForFailPoint} beside it. */
final class FailPointCommand {

  private FailPointCommand() {}

  static Outcome configure(Invocation call) {
    FailPoints.Name name = name(call);
    FailPoints.Mode mode = mode(call.request().get("mode"));
    BsonValue data = call.request().get("data");
    if (data != null && !data.isDocument() && !data.isArray()) {
      throw new CommandFailure(ErrorCode.TYPE_MISMATCH, "the 'data' option must be a JSON object");
    }
    BsonDocument options = data instanceof BsonDocument given ? given : new BsonDocument();
    if (name == FailPoints.Name.FAIL_COMMAND) {
      checkFailCommand(options);
    }
    long entered = call.node().failPoints().configure(name, mode, options);
    return new Outcome.Reply(new BsonDocument("count", count(entered)));
  }

  static Outcome waitFor(Invocation call) {
    FailPoints.Name name = name(call);
    if (!(call.request().get("timesEntered") instanceof BsonNumber times)) {
      throw new CommandFailure(ErrorCode.FAILED_TO_PARSE, "'timesEntered' must be a number");
    }
    return new Outcome.Wait(
        new EnteredWait(call, name, times.longValue(), MaxTime.deadlineNanos(call)));
  }

  private static FailPoints.Name name(Invocation call) {
    String spelling = call.request().subject() instanceof BsonString text ? text.getValue() : "";
    FailPoints.Name name = FailPoints.Name.of(spelling);
    if (name == null) {
      throw new CommandFailure(ErrorCode.FAIL_POINT_SET_FAILED, spelling + " not found");
    }
    return name;
  }

  private static BsonValue count(long count) {
    return count <= Integer.MAX_VALUE ? new BsonInt32((int) count) : new BsonInt64(count);
  }

  private static FailPoints.Mode mode(@Nullable BsonValue value) {
    if (value == null) {
      throw new CommandFailure(
          ErrorCode.ILLEGAL_OPERATION, "When setting a failpoint, you must supply a 'mode'");
    }
    if (value instanceof BsonString text) {
      return switch (text.getValue()) {
        case "off" -> FailPoints.Mode.OFF;
        case "alwaysOn" -> FailPoints.Mode.ALWAYS_ON;
        default -> throw badValue("unknown mode: " + text.getValue());
      };
    }
    if (!(value instanceof BsonDocument document)) {
      throw new CommandFailure(ErrorCode.TYPE_MISMATCH, "'mode' must be a string or JSON object");
    }
    if (document.containsKey("times")) {
      // The server counts down when it strikes, and then finds that it is below zero.
      return new FailPoints.Mode(0, Math.max(1, positive(document, "times")), 1);
    } else if (document.containsKey("skip")) {
      return new FailPoints.Mode(positive(document, "skip"), FaultRule.ALWAYS, 1);
    } else if (document.containsKey("activationProbability")) {
      return new FailPoints.Mode(
          0, FaultRule.ALWAYS, probability(document.get("activationProbability")));
    }
    throw badValue(
        "'mode' must be one of 'off', 'alwaysOn', '{times:n}', '{skip:n}' or"
            + " '{activationProbability:p}'");
  }

  private static long positive(BsonDocument mode, String option) {
    if (!(mode.get(option) instanceof BsonNumber number)) {
      throw new CommandFailure(
          ErrorCode.TYPE_MISMATCH,
          "Expected field \"%s\" to have numeric type, but found %s"
              .formatted(option, BsonTypes.name(mode.get(option))));
    }
    if (number.doubleValue() != number.longValue()) {
      throw badValue(
          "Expected field \"%s\" to have a value exactly representable as a 64-bit integer, but"
                  .formatted(option)
              + " found "
              + ElementText.field(option, number));
    }
    if (number.doubleValue() < 0) {
      throw badValue("'%s' option to 'mode' must be positive".formatted(option));
    }
    if (number.doubleValue() > Integer.MAX_VALUE) {
      throw badValue("'%s' option to 'mode' is too large".formatted(option));
    }
    return number.longValue();
  }

  private static double probability(@Nullable BsonValue value) {
    if (!(value instanceof BsonNumber number)) {
      throw new CommandFailure(
          ErrorCode.TYPE_MISMATCH,
          "the 'activationProbability' option to 'mode' must be a double between 0 and 1");
    }
    double probability = number.doubleValue();
    if (!(probability >= 0 && probability <= 1)) {
      throw badValue("activationProbability must be between 0.0 and 1.0; found " + probability);
    }
    return probability;
  }

  private static void checkFailCommand(BsonDocument data) {
    boolean blocks = Flags.isTrue(data, "blockConnection");
    if (blocks && !data.isNumber("blockTimeMS")) {
      throw new CommandFailure(
          ErrorCode.INVALID_OPTIONS, "must specify 'blockTimeMS' when 'blockConnection' is true");
    }
    if (data.isNumber("blockTimeMS") && data.getNumber("blockTimeMS").longValue() < 0) {
      throw new CommandFailure(ErrorCode.INVALID_OPTIONS, "'blockTimeMS' must be non-negative");
    }
  }

  private static CommandFailure badValue(String message) {
    return new CommandFailure(ErrorCode.BAD_VALUE, message);
  }

  /** A wait for a fail point to be entered often enough. */
  private record EnteredWait(Invocation call, FailPoints.Name name, long times, long deadlineNanos)
      implements Outcome.Waiting {

    @Override
    public Outcome.WakeOn wakeOn() {
      return Outcome.WakeOn.FAIL_POINT;
    }

    @Override
    public @Nullable Outcome poll(long nowNanos) {
      if (call.node().failPoints().timesEntered(name) >= times) {
        return new Outcome.Reply(new BsonDocument());
      }
      if (nowNanos >= deadlineNanos) {
        throw MaxTime.expired();
      }
      return null;
    }
  }
}
