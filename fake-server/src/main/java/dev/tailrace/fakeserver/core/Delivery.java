package dev.tailrace.fakeserver.core;

import dev.tailrace.fakeserver.command.Request;
import dev.tailrace.fakeserver.error.CommandFailure;
import dev.tailrace.fakeserver.fault.Fault;
import dev.tailrace.fakeserver.fault.FaultRule.Moment;
import dev.tailrace.fakeserver.history.HistoryEvent.Kind;
import dev.tailrace.fakeserver.history.KeptReply;
import dev.tailrace.fakeserver.replset.Member;
import dev.tailrace.wire.compression.Compressor;
import dev.tailrace.wire.compression.OpCompressed;
import dev.tailrace.wire.frame.Message;
import dev.tailrace.wire.frame.OpMsg;
import dev.tailrace.wire.frame.OpQuery;
import dev.tailrace.wire.frame.OpReply;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import org.bson.BsonDocument;

/** Brings replies to their clients, unless a fault has other plans for them. */
final class Delivery {

  private static final int HEADER_BYTES = 16;
  private static final int REQUEST_ID_OFFSET = 4;
  private static final int GARBLE_MASK = 0x5A;

  private final Context context;

  Delivery(Context context) {
    this.context = context;
  }

  /** Answers a message that is no command. */
  void refuse(Link link, Message message, CommandFailure failure) {
    Request none =
        new Request("", "admin", new BsonDocument(), Map.of(), false, message instanceof OpQuery);
    BsonDocument reply =
        context.dispatcher.failure(context.invocation(link, none), failure, List.of());
    send(link, encode(link, none, message.requestId(), reply, 0));
  }

  /**
   * Sends a reply.
   *
   * @param isStreaming whether another reply follows without being asked for
   */
  void send(Exchange exchange, BsonDocument reply, boolean isStreaming) {
    Link link = exchange.link;
    if (!exchange.wantsReply()) {
      record(exchange, reply, KeptReply.sizeOf(reply));
      context.connections.done(link);
      return;
    }
    int flags = isStreaming ? OpMsg.MORE_TO_COME : 0;
    ByteBuffer message = encode(link, exchange.request, exchange.responseTo(), reply, flags);
    Compressor compressor = exchange.replyCompressor();
    ByteBuffer frame = compressor == null ? message : OpCompressed.compress(message, compressor);
    record(exchange, reply, message.remaining());
    Deque<Fault> due =
        new ArrayDeque<>(context.faults.strike(exchange.asCall(), Moment.AFTER_COMMAND));
    deliver(link, frame, due, () -> afterReply(exchange, reply, frame, isStreaming));
  }

  private void record(Exchange exchange, BsonDocument reply, int bytes) {
    Link link = exchange.link;
    BsonDocument kept = KeptReply.of(reply, bytes);
    context.record(link.member, link.id, Kind.REPLY, exchange.request.name(), kept);
  }

  private void deliver(Link link, ByteBuffer frame, Deque<Fault> due, Runnable andThen) {
    boolean twice = false;
    while (!due.isEmpty() && !link.closed) {
      Fault fault = due.removeFirst();
      context.note(link, Kind.FAULT, fault.toString());
      if (fault instanceof Fault.Delay delay) {
        context.later(delay.nanos(), () -> deliver(link, frame, due, andThen));
        return;
      } else if (fault instanceof Fault.CloseMidReply cut) {
        ByteBuffer part = frame.duplicate();
        part.limit(part.position() + Math.min(cut.afterBytes(), part.remaining()));
        send(link, part);
      } else if (fault instanceof Fault.GarbleReply) {
        garble(frame);
      }
      twice |= fault instanceof Fault.DuplicateReply;
      if (strike(link, fault)) {
        return;
      }
    }
    if (!link.closed) {
      send(link, frame);
      if (twice) {
        send(link, frame.duplicate());
      }
      andThen.run();
    }
  }

  /**
   * A fault that concerns the connection or the member.
   *
   * @return whether the command ends with it
   */
  boolean strike(Link link, Fault fault) {
    Member member = context.world.nodes().get(link.member).member();
    if (fault instanceof Fault.CloseConnection || fault instanceof Fault.CloseMidReply) {
      context.connections.close(link);
      return true;
    } else if (fault instanceof Fault.HalfOpen || fault instanceof Fault.DropReply) {
      link.halfOpen |= fault instanceof Fault.HalfOpen;
      context.connections.done(link);
      return true;
    } else if (fault instanceof Fault.Crash) {
      context.members.crash(member);
      return true;
    } else if (fault instanceof Fault.StepDown) {
      context.members.stepDown(member);
    }
    return false;
  }

  private static void garble(ByteBuffer frame) {
    for (int i = frame.position() + HEADER_BYTES; i < frame.limit(); i++) {
      frame.put(i, (byte) (frame.get(i) ^ GARBLE_MASK));
    }
  }

  private void afterReply(
      Exchange exchange, BsonDocument reply, ByteBuffer frame, boolean isStreaming) {
    if (!isStreaming) {
      context.connections.done(exchange.link);
      return;
    }
    int sent =
        frame
            .duplicate()
            .order(ByteOrder.LITTLE_ENDIAN)
            .getInt(frame.position() + REQUEST_ID_OFFSET);
    BsonDocument body = exchange.request.body().clone();
    body.put("topologyVersion", reply.getDocument("topologyVersion"));
    body.remove("client");
    Request next =
        new Request(exchange.request.name(), exchange.request.db(), body, Map.of(), true, false);
    exchange.again(context.invocation(exchange.link, next), sent);
  }

  private static ByteBuffer encode(
      Link link, Request request, int responseTo, BsonDocument reply, int flags) {
    int requestId = link.nextRequestId();
    return request.isLegacy()
        ? OpReply.encode(requestId, responseTo, OpReply.AWAIT_CAPABLE, reply)
        : OpMsg.encode(requestId, responseTo, flags, reply);
  }

  private void send(Link link, ByteBuffer bytes) {
    if (!link.halfOpen) {
      context.outbox.add(new Effect.Send(link.id, bytes));
    }
  }
}
