/** Streams through a load balancer, with several routers behind it. */
@NullMarked
package dev.tailrace.conformance.loadbalancer;

import org.jspecify.annotations.NullMarked;
