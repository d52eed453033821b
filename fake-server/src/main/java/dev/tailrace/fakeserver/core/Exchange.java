package dev.tailrace.fakeserver.core;

import dev.tailrace.fakeserver.command.Invocation;
import dev.tailrace.fakeserver.command.Operation;
import dev.tailrace.fakeserver.command.Outcome;
import dev.tailrace.fakeserver.command.Request;
import dev.tailrace.fakeserver.error.CommandFailure;
import dev.tailrace.fakeserver.error.ErrorCode;
import dev.tailrace.fakeserver.fault.FailCommand;
import dev.tailrace.fakeserver.fault.FailPoints;
import dev.tailrace.fakeserver.fault.Fault;
import dev.tailrace.fakeserver.fault.FaultRule.Call;
import dev.tailrace.fakeserver.fault.FaultRule.Moment;
import dev.tailrace.fakeserver.history.HistoryEvent.Kind;
import dev.tailrace.wire.compression.Compressor;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonInt64;
import org.bson.BsonString;
import org.jspecify.annotations.Nullable;

/**
 * The life of one command: faults before it, the command itself, maybe a wait, faults after it, the
 * reply. Each stage goes on where the one before left off, at once or later.
 */
final class Exchange {

  private final Context context;
  final Link link;
  final Request request;
  private final boolean wantsReply;
  private final @Nullable Compressor replyCompressor;

  /** The message that the next reply answers. */
  private int responseTo;

  /** The command as it is being run; a streaming hello runs again and again. */
  Invocation call;

  /** The run as {@code currentOp} shows it. */
  Operation operation;

  /** What it waits for; null while it does not. */
  Outcome.@Nullable Waiting waiting;

  /** Whether a fault holds it back before it is run. */
  private boolean isDelayed;

  private final Deque<Fault> before = new ArrayDeque<>();
  private Fault.@Nullable WriteConcernError writeConcernError;

  Exchange(
      Context context,
      Link link,
      Request request,
      Invocation call,
      int responseTo,
      boolean wantsReply,
      @Nullable Compressor replyCompressor) {
    this.context = context;
    this.link = link;
    this.request = request;
    this.call = call;
    operation = new Operation(call);
    this.responseTo = responseTo;
    this.wantsReply = wantsReply;
    this.replyCompressor = replyCompressor;
  }

  /** Begins: asks the fault plan, then runs the command. */
  void start() {
    before.addAll(faultsBefore());
    passFaultsBefore();
  }

  private List<Fault> faultsBefore() {
    List<Fault> due = new ArrayList<>(context.faults.strike(asCall(), Moment.BEFORE_COMMAND));
    if (context.dispatcher.knows(request.name())) {
      FailPoints failPoints = call.node().failPoints();
      boolean takesWriteConcern = context.dispatcher.takesWriteConcern(request.name());
      due.addAll(
          FailCommand.strike(failPoints, asCall(), takesWriteConcern, context.world.version()));
      due.addAll(FailCommand.strikeAny(failPoints, asCall()));
    }
    return due;
  }

  private void passFaultsBefore() {
    while (!before.isEmpty() && !link.closed) {
      Fault fault = before.removeFirst();
      context.note(link, Kind.FAULT, fault.toString());
      if (fault instanceof Fault.Delay delay) {
        isDelayed = true;
        context.parking.delay(this);
        context.later(delay.nanos(), this::endDelay);
        return;
      } else if (fault instanceof Fault.ErrorReply error) {
        replyWith(error);
        return;
      } else if (fault instanceof Fault.WriteConcernError error) {
        writeConcernError = error;
      } else if (fault instanceof Fault.KillCursor) {
        killCursor();
      } else if (context.delivery.strike(link, fault)) {
        return;
      }
    }
    if (!link.closed) {
      run();
    }
  }

  private void endDelay() {
    if (isDelayed) {
      isDelayed = false;
      context.parking.endDelay(this);
      passFaultsBefore();
    }
  }

  private void replyWith(Fault.ErrorReply error) {
    String message =
        error.message() == null ? FailCommand.message(context.world.version()) : error.message();
    CommandFailure failure = new CommandFailure(error.code(), message, error.extraInfo());
    finish(context.dispatcher.failure(call, failure, error.labels()), false);
  }

  private void killCursor() {
    if (request.name().equals("getMore") && request.subject() instanceof BsonInt64 id) {
      call.node().cursors().kill(id.getValue());
    }
  }

  private void run() {
    accept(() -> context.dispatcher.run(call));
  }

  /** Something happened that the command waits for, or its time is up. */
  void poll() {
    Outcome.Waiting current = waiting;
    if (current != null && !link.closed) {
      accept(() -> current.poll(call.nowNanos()));
    }
  }

  /** Ends what was told to end. */
  void endIfKilled() {
    Outcome.Waiting current = waiting;
    if (link.closed || !operation.isKilled()) {
      return;
    }
    CommandFailure why = context.dispatcher.interrupted(call);
    if (current != null) {
      accept(() -> current.interrupt(why));
    } else if (isDelayed) {
      isDelayed = false;
      before.clear();
      context.parking.endDelay(this);
      refuse(why);
    }
  }

  /**
   * The member shuts down: whoever waits for data fails, whoever waits for news gets the latest.
   */
  void interruptByShutdown() {
    Outcome.Waiting current = waiting;
    if (current == null) {
      return;
    }
    if (current.wakeOn() == Outcome.WakeOn.TOPOLOGY) {
      accept(() -> current.poll(Long.MAX_VALUE));
    } else {
      current.abandon();
      accept(
          () -> {
            throw call.isOnChangeStream()
                ? context.dispatcher.interruptedAtShutdown(call)
                : new CommandFailure(ErrorCode.INTERRUPTED_AT_SHUTDOWN, "interrupted at shutdown");
          });
    }
  }

  @FunctionalInterface
  private interface Attempt {
    @Nullable Outcome get();
  }

  private void accept(Attempt attempt) {
    Outcome outcome = null;
    CommandFailure failure = null;
    try {
      outcome = attempt.get();
    } catch (CommandFailure e) {
      failure = e;
    } catch (RuntimeException | StackOverflowError e) {
      // A fault of ours: the client is told, and the set lives on. Catalogs are values, so what a
      // command left half done is nowhere to be seen.
      failure = new CommandFailure(ErrorCode.INTERNAL_ERROR, "the fake server failed: " + e);
    }
    if (call.connectionEnds()) {
      Fault close = new Fault.CloseConnection();
      context.note(link, Kind.FAULT, close.toString());
      context.delivery.strike(link, close);
    } else if (failure != null) {
      refuse(failure);
    } else if (outcome != null) {
      goOn(outcome);
    } // Else it goes on waiting.
  }

  private void goOn(Outcome outcome) {
    stopWaiting();
    if (outcome instanceof Outcome.Reply reply) {
      finish(context.dispatcher.success(call, reply.body()), true);
    } else if (outcome instanceof Outcome.Wait wait) {
      waiting = wait.waiting();
      startWaiting(wait.waiting());
    } else if (outcome instanceof Outcome.StepDown stepDown) {
      context.members.stepDown(call.member(), stepDown.notEligibleForNanos());
      finish(context.dispatcher.success(call, new BsonDocument()), true);
    } else {
      context.members.shutDown(call.member());
    }
  }

  private void refuse(CommandFailure failure) {
    stopWaiting();
    finish(context.dispatcher.failure(call, failure, labelsOf()), false);
  }

  /** Labels that a fail point wants on whatever goes wrong; null for the server's own. */
  private @Nullable List<String> labelsOf() {
    return writeConcernError == null ? null : writeConcernError.labels();
  }

  private void startWaiting(Outcome.Waiting wait) {
    context.parking.enter(wait.wakeOn(), this);
    context.timers.at(
        wait.deadlineNanos(),
        () -> {
          if (waiting == wait) {
            poll();
          }
        });
  }

  private void stopWaiting() {
    Outcome.Waiting current = waiting;
    if (current != null) {
      context.parking.leave(current.wakeOn(), this);
      waiting = null;
    }
  }

  /** The client is gone. */
  void abandon() {
    Outcome.Waiting current = waiting;
    isDelayed = false;
    context.parking.endDelay(this);
    stopWaiting();
    if (current != null) {
      current.abandon();
    }
  }

  private void finish(BsonDocument reply, boolean succeeded) {
    Fault.WriteConcernError injected = writeConcernError;
    if (injected != null && succeeded) {
      putWriteConcernError(reply, injected);
    }
    context.delivery.send(this, reply, succeeded && isStreaming(reply));
  }

  /** The injected error stands behind {@code ok}; one of the server's own would stand before. */
  private void putWriteConcernError(BsonDocument reply, Fault.WriteConcernError injected) {
    BsonDocument rest = new BsonDocument();
    for (String field : List.of("$clusterTime", "operationTime")) {
      if (reply.containsKey(field)) {
        rest.append(field, reply.remove(field));
      }
    }
    BsonDocument error = new BsonDocument();
    error.putAll(injected.error());
    BsonArray ownLabels = error.get("errorLabels") instanceof BsonArray own ? own : null;
    error.remove("errorLabels");
    reply.append("writeConcernError", error);
    int code = error.isNumber("code") ? error.getNumber("code").intValue() : 0;
    List<String> labels = injected.labels();
    if (ownLabels != null) {
      reply.append("errorLabels", ownLabels);
    } else {
      List<String> given =
          labels == null ? context.dispatcher.labelsOfWriteConcernError(call, code) : labels;
      if (!given.isEmpty()) {
        reply.append("errorLabels", new BsonArray(given.stream().map(BsonString::new).toList()));
      }
    }
    context.dispatcher.appendTopologyVersion(reply, call, code);
    reply.putAll(rest);
  }

  /** Whether this is a hello that goes on answering. */
  private boolean isStreaming(BsonDocument reply) {
    return request.exhaustAllowed()
        && request.body().containsKey("maxAwaitTimeMS")
        && reply.containsKey("topologyVersion");
  }

  /** By what the reply is compressed; null if it is not. */
  @Nullable Compressor replyCompressor() {
    return replyCompressor;
  }

  /** Whether anybody waits for the reply. */
  boolean wantsReply() {
    return wantsReply;
  }

  /** The message that the next reply answers. */
  int responseTo() {
    return responseTo;
  }

  /**
   * Goes on with the next reply of a stream of them, which answers the one before. The command runs
   * once more, so faults may strike it once more.
   */
  void again(Invocation next, int lastRequestId) {
    call = next;
    operation = new Operation(next);
    responseTo = lastRequestId;
    writeConcernError = null;
    start();
  }

  /** The command as fault rules see it. */
  Call asCall() {
    String collection = request.subject() instanceof BsonString name ? name.getValue() : "$cmd";
    String subject =
        request.name().equals("getMore") && request.get("collection") instanceof BsonString name
            ? name.getValue()
            : collection;
    return new Call(request.name(), link.member, appName(), request.db() + "." + subject);
  }

  /** The application that sent it; as of 4.4.7 that is known of its very first hello, too. */
  private @Nullable String appName() {
    @Nullable String known = link.client.appName();
    return known == null && context.world.version().atLeast(4, 4, 7)
        ? request.applicationName()
        : known;
  }
}
