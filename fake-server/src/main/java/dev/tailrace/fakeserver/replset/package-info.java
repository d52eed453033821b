/**
 * The set as such: members and their roles, terms and elections, who has applied how much, what the
 * majority has, and what is rolled back.
 *
 * <p>Pure: time comes in as an argument. There is one {@link
 * dev.tailrace.fakeserver.replset.Journal} for the whole set, and a {@link
 * dev.tailrace.fakeserver.replset.Member} is a role and a mark into it. Read {@link
 * dev.tailrace.fakeserver.replset.ReplicaSet} first.
 */
@NullMarked
package dev.tailrace.fakeserver.replset;

import org.jspecify.annotations.NullMarked;
