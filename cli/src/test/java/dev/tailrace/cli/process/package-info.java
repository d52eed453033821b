/**
 * The {@code tailrace} command as others meet it: a process with arguments, output, signals and an
 * exit status. {@link dev.tailrace.cli.process.TailraceProcess} is one.
 */
@NullMarked
package dev.tailrace.cli.process;

import org.jspecify.annotations.NullMarked;
