package dev.tailrace.conformance.simulation;

import dev.tailrace.fakeserver.FakeMember;
import dev.tailrace.fakeserver.FakeReplicaSet;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * What may go wrong in a run. Each run draws a few kinds, and then only these come: a mix of
 * everything would hide what a single kind does when it comes again and again.
 */
enum Trouble {
  ALL_CONNECTIONS_CLOSED {
    @Override
    void strike(FakeReplicaSet set, Random random) {
      set.closeConnections();
    }
  },
  STEP_DOWN {
    @Override
    void strike(FakeReplicaSet set, Random random) {
      set.stepDown();
    }
  },
  CURSORS_KILLED {
    @Override
    void strike(FakeReplicaSet set, Random random) {
      set.killCursors();
    }
  },
  RESUMABLE_ERROR {
    @Override
    void strike(FakeReplicaSet set, Random random) {
      // What makes an error resumable: since 4.4 the label, before that the code.
      set.faults().on("getMore").failWithLabels(pick(random, 6, 91, 234, 11600), LABEL);
    }
  },
  CURSOR_NOT_FOUND {
    @Override
    void strike(FakeReplicaSet set, Random random) {
      set.faults().on("getMore").fail(43);
    }
  },
  AGGREGATE_FAILS {
    @Override
    void strike(FakeReplicaSet set, Random random) {
      set.faults().on("aggregate").times(1 + random.nextInt(3)).fail(pick(random, 91, 189, 10107));
      set.killCursors();
    }
  },
  REPLY_TORN_OFF {
    @Override
    void strike(FakeReplicaSet set, Random random) {
      set.faults().on(command(random)).closeMidReply(random.nextInt(200));
    }
  },
  REPLY_LOST {
    @Override
    void strike(FakeReplicaSet set, Random random) {
      set.faults().on(command(random)).afterCommand().dropReply();
    }
  },
  REPLY_LATE {
    @Override
    void strike(FakeReplicaSet set, Random random) {
      set.faults().on(command(random)).delay(Duration.ofSeconds(random.nextInt(20)));
    }
  },
  REPLY_TWICE {
    @Override
    void strike(FakeReplicaSet set, Random random) {
      set.faults().on(command(random)).duplicateReply();
    }
  },
  REPLY_GARBLED {
    @Override
    void strike(FakeReplicaSet set, Random random) {
      set.faults().on(command(random)).garbleReply();
    }
  },
  CONNECTION_LOST_AFTER_COMMAND {
    @Override
    void strike(FakeReplicaSet set, Random random) {
      set.faults().on(command(random)).afterCommand().closeConnection();
    }
  },
  HALF_OPEN {
    @Override
    void strike(FakeReplicaSet set, Random random) {
      set.faults().on(command(random)).halfOpen();
    }
  },
  LOSSY_NETWORK {
    @Override
    void strike(FakeReplicaSet set, Random random) {
      set.network().setLoss(random.nextDouble() * 0.05, random.nextDouble() * 0.05);
    }
  },
  SLOW_NETWORK {
    @Override
    void strike(FakeReplicaSet set, Random random) {
      set.network()
          .setLatency(
              Duration.ofMillis(random.nextInt(5)), Duration.ofMillis(5 + random.nextInt(200)));
    }
  },
  MEMBER_CUT_OFF {
    @Override
    void strike(FakeReplicaSet set, Random random) {
      int member = random.nextInt(set.members().size());
      if (random.nextBoolean()) {
        set.network().cutOff(member);
      } else {
        set.network().join(member);
      }
    }
  },
  MEMBER_CRASHES {
    @Override
    void strike(FakeReplicaSet set, Random random) {
      FakeMember member = set.member(random.nextInt(set.members().size()));
      if (member.isUp()) {
        member.crash();
      } else {
        member.restart();
      }
    }
  },
  SECONDARY_LAGS {
    @Override
    void strike(FakeReplicaSet set, Random random) {
      set.member(random.nextInt(set.members().size()))
          .setLag(Duration.ofMillis(random.nextInt(3000)));
    }
  };

  private static final String LABEL = "ResumableChangeStreamError";

  /** Makes this trouble once. */
  abstract void strike(FakeReplicaSet set, Random random);

  /** The kinds that come in one run: one to four. */
  static List<Trouble> draw(Random random) {
    List<Trouble> all = new ArrayList<>(List.of(values()));
    List<Trouble> drawn = new ArrayList<>();
    for (int i = random.nextInt(4); i >= 0; i--) {
      drawn.add(all.remove(random.nextInt(all.size())));
    }
    return drawn;
  }

  /** Ends all trouble: what is left to do must now succeed. */
  static void heal(FakeReplicaSet set) {
    set.faults().clear();
    set.network().setLoss(0, 0);
    set.network().setLatency(Duration.ZERO, Duration.ZERO);
    for (FakeMember member : set.members()) {
      set.network().join(member.index());
      member.setLag(Duration.ZERO);
      if (!member.isUp()) {
        member.restart();
      }
    }
  }

  private static String command(Random random) {
    return random.nextInt(3) == 0 ? "aggregate" : "getMore";
  }

  private static int pick(Random random, int... codes) {
    return codes[random.nextInt(codes.length)];
  }
}
