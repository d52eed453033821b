package dev.tailrace.conformance.unified.entity;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import org.bson.BsonDocument;
import org.bson.BsonValue;

/** Puts the {@code uriOptions} of a client entity into a connection string. */
public final class ConnectionOptions {

  private ConnectionOptions() {}

  /**
   * The connection string with these options, which take the place of its own. A direct connection
   * goes to its first server alone, whatever set that is in (URI options specification).
   */
  public static String apply(String connectionString, BsonDocument uriOptions) {
    String[] parts = connectionString.split("/\\?|\\?|/$", 2);
    String servers = parts[0];
    Map<String, String> options = new LinkedHashMap<>();
    if (parts.length == 2 && !parts[1].isEmpty()) {
      for (String option : parts[1].split("&", -1)) {
        String[] nameAndValue = option.split("=", 2);
        options.put(nameAndValue[0], nameAndValue[1]);
      }
    }
    uriOptions.forEach((name, value) -> options.put(name, encoded(value)));
    if ("true".equals(options.get("directConnection"))) {
      options.remove("replicaSet");
      servers = servers.split(",", 2)[0];
    }
    return options.entrySet().stream()
        .map(option -> option.getKey() + "=" + option.getValue())
        .collect(Collectors.joining("&", servers + "/?", ""));
  }

  private static String encoded(BsonValue value) {
    if (value.isString()) {
      return URLEncoder.encode(value.asString().getValue(), StandardCharsets.UTF_8);
    }
    return value.isBoolean()
        ? Boolean.toString(value.asBoolean().getValue())
        : Integer.toString(value.asNumber().intValue());
  }
}
