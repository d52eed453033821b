/**
 * The users of a set, and the server's side of proving who a client is. Passwords are kept as the
 * server keeps them: as keys that were derived from them.
 *
 * <p>Start with {@link dev.tailrace.fakeserver.auth.Users}.
 */
@NullMarked
package dev.tailrace.fakeserver.auth;

import org.jspecify.annotations.NullMarked;
