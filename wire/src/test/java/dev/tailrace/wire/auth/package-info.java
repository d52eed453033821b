/** Tests of authentication without a network. */
@NullMarked
package dev.tailrace.wire.auth;

import org.jspecify.annotations.NullMarked;
