package dev.tailrace.cli.process;

import java.util.ArrayList;
import java.util.List;

/** A fake replica set that {@code tailrace serve} runs in a process of its own. */
public final class ServedSet implements AutoCloseable {

  private final TailraceProcess process;
  private final String connectionString;

  private ServedSet(TailraceProcess process) {
    this.process = process;
    try {
      this.connectionString = process.nextLine();
    } catch (AssertionError notThere) {
      process.close();
      throw notThere;
    }
  }

  /**
   * Starts one on ports that are free, and waits until it is there.
   *
   * @param arguments of {@code serve}, behind {@code --port 0}
   */
  public static ServedSet start(String... arguments) {
    List<String> all = new ArrayList<>(List.of("serve", "--port", "0"));
    all.addAll(List.of(arguments));
    return new ServedSet(TailraceProcess.start(all.toArray(String[]::new)));
  }

  /** What it printed first. */
  public String connectionString() {
    return connectionString;
  }

  /** {@code host:port} of each member, in the order of the connection string. */
  public List<String> addresses() {
    int begin = Math.max("mongodb://".length(), connectionString.indexOf('@') + 1);
    return List.of(
        connectionString.substring(begin, connectionString.indexOf('/', begin)).split(",", -1));
  }

  /** The process that serves. */
  public TailraceProcess process() {
    return process;
  }

  @Override
  public void close() {
    process.close();
  }
}
