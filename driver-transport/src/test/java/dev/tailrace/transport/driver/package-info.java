@NullMarked
package dev.tailrace.transport.driver;

import org.jspecify.annotations.NullMarked;
