/**
 * Resume tokens: reading, writing and comparing them, byte for byte as servers do.
 *
 * <p>Start with {@link dev.tailrace.engine.token.ResumeTokenCodec}, which turns a token into a
 * {@link dev.tailrace.engine.token.DecodedToken} and back. Drivers treat a token as opaque; all the
 * same it is an open book:
 *
 * <pre>
 * token      { _data: "82612E8513000000012B022C0100296E5A1004...", _typeBits: BinData(0, ...) }
 * _data      the KeyString of a list of values, in upper case hexadecimal digits
 * _typeBits  the type bits of that KeyString; absent if all are 0
 * </pre>
 *
 * <p><b>The values</b>, by the version of the token:
 *
 * <pre>
 *                          3.6          0 (4.0)  1 (4.0.7-6.0)  2 (6.1-)
 * clusterTime  timestamp   yes          yes      yes            yes
 * version      int32       -            yes      yes            yes
 * tokenType    int32       -            -        yes            yes   0 high water mark, 128 event
 * txnOpIndex   int32       -            yes      yes            yes
 * fromInvalidate  boolean  -            -        yes            yes
 * uuid         BinData 4   after the    if any   if any         null if there is none
 *                          document key
 * event identifier         document key, if any                 of every event
 * fragmentNum  int32       -            -        -              of a split event's fragments
 * </pre>
 *
 * In 3.6 {@code _data} is BinData with the bytes themselves.
 *
 * <p><b>A KeyString</b> is made so that comparing bytes compares values. Each value is a
 * {@linkplain dev.tailrace.engine.token.CType type byte}, in the order in which BSON's types sort,
 * and a payload that sorts as the values of the type do; byte 04 ends the whole.
 *
 * <pre>
 * string            3C  UTF-8, each 00 as 00 FF            00
 * document          46  per field: type byte, name 00, value  00
 * array             50  values                             00
 * BinData           5A  length, subtype, data
 * ObjectId          64  12 bytes
 * false, true       6E, 6F
 * date              78  milliseconds, sign bit flipped
 * timestamp         82  seconds, increment
 * number, below 0   1F (-2^63 and less), 20 to 27 (8 to 1 integer bytes), 28 (above -1)
 * number, others    29 (zero), 2A (below 1), 2B to 32 (1 to 8 integer bytes), 33 (2^63 and more)
 * </pre>
 *
 * <p><b>Numbers</b> of all types share one encoding of their value ({@link
 * dev.tailrace.engine.token.NumberWriter}), so that 1, 1L and 1.0 are one place in the order.
 * Decimals add what a double cannot hold ({@link dev.tailrace.engine.token.DecimalWriter}). Which
 * type it was, and the exponent of a decimal, are in the <b>type bits</b> ({@link
 * dev.tailrace.engine.token.TypeBits}); so is whether a string was a symbol.
 */
@NullMarked
package dev.tailrace.engine.token;

import org.jspecify.annotations.NullMarked;
