package dev.tailrace.engine.core;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/**
 * An event is taken without a step where a pull would lead to nothing else, and only there. The
 * words are those of {@link Conversation}.
 */
class TakeReadyTest {

  private final Conversation conversation = new Conversation();

  @Test
  void eventsAreTakenUpToTheLastOfTheBatch() {
    say("watch collection shop.orders", "open", "batch #1 id=77 events=a,b,c pbrt=t1");

    assertThat(conversation.takeReady()).isEqualTo("a");
    assertThat(conversation.token()).isEqualTo("a");
    assertThat(conversation.takeReady()).isEqualTo("b");
    assertThat(conversation.token()).isEqualTo("b");
    assertThat(conversation.takeReady()).isEqualTo("nothing");
    assertThat(conversation.say("next")).contains("answer event c", "token t1");
    assertThat(conversation.takeReady()).isEqualTo("nothing");
  }

  @Test
  void nothingIsReadyOfAStreamThatHasNoBatch() {
    say("watch collection shop.orders");
    assertThat(conversation.takeReady()).isEqualTo("nothing");
    say("open");
    assertThat(conversation.takeReady()).isEqualTo("nothing");
    say("batch #1 id=77 pbrt=t1");
    assertThat(conversation.takeReady()).isEqualTo("nothing");
    say("next");
    assertThat(conversation.takeReady()).isEqualTo("nothing");
    say("close");
    assertThat(conversation.takeReady()).isEqualTo("nothing");
  }

  /** The pull that sends the getMore ahead has to come first. */
  @Test
  void nothingIsReadyWhileAGetMoreIsToBeSentAhead() {
    say("watch collection shop.orders {prefetch: true}", "open");
    say("batch #1 id=77 events=a,b,c,d pbrt=t1");

    assertThat(conversation.takeReady()).isEqualTo("nothing");
    assertThat(conversation.say("next")).contains("answer event a");
    assertThat(conversation.takeReady()).isEqualTo("b");
    say("batch #2 id=77 events=e pbrt=t2");
    assertThat(conversation.takeReady()).isEqualTo("c");
  }

  @Test
  void nothingIsReadyBeforeAnEventThatWasGivenBack() {
    say("watch collection shop.orders", "open", "batch #1 id=77 events=a,b,c,d pbrt=t1");
    assertThat(conversation.takeReady()).isEqualTo("a");

    say("giveBack");

    assertThat(conversation.token()).isEqualTo("none");
    assertThat(conversation.takeReady()).isEqualTo("nothing");
    assertThat(conversation.say("next")).contains("answer event a", "token a");
    assertThat(conversation.takeReady()).isEqualTo("b");
  }

  /** A fragment, an event without a token or one that cannot be decoded is for a pull to see to. */
  @Test
  void nothingIsReadyThatIsMoreThanAnEvent() {
    say("watch collection shop.orders {reassemble: 1000}", "open");
    say("batch #1 id=77 events=a,b,c pbrt=t1");
    assertThat(conversation.takeReady()).isEqualTo("nothing");

    say("watch collection shop.orders", "open", "batch #1 id=77 events=a!,b,c pbrt=t1");
    assertThat(conversation.takeReady()).isEqualTo("nothing");
    assertThat(conversation.say("next").toString()).contains("Undecodable");

    say("watch collection shop.orders", "open", "batch #1 id=77 events=-,b,c pbrt=t1");
    assertThat(conversation.takeReady()).isEqualTo("nothing");
    assertThat(conversation.say("next").toString()).contains("MissingResumeToken");
  }

  private void say(String... lines) {
    for (String line : lines) {
      conversation.say(line);
    }
  }
}
