package dev.tailrace.wire.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonString;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HelloReplyTest {

  @Test
  void aPrimaryOfOurDays() throws BadHelloException {
    HelloReply reply =
        HelloReply.parse(
            BsonDocument.parse(
                """
                {helloOk: true,
                 topologyVersion: {processId: {$oid: "0123456789abcdef01234567"}, counter: {$numberLong: "6"}},
                 hosts: ["a:27017", "B:27018"], passives: ["c:27019"], arbiters: ["d:27020"],
                 setName: "rs", setVersion: 3, isWritablePrimary: true, secondary: false,
                 primary: "a:27017", tags: {dc: "ny"}, me: "a:27017",
                 electionId: {$oid: "7fffffff0000000000000001"},
                 lastWrite: {lastWriteDate: {$date: {$numberLong: "1700000000000"}}},
                 logicalSessionTimeoutMinutes: 30, minWireVersion: 0, maxWireVersion: 25, ok: 1.0}
                """));

    assertThat(reply.ok()).isTrue();
    assertThat(reply.helloOk()).isTrue();
    assertThat(reply.type()).isEqualTo(ServerType.RS_PRIMARY);
    assertThat(reply.members())
        .extracting(ServerAddress::toString)
        .containsExactly("a:27017", "b:27018", "c:27019", "d:27020");
    assertThat(reply.setName()).isEqualTo("rs");
    assertThat(reply.setVersion()).isEqualTo(3);
    assertThat(reply.electionId()).hasToString("7fffffff0000000000000001");
    assertThat(reply.me()).hasToString("a:27017");
    assertThat(reply.tags()).containsEntry("dc", "ny").hasSize(1);
    assertThat(reply.lastWriteMillis()).isEqualTo(1_700_000_000_000L);
    assertThat(reply.maxWireVersion()).isEqualTo(25);
    assertThat(reply.logicalSessionTimeoutMinutes()).isEqualTo(30);
    assertThat(reply.topologyVersion()).isNotNull();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      useHeadersInDisplayName = true,
      textBlock =
          """
          reply                                                        | type
          {ok: 1}                                                      | STANDALONE
          {ok: 1, msg: 'isdbgrid'}                                     | MONGOS
          {ok: 1, isreplicaset: true}                                  | RS_GHOST
          {ok: 1, setName: 'rs', ismaster: true}                       | RS_PRIMARY
          {ok: 1, setName: 'rs', isWritablePrimary: true}              | RS_PRIMARY
          # The new field decides where both are there.
          {ok: 1, setName: 'rs', isWritablePrimary: false, ismaster: true} | RS_OTHER
          {ok: 1, setName: 'rs', secondary: true}                      | RS_SECONDARY
          {ok: 1, setName: 'rs', secondary: true, hidden: true}        | RS_OTHER
          {ok: 1, setName: 'rs', arbiterOnly: true}                    | RS_ARBITER
          {ok: 1, setName: 'rs'}                                       | RS_OTHER
          {ok: 0, setName: 'rs', isWritablePrimary: true}              | UNKNOWN
          {setName: 'rs', isWritablePrimary: true}                     | UNKNOWN
          """)
  void type(String reply, ServerType type) throws BadHelloException {
    assertThat(HelloReply.parse(BsonDocument.parse(reply)).type()).isEqualTo(type);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      useHeadersInDisplayName = true,
      textBlock =
          """
          reply                                         | problem
          {ok: 'yes'}                                   | ok: expected a boolean or a number, found STRING
          {ok: 1, setName: 7}                           | setName: expected STRING, found INT32
          {ok: 1, hosts: 'a:1'}                         | hosts: expected ARRAY, found STRING
          {ok: 1, hosts: [1]}                           | hosts: expected strings only, found INT32
          {ok: 1, hosts: ['a:1', 'b:x']}                | hosts: expected host:port, found b:x
          {ok: 1, me: 'a:0'}                            | me: expected host:port, found a:0
          {ok: 1, tags: ['dc']}                         | tags: expected DOCUMENT, found ARRAY
          {ok: 1, tags: {dc: 1}}                        | dc: expected STRING, found INT32
          {ok: 1, setVersion: '1'}                      | setVersion: expected a number, found STRING
          {ok: 1, electionId: 1}                        | electionId: expected OBJECT_ID, found INT32
          {ok: 1, lastWrite: {lastWriteDate: 1}}        | lastWriteDate: expected DATE_TIME, found INT32
          {ok: 1, maxWireVersion: -1}                   | maxWireVersion: expected a wire version, found -1
          {ok: 1, maxWireVersion: {$numberLong: '4294967296'}} | expected a wire version
          {ok: 1, isWritablePrimary: 'no', setName: 'rs'} | isWritablePrimary: expected a boolean
          """)
  void noServerWouldSay(String reply, String problem) {
    assertThatThrownBy(() -> HelloReply.parse(BsonDocument.parse(reply)))
        .isInstanceOf(BadHelloException.class)
        .hasMessageStartingWith("bad hello reply: ")
        .hasMessageContaining(problem);
  }

  @Test
  void aSetWithoutMeasureIsRefused() {
    BsonArray hosts = new BsonArray();
    for (int port = 1; port <= 1001; port++) {
      hosts.add(new BsonString("a:" + port));
    }

    assertThatThrownBy(() -> HelloReply.parse(BsonDocument.parse("{ok: 1}").append("hosts", hosts)))
        .hasMessageContaining("at most 1000 members");
  }

  @Test
  void nullIsNoValue() throws BadHelloException {
    HelloReply reply =
        HelloReply.parse(BsonDocument.parse("{ok: 1, setName: null, hosts: null, me: null}"));

    assertThat(reply.type()).isEqualTo(ServerType.STANDALONE);
    assertThat(reply.members()).isEmpty();
  }
}
