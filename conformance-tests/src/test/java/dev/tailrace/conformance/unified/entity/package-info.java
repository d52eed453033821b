/**
 * The things that tests name, and what can be done to each: one class per kind of {@link
 * dev.tailrace.conformance.unified.entity.Entity}, made by {@link
 * dev.tailrace.conformance.unified.entity.EntityFactory} and kept in an {@link
 * dev.tailrace.conformance.unified.entity.EntityMap}.
 */
@NullMarked
package dev.tailrace.conformance.unified.entity;

import org.jspecify.annotations.NullMarked;
