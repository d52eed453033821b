/**
 * The {@code tailrace} command: one class for each of its subcommands, found from {@link
 * dev.tailrace.cli.Tailrace}.
 */
@NullMarked
package dev.tailrace.cli;

import org.jspecify.annotations.NullMarked;
