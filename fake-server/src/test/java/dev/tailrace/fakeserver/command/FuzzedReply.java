package dev.tailrace.fakeserver.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableSet;
import dev.tailrace.fakeserver.ServerVersion;
import dev.tailrace.fakeserver.error.ErrorCode;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonString;
import org.bson.BsonValue;

/** A reply to whatever was sent: one that a real server could give. */
final class FuzzedReply {

  /** Faults of the server itself, which no client can make. */
  private static final ImmutableSet<Integer> FAULTS = ImmutableSet.of(1, 8);

  /** Below it all errors have names; above are those that only have a number. */
  private static final int FIRST_WITHOUT_NAME = 1000;

  private FuzzedReply() {}

  static void requireOk(BsonDocument reply, String what) {
    assertThat(reply.getNumber("ok").intValue())
        .as("%s: %s", what, FuzzedSet.print(reply))
        .isEqualTo(1);
  }

  static void check(BsonDocument reply, String what, ServerVersion version) {
    String both = what + " -> " + FuzzedSet.print(reply);
    double ok = reply.getNumber("ok").doubleValue();
    assertThat(ok).as(both).isIn(0.0, 1.0);
    if (ok == 0) {
      checkError(reply, both);
      int code = reply.getInt32("code").getValue();
      assertThat(reply.getString("codeName").getValue())
          .as(both)
          .isEqualTo(ErrorCode.codeName(code, version));
    }
    if (reply.get("writeErrors") instanceof BsonArray errors) {
      for (BsonValue error : errors) {
        checkError(error.asDocument(), both);
      }
    }
    if (reply.get("writeConcernError") instanceof BsonDocument error) {
      checkError(error, both);
    }
  }

  private static void checkError(BsonDocument error, String both) {
    int code = error.getNumber("code").intValue();
    String text = error.getString("errmsg", new BsonString("")).getValue();
    assertThat(text).as(both).isNotEmpty().doesNotContain("Exception");
    boolean isInjected = text.contains("failpoint") || text.contains("failCommand");
    if (isInjected) {
      return; // Any code that a test wants.
    }
    assertThat(FAULTS).as(both).doesNotContain(code);
    if (code < FIRST_WITHOUT_NAME && code > 0) {
      assertThat(ErrorCode.codeName(code, ServerVersion.NEWEST))
          .as("an error that the table does not have: %s", both)
          .doesNotStartWith("Location");
    }
  }
}
