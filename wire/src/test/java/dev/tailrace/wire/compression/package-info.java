@NullMarked
package dev.tailrace.wire.compression;

import org.jspecify.annotations.NullMarked;
