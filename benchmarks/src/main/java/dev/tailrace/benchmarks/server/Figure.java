package dev.tailrace.benchmarks.server;

import java.util.EnumMap;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What is measured of a server. One line here is one row of the table; where there is a {@link
 * Goal}, it is what the ratio of our figure to the other server's is meant to be.
 *
 * <p>Those that are measured twice are measured on a server that is fresh and on one that has
 * history: as many inserts as are read from the token.
 */
public enum Figure {
  EVENTS_FROM_TOKEN("events/s, from a token before all history", Goal.FIVE_TIMES),
  CPU_FROM_TOKEN("the server's CPU for each of them, µs", Goal.NONE),
  EVENTS_LIVE("events/s, while they are inserted, fresh", Goal.FIVE_TIMES),
  CPU_LIVE("the server's CPU for each of them and its insert, µs", Goal.NONE),
  CLIENT_CPU_LIVE("the client's CPU for the same, µs", Goal.NONE),
  PING_FRESH("a ping, fresh: p50, µs", Goal.NONE),
  LATENCY_P50_FRESH("insert to event, fresh: p50, µs", Goal.A_THIRD),
  LATENCY_P99_FRESH("insert to event, fresh: p99, µs", Goal.A_THIRD),
  LATENCY_P50_HISTORY("insert to event, with history: p50, µs", Goal.A_THIRD),
  LATENCY_P99_HISTORY("insert to event, with history: p99, µs", Goal.A_THIRD),
  GET_MORE_FRESH("getMore that finds an event, fresh: p50, µs", Goal.NONE),
  GET_MORE_HISTORY("getMore that finds an event, with history: p50, µs", Goal.NONE),
  CPU_FRESH("the server's CPU for an insert and that getMore, fresh, µs", Goal.NONE),
  CPU_HISTORY("the server's CPU for the same, with history, µs", Goal.NONE),
  REST_CPU("CPU with no stream, with history, ms/s", Goal.NONE),
  IDLE_CPU_FRESH("CPU with an idle stream, fresh, ms/s", Goal.NONE),
  IDLE_CPU_HISTORY("CPU with an idle stream, with history, ms/s", Goal.NONE),
  IDLE_GET_MORES("getMores of an idle stream that may wait 10 s, in a second", Goal.NONE);

  private final String title;
  private final Goal goal;

  Figure(String title, Goal goal) {
    this.title = title;
    this.goal = goal;
  }

  /** What it is, for people. */
  public String title() {
    return title;
  }

  /** What our ratio to the other is meant to be. */
  public Goal goal() {
    return goal;
  }

  /** All figures on one line, for {@link #parse}. */
  static String toLine(Map<Figure, Double> figures) {
    return figures.entrySet().stream()
        .map(figure -> figure.getKey().name() + "=" + figure.getValue())
        .collect(Collectors.joining(" "));
  }

  /** The figures that stood on this line. */
  public static Map<Figure, Double> parse(String line) {
    Map<Figure, Double> figures = new EnumMap<>(Figure.class);
    for (String field : line.split(" ", -1)) {
      int equals = field.indexOf('=');
      figures.put(
          valueOf(field.substring(0, equals)), Double.parseDouble(field.substring(equals + 1)));
    }
    return figures;
  }

  /** What a ratio is meant to be. */
  public enum Goal {
    FIVE_TIMES(">= 5"),
    A_THIRD("<= 0.33"),
    NONE("");

    private final String text;

    Goal(String text) {
      this.text = text;
    }

    @Override
    public String toString() {
      return text;
    }
  }
}
