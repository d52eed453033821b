package dev.tailrace.fakeserver.command;

import dev.tailrace.fakeserver.auth.ServerConversation;
import dev.tailrace.fakeserver.history.TrafficCounter;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a member knows of the client at the other end of a connection. Not thread-safe. */
public final class ClientConnection {

  private final int id;
  private final String remote;
  private final TrafficCounter traffic;
  private @Nullable String subject;
  private @Nullable String appName;
  private boolean greeted;
  private boolean metadataSeen;
  private boolean helloOk;
  private boolean loadBalanced;
  private List<String> compressors = List.of();
  private @Nullable ServerConversation conversation;
  private @Nullable User user;

  /**
   * Who a client has proved to be.
   *
   * @param db the database that knows the user
   */
  record User(String name, String db) {}

  /**
   * A connection that was just accepted.
   *
   * @param id the member's number for it, from 1
   * @param remote {@code host:port} of the client
   * @param traffic where it is counted how the client speaks
   */
  public ClientConnection(int id, String remote, TrafficCounter traffic) {
    this.id = id;
    this.remote = remote;
    this.traffic = traffic;
    traffic.connected();
  }

  /** The {@code connectionId} that hello tells. */
  public int id() {
    return id;
  }

  /** Where the client is. */
  public String remote() {
    return remote;
  }

  /** {@code client.application.name} of the handshake, or null. */
  public @Nullable String appName() {
    return appName;
  }

  /** Whether the client understands the newer words ("not primary" for "not master"). */
  public boolean helloOk() {
    return helloOk;
  }

  /** Whether the client has said that it came through a load balancer. */
  boolean isLoadBalanced() {
    return loadBalanced;
  }

  void rememberLoadBalanced() {
    loadBalanced = true;
  }

  /** Whether hello has agreed on a compressor. */
  public boolean mayCompressBy(String compressor) {
    return compressors.contains(compressor);
  }

  void rememberCompressors(List<String> agreed) {
    compressors = agreed;
  }

  /** Takes note of a hello, and says whether it is the first. */
  boolean greet() {
    boolean isFirst = !greeted;
    greeted = true;
    return isFirst;
  }

  /** Whether the client has said who it is. */
  boolean metadataSeen() {
    return metadataSeen;
  }

  void rememberMetadata(@Nullable String applicationName) {
    metadataSeen = true;
    appName = applicationName;
  }

  void rememberHelloOk() {
    helloOk = true;
  }

  /** Takes note that the connection is encrypted, and whose certificate the client has shown. */
  public void rememberEncryption(String protocol, @Nullable String certificateSubject) {
    traffic.encrypted(protocol);
    subject = certificateSubject;
  }

  /** Whose certificate the client has shown; null for nobody's. */
  @Nullable String subject() {
    return subject;
  }

  /** The authentication that is under way; null for none. */
  @Nullable ServerConversation conversation() {
    return conversation;
  }

  void converse(@Nullable ServerConversation underWay) {
    conversation = underWay;
  }

  /** Who the client is; null where it has not proved it. */
  @Nullable User user() {
    return user;
  }

  void rememberUser(String name, String db, String mechanism) {
    traffic.authenticated(mechanism);
    user = new User(name, db);
  }

  void forgetUser() {
    user = null;
  }
}
