package dev.tailrace.fakeserver.auth;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.io.BaseEncoding;
import com.ongres.scram.common.ScramMechanism;
import dev.tailrace.fakeserver.clock.Ids;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The users of a set, the same on every member. With none of them, everybody may do everything. */
public final class Users {

  /** The database that all of them are of. */
  public static final String DATABASE = "admin";

  private final Ids ids;
  private final ImmutableMap<String, ImmutableMap<ScramMechanism, StoredKeys>> keysByName;

  /**
   * Makes users.
   *
   * @param ids where salts and nonces come from
   * @throws IllegalArgumentException if two have the same name
   */
  public Users(List<NewUser> users, Ids ids) {
    this.ids = ids;
    ImmutableMap.Builder<String, ImmutableMap<ScramMechanism, StoredKeys>> all =
        ImmutableMap.builder();
    for (NewUser user : users) {
      ImmutableMap.Builder<ScramMechanism, StoredKeys> keys = ImmutableMap.builder();
      user.mechanisms()
          .forEach(mechanism -> keys.put(mechanism, new StoredKeys(mechanism, user, ids)));
      all.put(user.name(), keys.buildOrThrow());
    }
    keysByName = all.buildOrThrow();
  }

  /** Whether clients have to say who they are. */
  public boolean areRequired() {
    return !keysByName.isEmpty();
  }

  /** The mechanisms of a user; null if there is no such user. */
  public @Nullable ImmutableList<String> mechanisms(String db, String name) {
    ImmutableMap<ScramMechanism, StoredKeys> keys =
        db.equals(DATABASE) ? keysByName.get(name) : null;
    return keys == null
        ? null
        : keys.keySet().stream()
            .map(ScramMechanism::getName)
            .collect(ImmutableList.toImmutableList());
  }

  @Nullable StoredKeys keys(String db, String name, ScramMechanism mechanism) {
    ImmutableMap<ScramMechanism, StoredKeys> keys =
        db.equals(DATABASE) ? keysByName.get(name) : null;
    return keys == null ? null : keys.get(mechanism);
  }

  /** The server's part of a nonce. */
  String nonce() {
    byte[] bytes = new byte[24];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) ids.below(256);
    }
    return BaseEncoding.base64().encode(bytes);
  }
}
