package dev.tailrace.cli.demo;

import java.util.List;

/** Where a demonstration plays: a deployment, and the trouble that can be made in it. */
interface Stage extends AutoCloseable {

  /** What is played on, in a few words. */
  String description();

  /** How the writer gets there, and everybody who is to be left alone. */
  String connectionString();

  /** How the watcher gets there. */
  String watcherConnectionString();

  /** What can go wrong here; empty if nothing can be made to. */
  List<Trouble> troubles();

  /**
   * How the clients have spoken so far, as the servers saw it, a line each; empty where nobody
   * looks.
   */
  List<String> observed();

  /** What was asked for and not seen, for people; empty if it all was. */
  List<String> missed();

  /** Puts everything away that was set up for the play. */
  @Override
  void close();

  /**
   * One kind of trouble.
   *
   * @param name what it is called in the account
   * @param make makes it, once
   */
  record Trouble(String name, Runnable make) {}
}
