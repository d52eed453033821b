package dev.tailrace.cli;

import dev.tailrace.engine.ChangeStreamException;
import dev.tailrace.engine.ChangeStreamOptions;
import dev.tailrace.engine.ChangeStreams;
import dev.tailrace.engine.Next;
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
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bson.BsonDocument;
import org.bson.BsonTimestamp;
import org.bson.BsonType;
import org.bson.RawBsonDocument;
import org.bson.json.JsonMode;
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

  /** For the answer itself; what comes before it is to find a server that may give it. */
  private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(30);

  private static final Pattern OPERATION_TIME = Pattern.compile("(\\d+)(?:,(\\d+))?");

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
          "how long to try to go on after failures without any progress; one attempt (up to the"
              + " URI's serverSelectionTimeoutMS) may outlast it; default ${DEFAULT-VALUE}")
  private long giveUpAfterSeconds;

  @Option(
      names = "--canonical",
      description = "print canonical Extended JSON, which keeps every type; default is relaxed")
  private boolean canonical;

  private boolean opened;

  @Override
  public Integer call() {
    ConnectionString connectionString = ConnectionString.parse(uri);
    WatchTarget target = target();
    ChangeStreamOptions options =
        options()
            .answerTimeout(connectionString.serverSelectionTimeout().plus(ANSWER_TIMEOUT))
            .build();
    Connecting.announce(spec, connectionString);
    EndOnSignal.run(
        () -> {
          try (TcpTransport transport =
                  TcpTransport.builder(connectionString)
                      .listener(Connecting.complaints(spec))
                      .connect();
              BlockingChangeStream<RawBsonDocument> stream =
                  ChangeStreams.watch(transport, target)
                      .with(options)
                      .listener(this::report)
                      .open()) {
            opened = true;
            print(stream);
          }
        });
    return 0;
  }

  /** Prints until the stream is over, a signal comes, or nobody reads any more. */
  private void print(BlockingChangeStream<RawBsonDocument> stream) {
    PrintWriter out = spec.commandLine().getOut();
    JsonWriterSettings json =
        JsonWriterSettings.builder()
            .outputMode(canonical ? JsonMode.EXTENDED : JsonMode.RELAXED)
            .build();
    try {
      Next<RawBsonDocument> next = stream.next();
      while (next instanceof Next.Event<RawBsonDocument> event) {
        out.println(event.value().toJson(json));
        if (out.checkError()) {
          status("standard output is closed; go on behind the _id of the last event read from it");
          return;
        }
        next = stream.next();
      }
      // Nobody has closed the stream, so its last event was an invalidate.
      goOn("--start-after", stream.resumeToken());
    } catch (InterruptedException signalled) {
      goOn("--resume-after", stream.resumeToken());
    }
  }

  /** For a stream that never opened there is nothing to say: its token is the one it was given. */
  void sayHowToGoOn(ChangeStreamException failure) {
    if (opened && !(failure instanceof ChangeStreamException.HistoryLost)) {
      goOn("--resume-after", failure.resumeToken());
    }
  }

  private void goOn(String option, Optional<ResumeToken> from) {
    from.ifPresent(token -> status("go on with %s %s".formatted(option, token)));
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
    OptionRange.atLeast("--give-up-after", 0).check(spec, giveUpAfterSeconds);
    ChangeStreamOptions.Builder options =
        ChangeStreamOptions.builder()
            .resumePolicy(ResumePolicy.persistent(Duration.ofSeconds(giveUpAfterSeconds)));
    if (pipeline != null) {
      options.pipeline(stages(pipeline));
    }
    if (resumeAfter != null) {
      options.resumeAfter(token("--resume-after", resumeAfter));
    }
    if (startAfter != null) {
      options.startAfter(token("--start-after", startAfter));
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
      OptionRange.atLeast("--batch-size", 0).check(spec, batchSize);
      options.batchSize(batchSize);
    }
    if (maxAwaitMillis != null) {
      OptionRange.atLeast("--max-await-ms", 0).check(spec, maxAwaitMillis);
      options.maxAwaitTime(Duration.ofMillis(maxAwaitMillis));
    }
    return options;
  }

  private ResumeToken token(String option, String text) {
    try {
      return ResumeToken.of(TokenCommand.document(text));
    } catch (IllegalArgumentException noToken) {
      throw new ParameterException(
          spec.commandLine(), option + ": " + noToken.getMessage(), noToken);
    }
  }

  private List<BsonDocument> stages(String json) {
    try {
      return JsonArgument.expect(BsonType.ARRAY, JsonArgument.parse(json)).asArray().stream()
          .map(stage -> JsonArgument.expect(BsonType.DOCUMENT, stage).asDocument())
          .toList();
    } catch (IllegalArgumentException notStages) {
      throw new ParameterException(
          spec.commandLine(),
          "--pipeline: expected a JSON array of documents: " + notStages.getMessage(),
          notStages);
    }
  }

  private BsonTimestamp timestamp(String text) {
    Matcher parts = OPERATION_TIME.matcher(text);
    if (!parts.matches()) {
      throw new ParameterException(
          spec.commandLine(), "--start-at: expected SECONDS or SECONDS,INCREMENT, found " + text);
    }
    String increment = parts.group(2);
    return new BsonTimestamp(
        unsigned("SECONDS", parts.group(1), " (were milliseconds meant?)"),
        increment == null ? 0 : unsigned("INCREMENT", increment, ""));
  }

  private int unsigned(String part, String digits, String advice) {
    try {
      return Integer.parseUnsignedInt(digits);
    } catch (NumberFormatException tooLarge) {
      throw new ParameterException(
          spec.commandLine(),
          "--start-at: out of range: expected %s up to 4294967295, found %s%s"
              .formatted(part, digits, advice),
          tooLarge);
    }
  }
}
