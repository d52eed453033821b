/** Clients that have to say who they are: the engine's and the official driver's. */
@NullMarked
package dev.tailrace.conformance.authentication;

import org.jspecify.annotations.NullMarked;
