/** Tests of users, and of what those are told who are none. */
@NullMarked
package dev.tailrace.fakeserver.auth;

import org.jspecify.annotations.NullMarked;
