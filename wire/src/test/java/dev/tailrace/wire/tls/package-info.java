/** Tests of certificates and keys in files. */
@NullMarked
package dev.tailrace.wire.tls;

import org.jspecify.annotations.NullMarked;
