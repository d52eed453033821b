/**
 * What every official driver must find when it connects to {@code tailrace serve}: {@link
 * dev.tailrace.cli.served.DriverContract} says it once, and each driver runs it on its own class
 * path through a {@link dev.tailrace.cli.served.DriverUnderTest}.
 */
@NullMarked
package dev.tailrace.cli.served;

import org.jspecify.annotations.NullMarked;
