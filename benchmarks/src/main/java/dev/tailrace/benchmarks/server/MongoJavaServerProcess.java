package dev.tailrace.benchmarks.server;

import de.bwaldvogel.mongo.MongoServer;
import de.bwaldvogel.mongo.backend.memory.MemoryBackend;
import dev.tailrace.benchmarks.process.ParentProcess;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/**
 * Servers of mongo-java-server in a process of their own: as many as it is told. Prints their
 * connection strings.
 */
final class MongoJavaServerProcess {

  private MongoJavaServerProcess() {}

  /** Serves until its standard input is closed. */
  public static void main(String[] arguments) throws InterruptedException {
    ParentProcess.endWithIt();
    List<String> connectionStrings = new ArrayList<>();
    for (int i = 0; i < Integer.parseInt(arguments[0]); i++) {
      MongoServer server = new MongoServer(new MemoryBackend());
      server.enableOplog(); // Without it there are no change streams.
      connectionStrings.add(server.bindAndGetConnectionString());
    }
    System.out.println(String.join(" ", connectionStrings));
    new CountDownLatch(1).await();
  }
}
