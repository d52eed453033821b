/** A certificate for a fake set's ports, made for one run. */
@NullMarked
package dev.tailrace.cli.certificate;

import org.jspecify.annotations.NullMarked;
