/**
 * The codec of the wire protocol: bytes to messages and back, without I/O. Client and fake server
 * use the same one.
 *
 * <pre>
 * chunks ─► FrameReader ─► Frame ─► Message.decode ─► OpMsg | OpQuery | OpReply
 * BsonDocument ─► OpMsg.encode (OpQuery, OpReply) ─► ByteBuffer
 * </pre>
 *
 * <p>Everything read here comes from outside and is believed only once it is checked: lengths
 * before memory is taken, {@link dev.tailrace.wire.frame.Message#checkDocuments} before a BSON
 * library touches a stranger's documents. Start with {@link dev.tailrace.wire.frame.Message}.
 */
@NullMarked
package dev.tailrace.wire.frame;

import org.jspecify.annotations.NullMarked;
