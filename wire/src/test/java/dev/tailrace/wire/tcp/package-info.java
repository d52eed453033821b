/**
 * Tests of the transport, against servers of their own on the loopback interface. {@code
 * ScriptedServer} plays a member of a set; nothing here sleeps.
 */
@NullMarked
package dev.tailrace.wire.tcp;

import org.jspecify.annotations.NullMarked;
