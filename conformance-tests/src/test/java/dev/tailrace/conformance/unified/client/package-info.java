/**
 * The client under test: what opens the change streams of a test. The same test runs with the
 * engine and with the official driver ({@link
 * dev.tailrace.conformance.unified.client.ClientUnderTest}); everything that is no change stream is
 * the official driver's work in both. What either sends is told to one {@link
 * dev.tailrace.conformance.support.EventLog}.
 */
@NullMarked
package dev.tailrace.conformance.unified.client;

import org.jspecify.annotations.NullMarked;
