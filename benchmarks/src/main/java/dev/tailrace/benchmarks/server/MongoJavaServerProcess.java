package dev.tailrace.benchmarks.server;

import de.bwaldvogel.mongo.MongoServer;
import de.bwaldvogel.mongo.backend.memory.MemoryBackend;
import dev.tailrace.benchmarks.process.ParentProcess;
import java.util.concurrent.CountDownLatch;

/** A mongo-java-server in a process of its own. Prints its connection string. */
final class MongoJavaServerProcess {

  private MongoJavaServerProcess() {}

  /** Serves until its standard input is closed. */
  public static void main(String[] arguments) throws InterruptedException {
    ParentProcess.endWithIt();
    MongoServer server = new MongoServer(new MemoryBackend());
    server.enableOplog(); // Without it there are no change streams.
    System.out.println(server.bindAndGetConnectionString());
    new CountDownLatch(1).await();
  }
}
