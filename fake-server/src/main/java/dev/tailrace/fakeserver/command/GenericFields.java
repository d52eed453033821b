package dev.tailrace.fakeserver.command;

import dev.tailrace.fakeserver.ServerVersion;
import dev.tailrace.fakeserver.error.CommandFailure;
import dev.tailrace.fakeserver.error.ErrorCode;
import dev.tailrace.fakeserver.idl.Idl;
import dev.tailrace.fakeserver.query.value.ElementText;
import java.util.Set;

/** The fields that every command may carry, and what is done about fields that none knows. */
final class GenericFields {

  /** Up to 4.2 a field of its own of the few commands that read, and a string there. */
  static final String COMMENT = "comment";

  private static final Set<String> GENERIC =
      Set.of(
          "$db",
          "$readPreference",
          "$clusterTime",
          "$audit",
          "$client",
          "$configServerState",
          "$oplogQueryData",
          "$queryOptions",
          "$replData",
          "lsid",
          "txnNumber",
          "autocommit",
          "startTransaction",
          "stmtId",
          "maxTimeMS",
          "maxTimeMSOpOnly",
          "readConcern",
          "writeConcern",
          COMMENT,
          "help",
          "apiVersion",
          "apiStrict",
          "apiDeprecationErrors",
          "allowImplicitCollectionCreation",
          "shardVersion",
          "databaseVersion",
          "coordinator",
          "usersInfo",
          "clientOperationKey",
          "mayBypassWriteBlocking",
          "expectPrefix",
          "rawData");

  private GenericFields() {}

  /** How the parser of a command words its refusal of an unknown field. */
  enum Style {
    /** By the generated parsers. */
    IDL,
    /** As the hand-written parser of find and its like did up to 4.4. */
    WHOLE_COMMAND,
    /** As the one of aggregate did up to 4.4. */
    FIELD_ONLY
  }

  /**
   * Whether every command of that release takes the field. {@code comment} is one since 4.4, and
   * the fields of the stable API are since 5.0.
   */
  static boolean isOne(String field, ServerVersion version) {
    return GENERIC.contains(field)
        && (!field.equals(COMMENT) || version.atLeast(4, 4))
        && (!field.startsWith("api") || version.atLeast(5, 0));
  }

  /**
   * Refuses fields that are neither generic nor known to the command.
   *
   * @param known the command's own fields, its name not among them
   * @param styleUpTo44 how the refusal was worded before all parsers were generated
   */
  static void requireKnown(
      Request request, ServerVersion version, Style styleUpTo44, Set<String> known) {
    for (String field : request.body().keySet()) {
      if (!field.equals(request.name()) && !isOne(field, version) && !known.contains(field)) {
        throw refusal(request, field, version.atLeast(5, 0) ? Style.IDL : styleUpTo44);
      }
    }
    for (String sequence : request.sequences().keySet()) {
      if (!known.contains(sequence)) {
        throw refusal(request, sequence, Style.IDL);
      }
    }
  }

  private static CommandFailure refusal(Request request, String field, Style style) {
    return switch (style) {
      case IDL -> Idl.unknownField(request.name() + "." + field);
      case WHOLE_COMMAND ->
          new CommandFailure(
              ErrorCode.FAILED_TO_PARSE,
              "Failed to parse: %s. Unrecognized field '%s'."
                  .formatted(ElementText.value(request.body()), field));
      case FIELD_ONLY ->
          new CommandFailure(ErrorCode.FAILED_TO_PARSE, "unrecognized field '" + field + "'");
    };
  }
}
