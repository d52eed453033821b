package dev.tailrace.conformance.golden;

import dev.tailrace.fakeserver.FakeReplicaSet;
import dev.tailrace.fakeserver.ServerVersion;
import dev.tailrace.fakeserver.network.RawConnection;
import java.time.Duration;
import org.bson.BsonDocument;
import org.jspecify.annotations.Nullable;

/**
 * A fake set with one member, in virtual time.
 *
 * @param set the fake
 */
record FakeInVirtualTime(FakeReplicaSet set) implements PlayedServer {

  static FakeInVirtualTime start(ServerVersion version) {
    return new FakeInVirtualTime(
        FakeReplicaSet.builder().virtualTime().serverVersion(version).start());
  }

  @Override
  public RawSession connect() {
    return new Session(set.connect(0));
  }

  @Override
  public void pause(Duration time) {
    set.clock().advance(time);
  }

  @Override
  public void close() {
    set.close();
  }

  private record Session(RawConnection connection) implements RawSession {

    @Override
    public void send(String db, BsonDocument command) {
      connection.send(db, command);
    }

    @Override
    public @Nullable BsonDocument receive(Duration within) throws InterruptedException {
      return connection.receive(within);
    }

    @Override
    public void close() {
      connection.close();
    }
  }
}
