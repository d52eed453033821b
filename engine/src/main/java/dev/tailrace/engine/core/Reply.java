package dev.tailrace.engine.core;

/** What a server answered to {@code aggregate} or {@code getMore}. */
sealed interface Reply permits CursorReply, ServerError {}
