package dev.tailrace.conformance.unified;

import com.mongodb.ConnectionString;
import com.mongodb.MongoCommandException;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoDatabase;
import dev.tailrace.conformance.support.ServerProfile;
import dev.tailrace.conformance.support.TestServer;
import dev.tailrace.conformance.unified.format.RunOnRequirement;
import dev.tailrace.conformance.unified.format.Version;
import dev.tailrace.conformance.unified.match.Matcher;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonString;
import org.bson.BsonValue;

/**
 * What a server says of itself, as far as tests ask for it ({@code runOnRequirements}).
 *
 * @param version its version
 * @param topology {@code single}, {@code replicaset} or {@code sharded}
 * @param auth whether authentication is on
 * @param parameters its parameters; empty where it does not tell
 */
record ServerFacts(Version version, String topology, boolean auth, BsonDocument parameters) {

  private static final Map<ServerProfile, ServerFacts> KNOWN = new ConcurrentHashMap<>();

  /** What servers of this profile say; asked once. */
  static ServerFacts of(ServerProfile profile) {
    return KNOWN.computeIfAbsent(profile, ServerFacts::ask);
  }

  private static ServerFacts ask(ServerProfile profile) {
    try (TestServer server = profile.start();
        MongoClient client = MongoClients.create(server.connectionString())) {
      MongoDatabase admin = client.getDatabase("admin");
      BsonArray version = command(admin, "buildInfo", new BsonInt32(1)).getArray("versionArray");
      // By its old name, which the oldest and the newest servers know.
      BsonDocument hello = command(admin, "isMaster", new BsonInt32(1));
      return new ServerFacts(
          new Version(part(version, 0), part(version, 1), part(version, 2)),
          topology(hello),
          new ConnectionString(server.connectionString()).getCredential() != null,
          parameters(admin));
    }
  }

  private static int part(BsonArray version, int index) {
    return version.get(index).asNumber().intValue();
  }

  private static String topology(BsonDocument hello) {
    if (hello.containsKey("setName")) {
      return "replicaset";
    }
    return hello.containsKey("msg") ? "sharded" : "single";
  }

  private static BsonDocument parameters(MongoDatabase admin) {
    try {
      return command(admin, "getParameter", new BsonString("*"));
    } catch (MongoCommandException untold) {
      return new BsonDocument();
    }
  }

  private static BsonDocument command(MongoDatabase admin, String name, BsonValue value) {
    return admin.runCommand(new BsonDocument(name, value), BsonDocument.class);
  }

  /**
   * Whether one of these alternatives is met.
   *
   * @param requirements alternatives; none at all is no requirement
   */
  boolean meet(List<RunOnRequirement> requirements) {
    return requirements.isEmpty() || requirements.stream().anyMatch(this::meet);
  }

  private boolean meet(RunOnRequirement requirement) {
    return requirement.minServerVersion().map(min -> version.compareTo(min) >= 0).orElse(true)
        && requirement.maxServerVersion().map(max -> version.compareTo(max) <= 0).orElse(true)
        && (requirement.topologies().isEmpty() || requirement.topologies().contains(topology))
        && !requirement.serverless().equals(Optional.of("require"))
        && requirement.auth().map(required -> required == auth).orElse(true)
        && requirement.authMechanism().map(this::offers).orElse(true)
        && !requirement.csfle().orElse(false) // The encryption library is nowhere here.
        && requirement.serverParameters().entrySet().stream()
            .allMatch(parameter -> hasParameter(parameter.getKey(), parameter.getValue()));
  }

  private boolean offers(String mechanism) {
    return parameters.getArray("authenticationMechanisms", new BsonArray()).stream()
        .anyMatch(offered -> offered.asString().getValue().equalsIgnoreCase(mechanism));
  }

  private boolean hasParameter(String name, BsonValue value) {
    BsonValue actual = parameters.get(name);
    return actual != null && Matcher.isSame(value, actual);
  }
}
