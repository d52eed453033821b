package dev.tailrace.fakeserver.command;

import dev.tailrace.fakeserver.ServerVersion;
import dev.tailrace.fakeserver.auth.Users;
import dev.tailrace.fakeserver.clock.Ids;
import dev.tailrace.fakeserver.replset.ReplicaSet;
import dev.tailrace.fakeserver.transaction.Sessions;
import dev.tailrace.fakeserver.transaction.Transactions;
import java.util.List;

/**
 * What every command of a set shares, whichever member it runs on.
 *
 * @param set the members and their history
 * @param ids the source of ids
 * @param version the release that is played
 * @param standalone whether the one member is no replica set at all
 * @param loadBalanced whether it is reached through a load balancer
 * @param users who has to say who they are
 * @param sessions the logical sessions
 * @param transactions the multi-document transactions
 * @param nodes the process of each member, by its number; replaced when it ends
 */
public record World(
    ReplicaSet set,
    Ids ids,
    ServerVersion version,
    boolean standalone,
    boolean loadBalanced,
    Users users,
    Sessions sessions,
    Transactions transactions,
    List<Node> nodes) {}
