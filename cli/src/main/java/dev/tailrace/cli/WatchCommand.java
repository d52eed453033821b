package dev.tailrace.cli;

import dev.tailrace.engine.ChangeStreamOptions;
import dev.tailrace.engine.ChangeStreams;
import dev.tailrace.engine.ResumePolicy;
import dev.tailrace.engine.ResumeToken;
import dev.tailrace.engine.StreamEvent;
import dev.tailrace.engine.WatchTarget;
import dev.tailrace.engine.face.BlockingChangeStream;
import dev.tailrace.wire.tcp.ConnectionString;
import dev.tailrace.wire.tcp.TcpTransport;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonTimestamp;
import org.bson.BsonValue;
import org.bson.RawBsonDocument;
import org.bson.json.JsonMode;
import org.bson.json.JsonParseException;
import org.bson.json.JsonWriterSettings;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Prints the events of a change stream, a line of JSON each. */
@Command(
    name = "watch",
    description =
        "Prints the events of a change stream, a line of JSON each, on standard output; what"
            + " happens to the stream on standard error. Ctrl-C ends it and prints the token to go"
            + " on from.",
    mixinStandardHelpOptions = true,
    sortOptions = false)
final class WatchCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "URI", description = "mongodb://...")
  private String uri;

  @Option(names = "--db", description = "watch this database; without it the whole cluster")
  private @Nullable String database;

  @Option(names = "--collection", description = "watch this collection of --db")
  private @Nullable String collection;

  @Option(
      names = "--pipeline",
      paramLabel = "JSON",
      description = "an array of stages to run behind $$changeStream")
  private @Nullable String pipeline;

  @Option(
      names = "--resume-after",
      paramLabel = "TOKEN",
      description = "go on behind this token: its hex string or JSON")
  private @Nullable String resumeAfter;

  @Option(
      names = "--start-after",
      paramLabel = "TOKEN",
      description = "the same, but an invalidate's token will do")
  private @Nullable String startAfter;

  @Option(
      names = "--start-at",
      paramLabel = "SECONDS[,INCREMENT]",
      description = "begin with the first event at or behind this operation time")
  private @Nullable String startAt;

  @Option(
      names = "--full-document",
      paramLabel = "MODE",
      description = "default, updateLookup, whenAvailable or required")
  private @Nullable String fullDocument;

  @Option(
      names = "--full-document-before-change",
      paramLabel = "MODE",
      description = "off, whenAvailable or required")
  private @Nullable String fullDocumentBeforeChange;

  @Option(names = "--show-expanded-events", description = "also report DDL events (server 6.0+)")
  private boolean showExpandedEvents;

  @Option(names = "--batch-size", paramLabel = "N", description = "events in a batch at most")
  private @Nullable Integer batchSize;

  @Option(
      names = "--max-await-ms",
      paramLabel = "MS",
      description = "how long the server may wait for an event")
  private @Nullable Long maxAwaitMillis;

  @Option(
      names = "--give-up-after",
      paramLabel = "SECONDS",
      defaultValue = "600",
      description =
          "how long to try to go on after failures without any progress; default ${DEFAULT-VALUE}")
  private long giveUpAfterSeconds;

  @Option(
      names = "--canonical",
      description = "print canonical Extended JSON, which keeps every type; default is relaxed")
  private boolean canonical;

  @Override
  public Integer call() throws InterruptedException {
    ConnectionString connectionString = ConnectionString.parse(uri);
    ChangeStreamOptions options =
        options().readPreference(connectionString.readPreference()).build();
    try (TcpTransport transport = TcpTransport.connect(connectionString);
        BlockingChangeStream<RawBsonDocument> stream =
            ChangeStreams.watch(transport, target()).with(options).listener(this::report).open()) {
      Thread printer = Thread.currentThread();
      Thread onSignal = new Thread(() -> endAndWaitFor(stream, printer), "end on signal");
      Runtime.getRuntime().addShutdownHook(onSignal);
      print(stream);
      return 0;
    }
  }

  private void print(BlockingChangeStream<RawBsonDocument> stream) {
    PrintWriter out = spec.commandLine().getOut();
    JsonWriterSettings json =
        JsonWriterSettings.builder()
            .outputMode(canonical ? JsonMode.EXTENDED : JsonMode.RELAXED)
            .build();
    for (RawBsonDocument event : stream) {
      out.println(event.toJson(json));
      out.flush();
    }
    stream.resumeToken().ifPresent(token -> status("go on with --resume-after " + token));
  }

  /** Lets the loop end as it would by itself, and the program with status 0. */
  private static void endAndWaitFor(BlockingChangeStream<?> stream, Thread printer) {
    stream.close();
    try {
      printer.join();
    } catch (InterruptedException impatient) {
      Thread.currentThread().interrupt();
    }
    Runtime.getRuntime().halt(0);
  }

  private void report(StreamEvent event) {
    if (event instanceof StreamEvent.Opened opened) {
      status("watching %s at %s".formatted(target(), opened.server().address()));
    } else if (event instanceof StreamEvent.Interrupted interrupted) {
      status(
          "interrupted: %s; attempt %d to resume in %d ms"
              .formatted(
                  interrupted.cause(), interrupted.attempt(), interrupted.pause().toMillis()));
    } else if (event instanceof StreamEvent.Resumed resumed) {
      status("resumed at " + resumed.server().address());
    } else if (event instanceof StreamEvent.Ended ended) {
      status("the stream is over: " + ended.cause());
    }
  }

  private void status(String line) {
    PrintWriter err = spec.commandLine().getErr();
    err.println(line);
    err.flush();
  }

  private WatchTarget target() {
    if (database == null) {
      if (collection != null) {
        throw new ParameterException(spec.commandLine(), "--collection needs --db");
      }
      return WatchTarget.cluster();
    }
    return collection == null
        ? WatchTarget.database(database)
        : WatchTarget.collection(database, collection);
  }

  private ChangeStreamOptions.Builder options() {
    ChangeStreamOptions.Builder options =
        ChangeStreamOptions.builder()
            .resumePolicy(ResumePolicy.persistent(Duration.ofSeconds(giveUpAfterSeconds)));
    if (pipeline != null) {
      options.pipeline(stages(pipeline));
    }
    if (resumeAfter != null) {
      options.resumeAfter(ResumeToken.of(TokenCommand.document(resumeAfter)));
    }
    if (startAfter != null) {
      options.startAfter(ResumeToken.of(TokenCommand.document(startAfter)));
    }
    if (startAt != null) {
      options.startAtOperationTime(timestamp(startAt));
    }
    if (fullDocument != null) {
      options.fullDocument(fullDocument);
    }
    if (fullDocumentBeforeChange != null) {
      options.fullDocumentBeforeChange(fullDocumentBeforeChange);
    }
    if (showExpandedEvents) {
      options.showExpandedEvents(true);
    }
    if (batchSize != null) {
      options.batchSize(batchSize);
    }
    if (maxAwaitMillis != null) {
      options.maxAwaitTime(Duration.ofMillis(maxAwaitMillis));
    }
    return options;
  }

  private List<BsonDocument> stages(String json) {
    try {
      return BsonArray.parse(json).stream().map(BsonValue::asDocument).toList();
    } catch (JsonParseException | org.bson.BsonInvalidOperationException notStages) {
      throw new ParameterException(
          spec.commandLine(),
          "--pipeline: expected a JSON array of documents: " + notStages.getMessage(),
          notStages);
    }
  }

  private BsonTimestamp timestamp(String text) {
    String[] parts = text.split(",", -1);
    try {
      if (parts.length <= 2) {
        return new BsonTimestamp(
            Integer.parseUnsignedInt(parts[0]),
            parts.length == 2 ? Integer.parseUnsignedInt(parts[1]) : 0);
      }
    } catch (NumberFormatException notNumbers) {
      // Said below.
    }
    throw new ParameterException(
        spec.commandLine(), "--start-at: expected SECONDS or SECONDS,INCREMENT, found " + text);
  }
}
