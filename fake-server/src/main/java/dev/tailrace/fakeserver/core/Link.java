package dev.tailrace.fakeserver.core;

import dev.tailrace.fakeserver.command.ClientConnection;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/** One connection to one member. Its commands run one after the other. */
final class Link {

  final long id;
  final int member;
  final ClientConnection client;

  /** Messages that came while a command was still running. */
  final Deque<Incoming> queued = new ArrayDeque<>();

  /** The command that is running; null if there is none. */
  @Nullable Exchange running;

  /** Nothing comes through any more, and nobody says so. */
  boolean halfOpen;

  boolean closed;

  private int lastRequestId;

  Link(long id, int member, ClientConnection client) {
    this.id = id;
    this.member = member;
    this.client = client;
  }

  /** The number for the next message that the member sends here. */
  int nextRequestId() {
    return ++lastRequestId;
  }
}
