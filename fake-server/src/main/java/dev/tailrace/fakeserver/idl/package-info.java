/**
 * How the server's generated parsers (its IDL) word their refusals; commands and stages share them.
 */
@NullMarked
package dev.tailrace.fakeserver.idl;

import org.jspecify.annotations.NullMarked;
