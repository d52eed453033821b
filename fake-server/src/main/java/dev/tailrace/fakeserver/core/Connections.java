package dev.tailrace.fakeserver.core;

import dev.tailrace.fakeserver.command.ClientConnection;
import dev.tailrace.fakeserver.command.Invocation;
import dev.tailrace.fakeserver.command.Node;
import dev.tailrace.fakeserver.command.Operation;
import dev.tailrace.fakeserver.command.Request;
import dev.tailrace.fakeserver.cursor.CursorTable;
import dev.tailrace.fakeserver.error.CommandFailure;
import dev.tailrace.fakeserver.history.HistoryEvent.Kind;
import dev.tailrace.fakeserver.history.Traffic;
import dev.tailrace.fakeserver.history.TrafficCounter;
import dev.tailrace.wire.compression.Compressor;
import dev.tailrace.wire.compression.OpCompressed;
import dev.tailrace.wire.frame.BadMessageException;
import dev.tailrace.wire.frame.Message;
import dev.tailrace.wire.frame.OpMsg;
import dev.tailrace.wire.frame.OpQuery;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bson.BsonDocument;
import org.jspecify.annotations.Nullable;

/** The open connections, and the messages that come over them. */
final class Connections {

  /** Of larger messages only the name is kept: a part of one would hold on to all of it. */
  private static final int MAX_RECORDED_BYTES = 4096;

  private final Context context;
  private final Map<Long, Link> links = new LinkedHashMap<>();
  private final int[] accepted;
  private final TrafficCounter traffic = new TrafficCounter();

  Connections(Context context) {
    this.context = context;
    accepted = new int[context.world.nodes().size()];
  }

  /** A client connected; a member that does not run hangs up at once. */
  void open(int member, long connection, String remote) {
    if (!context.world.nodes().get(member).member().isUp()) {
      context.outbox.add(new Effect.Close(connection));
      return;
    }
    ClientConnection client = new ClientConnection(++accepted[member], remote, traffic);
    Link link = new Link(connection, member, client);
    links.put(connection, link);
    context.note(link, Kind.CONNECTED, remote);
  }

  /** The connection is encrypted from now on. */
  void encrypted(long connection, String protocol, @Nullable String subject) {
    Link link = links.get(connection);
    if (link != null) {
      link.client.rememberEncryption(protocol, subject);
      context.note(link, Kind.ENCRYPTED, subject == null ? protocol : protocol + " " + subject);
    }
  }

  /** How clients have spoken so far. */
  Traffic traffic() {
    return traffic.traffic();
  }

  /** A message came. */
  void receive(long connection, Incoming message) {
    Link link = links.get(connection);
    if (link != null && !link.halfOpen) {
      link.queued.add(message);
      runQueued(link);
    }
  }

  /** The command that was running is done; the next one may begin. */
  void done(Link link) {
    link.running = null;
    runQueued(link);
  }

  private void runQueued(Link link) {
    while (link.running == null && !link.queued.isEmpty() && !link.closed && !link.halfOpen) {
      start(link, link.queued.removeFirst());
    }
  }

  private void start(Link link, Incoming incoming) {
    Message message = incoming.message();
    Compressor compressor = incoming.compressor();
    traffic.received(compressor == null ? null : compressor.compressorName());
    Request request;
    try {
      if (compressor != null && !link.client.mayCompressBy(compressor.compressorName())) {
        throw new BadMessageException(
            "a compressor that hello has agreed on",
            compressor.compressorName(),
            OpCompressed.COMPRESSOR_OFFSET);
      }
      message.checkDocuments();
      request = request(message);
    } catch (BadMessageException e) {
      context.note(link, Kind.FAULT, "bad message: " + e.getMessage());
      close(link);
      return;
    } catch (CommandFailure e) {
      context.delivery.refuse(link, message, e);
      return;
    }
    if (request == null) {
      close(link); // A reply is nothing that a client sends.
      return;
    }
    record(link, request, message);
    Invocation call = context.invocation(link, request);
    boolean wantsReply = !(message instanceof OpMsg msg && msg.moreToCome());
    Exchange exchange =
        new Exchange(context, link, request, call, message.requestId(), wantsReply, compressor);
    link.running = exchange;
    exchange.start();
  }

  private static @Nullable Request request(Message message) {
    if (message instanceof OpMsg msg) {
      return Request.of(msg);
    }
    return message instanceof OpQuery query ? Request.of(query) : null;
  }

  private void record(Link link, Request request, Message message) {
    int bytes =
        message instanceof OpMsg msg
            ? msg.body().buffer().length
            : message instanceof OpQuery query ? query.query().buffer().length : 0;
    BsonDocument body = bytes <= MAX_RECORDED_BYTES ? request.body() : null;
    context.record(link.member, link.id, Kind.COMMAND, request.name(), body);
  }

  /** The member closes the connection. */
  void close(Link link) {
    if (!link.closed) {
      context.outbox.add(new Effect.Close(link.id));
      forget(link.id);
    }
  }

  /** What runs on a member. */
  List<Operation> operations(Node node) {
    List<Operation> operations = new ArrayList<>();
    for (Link link : links.values()) {
      if (link.running != null && context.world.nodes().get(link.member) == node) {
        operations.add(link.running.operation);
      }
    }
    return operations;
  }

  /** Every connection to a member; to all of them for null. */
  List<Link> of(@Nullable Integer member) {
    return links.values().stream().filter(link -> member == null || member == link.member).toList();
  }

  /** The connection is gone: whatever ran for it is given up. */
  void forget(long connection) {
    Link link = links.remove(connection);
    if (link != null) {
      link.closed = true;
      Exchange running = link.running;
      link.running = null;
      if (running != null) {
        running.abandon();
      }
      if (context.world.loadBalanced()) {
        // Nobody else could find them again.
        CursorTable cursors = context.world.nodes().get(link.member).cursors();
        cursors.killIf(cursor -> cursor.owner().connection() == link.client.id());
      }
      context.note(link, Kind.CLOSED, "");
    }
  }
}
