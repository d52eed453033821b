package dev.tailrace.engine.event;

import static org.bson.codecs.configuration.CodecRegistries.fromProviders;
import static org.bson.codecs.configuration.CodecRegistries.withUuidRepresentation;

import org.bson.UuidRepresentation;
import org.bson.codecs.BsonValueCodecProvider;
import org.bson.codecs.CollectionCodecProvider;
import org.bson.codecs.DocumentCodecProvider;
import org.bson.codecs.EnumCodecProvider;
import org.bson.codecs.IterableCodecProvider;
import org.bson.codecs.JsonObjectCodecProvider;
import org.bson.codecs.MapCodecProvider;
import org.bson.codecs.ValueCodecProvider;
import org.bson.codecs.configuration.CodecRegistry;
import org.bson.codecs.jsr310.Jsr310CodecProvider;
import org.bson.codecs.pojo.PojoCodecProvider;
import org.bson.codecs.record.RecordCodecProvider;

/** The codecs that classes are decoded with where the user names no others. */
public final class DefaultCodecs {

  /**
   * As drivers have them, but for two things: any class with properties is one that can be decoded,
   * and a UUID is binary of subtype 4, since that is what servers send.
   */
  private static final CodecRegistry REGISTRY =
      withUuidRepresentation(
          fromProviders(
              new ValueCodecProvider(),
              new BsonValueCodecProvider(),
              new DocumentCodecProvider(),
              new CollectionCodecProvider(),
              new IterableCodecProvider(),
              new MapCodecProvider(),
              new Jsr310CodecProvider(),
              new JsonObjectCodecProvider(),
              new EnumCodecProvider(),
              new RecordCodecProvider(),
              // Takes any class there is, and so comes last.
              PojoCodecProvider.builder().automatic(true).build()),
          UuidRepresentation.STANDARD);

  private DefaultCodecs() {}

  /**
   * Codecs for BSON's own types and their Java counterparts, {@code Document}, collections, maps,
   * {@code java.time}, enums, records, and classes with properties. Records and classes have to be
   * public, as bson gets at them by reflection. To be added to with {@code
   * CodecRegistries.fromRegistries}, one's own first.
   */
  public static CodecRegistry registry() {
    return REGISTRY;
  }
}
