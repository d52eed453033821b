/** An embeddable MongoDB change-stream engine. */
@NullMarked
package dev.tailrace.engine;

import org.jspecify.annotations.NullMarked;
