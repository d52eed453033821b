/**
 * Authentication, as conversations without I/O: commands out, replies in.
 *
 * <pre>
 * Credential ─► Authenticator ─► Authentication (one connection) ─► ScramConversation
 * </pre>
 *
 * <p>A password leaves this package as a SCRAM proof or in the one message of PLAIN, and in no
 * other way: not in a text, not in an exception. Start with {@link
 * dev.tailrace.wire.auth.Authentication}.
 */
@NullMarked
package dev.tailrace.wire.auth;

import org.jspecify.annotations.NullMarked;
