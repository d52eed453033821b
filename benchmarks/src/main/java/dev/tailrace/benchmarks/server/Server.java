package dev.tailrace.benchmarks.server;

import dev.tailrace.benchmarks.process.ChildProcess;
import java.io.IOException;

/** What is compared: each a server in memory that has change streams. */
public enum Server {
  TAILRACE("Tailrace", FakeSetProcess.class),
  MONGO_JAVA_SERVER("mongo-java-server", MongoJavaServerProcess.class);

  private final String title;
  private final Class<?> main;

  Server(String title, Class<?> main) {
    this.title = title;
    this.main = main;
  }

  /** What it is, for people. */
  public String title() {
    return title;
  }

  /**
   * Starts new ones in one process, whose line is their connection strings, with blanks between.
   */
  public ChildProcess start(int count) throws IOException {
    return ChildProcess.start(main, String.valueOf(count));
  }
}
