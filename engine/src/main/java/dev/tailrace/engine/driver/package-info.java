/**
 * Runs a machine: inputs from any thread one at a time, effects out to the transport.
 *
 * <p>One loop for every face: {@link dev.tailrace.engine.driver.StreamDriver}.
 */
@NullMarked
package dev.tailrace.engine.driver;

import org.jspecify.annotations.NullMarked;
