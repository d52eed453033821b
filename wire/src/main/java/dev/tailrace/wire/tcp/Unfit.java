package dev.tailrace.wire.tcp;

import dev.tailrace.engine.transport.Outcome;

/**
 * Why a connection cannot be used that was opened well.
 *
 * @param reason what that is to a request
 * @param why the server and what is wrong with it, for people
 */
record Unfit(Outcome.Reason reason, String why) {}
