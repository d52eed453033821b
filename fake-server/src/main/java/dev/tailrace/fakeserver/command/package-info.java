/**
 * The commands: one small file for each family.
 *
 * <p>A command is a function from an {@link dev.tailrace.fakeserver.command.Invocation} to an
 * {@link dev.tailrace.fakeserver.command.Outcome}: a reply, or a wait for one. {@link
 * dev.tailrace.fakeserver.command.Dispatcher} finds the command, checks what all commands have in
 * common (sessions, who may run it, read and write concern) and completes the reply. Read it first;
 * {@link dev.tailrace.fakeserver.command.Registry} is the list of what there is.
 */
@NullMarked
package dev.tailrace.fakeserver.command;

import org.jspecify.annotations.NullMarked;
