package dev.tailrace.fakeserver.auth;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import com.google.common.io.BaseEncoding;
import com.ongres.scram.common.ScramMechanism;
import dev.tailrace.fakeserver.clock.Ids;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The users of a set, the same on every member. With none of them, everybody may do everything. */
public final class Users {

  /** The database of users with a password. */
  public static final String DATABASE = "admin";

  /** The database of users whom certificates name. */
  public static final String EXTERNAL = "$external";

  private final Ids ids;
  private final ImmutableMap<String, ImmutableMap<ScramMechanism, StoredKeys>> keysByName;
  private final ImmutableSet<String> subjects;

  /**
   * Makes users.
   *
   * @param subjects who is let in by a certificate, as RFC 2253 writes their names
   * @param ids where salts and nonces come from
   * @throws IllegalArgumentException if two have the same name
   */
  public Users(List<NewUser> users, List<String> subjects, Ids ids) {
    this.ids = ids;
    this.subjects = ImmutableSet.copyOf(subjects);
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
    return !keysByName.isEmpty() || !subjects.isEmpty();
  }

  /** Whether the subject of a certificate is a user. */
  public boolean hasSubject(String subject) {
    return subjects.contains(subject);
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
