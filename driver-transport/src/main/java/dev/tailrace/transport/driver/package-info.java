/**
 * The port kept by the official Java driver: for deployments that take what only the driver has.
 *
 * <pre>
 * Request ─► DriverExchange ─► MongoDatabase.runCommand ─► reply or exception ─► Outcome
 *                 │                  │        │
 *               Call ◄── PinningSelector   CallListener
 *          (of this thread)  (where to)    (where it went)
 * </pre>
 *
 * <p>Read {@link dev.tailrace.transport.driver.MongoClientTransport} first.
 */
@NullMarked
package dev.tailrace.transport.driver;

import org.jspecify.annotations.NullMarked;
