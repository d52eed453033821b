package dev.tailrace.fakeserver.query.expression;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.common.io.BaseEncoding;
import dev.tailrace.fakeserver.error.CommandFailure;
import dev.tailrace.fakeserver.error.ErrorCode;
import dev.tailrace.fakeserver.query.QueryContext;
import dev.tailrace.fakeserver.query.number.Numbers;
import dev.tailrace.fakeserver.query.value.BsonTypes;
import dev.tailrace.fakeserver.query.value.ValueText;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.regex.Pattern;
import org.bson.BsonBinary;
import org.bson.BsonDouble;
import org.bson.BsonInt32;
import org.bson.BsonInt64;
import org.bson.BsonString;
import org.bson.BsonType;
import org.bson.BsonValue;
import org.jspecify.annotations.Nullable;

/**
 * Conversions to and from binary data, which {@code $convert} has had since 8.0.
 *
 * @param subtype of the binary data that is made
 * @param format how a string stands for bytes; null if not given
 * @param byteOrder how a number does
 */
record BinaryConversion(byte subtype, @Nullable String format, ByteOrder byteOrder) {

  private static final byte UUID_SUBTYPE = 4;
  private static final int UUID_BYTES = 16;

  private static final List<String> FORMATS =
      List.of("auto", "base64", "base64url", "hex", "utf8", "uuid");

  private static final Pattern UUID_TEXT =
      Pattern.compile("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}");

  /** Reads the arguments of {@code $convert} that are about binary data. */
  static BinaryConversion read(NamedOperation.Arguments arguments, BsonValue subtype) {
    return new BinaryConversion(subtype(subtype), format(arguments), byteOrder(arguments));
  }

  private static byte subtype(BsonValue value) {
    if (!Numbers.isNumber(value)) {
      throw new CommandFailure(
          4_341_108,
          "For BinData, $convert's 'subtype' argument must be a number, but is "
              + BsonTypes.name(value));
    }
    if (!Numbers.isInt(value)) {
      throw new CommandFailure(
          4_341_106, "In $convert, numeric 'subtype' argument is not an integer");
    }
    int code = Numbers.toInt(value);
    if ((code < 0 || code > 9) && (code < 128 || code > 255)) {
      throw new CommandFailure(
          4_341_107,
          "In $convert, numeric value for 'subtype' does not correspond to a BinData type: "
              + code);
    }
    return (byte) code;
  }

  private static @Nullable String format(NamedOperation.Arguments arguments) {
    BsonValue value = arguments.present("format");
    if (value == null) {
      return null;
    }
    String format = string("format", 4_341_114, value);
    if (!FORMATS.contains(format)) {
      throw new CommandFailure(4_341_125, "Invalid 'format' argument for $convert: " + format);
    }
    return format;
  }

  private static ByteOrder byteOrder(NamedOperation.Arguments arguments) {
    BsonValue value = arguments.present("byteOrder");
    if (value == null) {
      return ByteOrder.LITTLE_ENDIAN;
    }
    String order = string("byteOrder", 9_130_001, value);
    return switch (order) {
      case "little" -> ByteOrder.LITTLE_ENDIAN;
      case "big" -> ByteOrder.BIG_ENDIAN;
      default ->
          throw new CommandFailure(
              9_130_002, "Invalid 'byteOrder' argument for $convert: " + order);
    };
  }

  private static String string(String name, int code, BsonValue value) {
    if (!(value instanceof BsonString string)) {
      throw new CommandFailure(
          code,
          "$convert requires that '%s' be a string, found: %s with value %s"
              .formatted(name, BsonTypes.name(value), ValueText.value(value)));
    }
    return string.getValue();
  }

  /** {@code $toUUID}. */
  static BsonValue toUuid(BsonValue input, QueryContext context) {
    return new BinaryConversion(UUID_SUBTYPE, "uuid", ByteOrder.LITTLE_ENDIAN)
        .convert(input, BsonType.BINARY, context);
  }

  /** {@code $toString} of binary data. */
  static BsonString toText(BsonBinary input) {
    return new BinaryConversion((byte) 0, "auto", ByteOrder.LITTLE_ENDIAN).text(input);
  }

  /**
   * Converts a value where it or the target is binary data.
   *
   * @throws CommandFailure with ConversionFailure, if there is no such conversion or the value does
   *     not fit
   */
  BsonValue convert(BsonValue input, BsonType to, QueryContext context) {
    boolean ofNumbers = context.atLeast(8, 1);
    if (input instanceof BsonBinary binary) {
      return switch (to) {
        case STRING -> text(binary);
        case BINARY -> sameSubtype(binary);
        case INT32, INT64, DOUBLE -> {
          if (!ofNumbers) {
            throw Conversion.unsupported(input, to);
          }
          yield number(binary, to);
        }
        default -> throw Conversion.unsupported(input, to);
      };
    }
    if (input instanceof BsonString string) {
      return bytes(string.getValue());
    }
    boolean isNumber = Numbers.isNumber(input) && !input.isDecimal128();
    if (!isNumber || !ofNumbers) {
      throw Conversion.unsupported(input, to);
    }
    return bytes(input);
  }

  private BsonBinary sameSubtype(BsonBinary binary) {
    if (binary.getType() != subtype) {
      throw failure("Conversions between different BinData subtypes are not supported");
    }
    return binary;
  }

  private String format(String from, String to) {
    if (format == null) {
      throw new CommandFailure(
          4_341_115,
          "Format must be speficied when converting from '" + from + "' to '" + to + "'");
    }
    return format;
  }

  private BsonBinary bytes(String text) {
    String wanted = format("string", "binData");
    try {
      if (wanted.equals("uuid") != (subtype == UUID_SUBTYPE)) {
        throw new IllegalArgumentException(
            "Only the 'uuid' format is allowed with the UUID subtype");
      }
      byte[] data =
          switch (wanted) {
            case "base64" -> base64(text, BaseEncoding.base64());
            case "base64url" -> base64(text, BaseEncoding.base64Url());
            case "hex" -> BaseEncoding.base16().decode(text.toUpperCase(Locale.ROOT));
            case "utf8" -> text.getBytes(UTF_8);
            case "uuid" -> uuid(text);
            default -> throw new IllegalArgumentException("Invalid format '" + wanted + "'");
          };
      return new BsonBinary(subtype, data);
    } catch (IllegalArgumentException wrong) {
      throw failure(
          "Failed to parse BinData '%s' in $convert with no onError value: %s"
              .formatted(text, wrong.getMessage()));
    }
  }

  private static byte[] base64(String text, BaseEncoding encoding) {
    try {
      return encoding.decode(text);
    } catch (IllegalArgumentException wrong) {
      throw new IllegalArgumentException("invalid base64", wrong);
    }
  }

  private static byte[] uuid(String text) {
    if (!UUID_TEXT.matcher(text).matches()) {
      throw new IllegalArgumentException("Invalid UUID string: " + text);
    }
    UUID uuid = UUID.fromString(text);
    return ByteBuffer.allocate(UUID_BYTES)
        .putLong(uuid.getMostSignificantBits())
        .putLong(uuid.getLeastSignificantBits())
        .array();
  }

  private BsonString text(BsonBinary binary) {
    byte[] data = binary.getData();
    boolean isUuid = binary.getType() == UUID_SUBTYPE && data.length == UUID_BYTES;
    String wanted = format("binData", "string");
    try {
      return new BsonString(
          switch (wanted) {
            case "auto" -> isUuid ? uuid(data) : Base64.getEncoder().encodeToString(data);
            case "base64" -> Base64.getEncoder().encodeToString(data);
            case "base64url" -> Base64.getUrlEncoder().withoutPadding().encodeToString(data);
            case "hex" -> BaseEncoding.base16().encode(data);
            case "utf8" -> UTF_8.newDecoder().decode(ByteBuffer.wrap(data)).toString();
            default -> {
              if (!isUuid) {
                throw new IllegalArgumentException("BinData does not represent a valid UUID");
              }
              yield uuid(data);
            }
          });
    } catch (CharacterCodingException wrong) {
      throw notText(binary, "BinData does not represent a valid UTF-8 string");
    } catch (IllegalArgumentException wrong) {
      throw notText(binary, String.valueOf(wrong.getMessage()));
    }
  }

  private static CommandFailure notText(BsonBinary binary, String reason) {
    return failure(
        "Failed to convert '%s' to string in $convert with no onError value: %s"
            .formatted(ValueText.value(binary), reason));
  }

  private static String uuid(byte[] data) {
    ByteBuffer buffer = ByteBuffer.wrap(data);
    return new UUID(buffer.getLong(), buffer.getLong()).toString();
  }

  private BsonBinary bytes(BsonValue number) {
    int size = number.isInt32() ? Integer.BYTES : Long.BYTES;
    ByteBuffer buffer = ByteBuffer.allocate(size).order(byteOrder);
    if (number instanceof BsonInt32 narrow) {
      buffer.putInt(narrow.getValue());
    } else if (number instanceof BsonInt64 wide) {
      buffer.putLong(wide.getValue());
    } else {
      buffer.putDouble(Numbers.toDouble(number));
    }
    return new BsonBinary(subtype, buffer.array());
  }

  private BsonValue number(BsonBinary binary, BsonType to) {
    ByteBuffer buffer = ByteBuffer.wrap(binary.getData()).order(byteOrder);
    int size = buffer.remaining();
    if (to == BsonType.DOUBLE && (size == Float.BYTES || size == Double.BYTES)) {
      return new BsonDouble(size == Float.BYTES ? buffer.getFloat() : buffer.getDouble());
    }
    boolean isWhole = size == 1 || size == 2 || size == 4 || (size == 8 && to == BsonType.INT64);
    if (to == BsonType.DOUBLE || !isWhole) {
      throw failure(
          "Failed to convert '%s' to number in $convert because of invalid length: %d"
              .formatted(ValueText.value(binary), size));
    }
    long value =
        switch (size) {
          case 1 -> buffer.get();
          case 2 -> buffer.getShort();
          case 4 -> buffer.getInt();
          default -> buffer.getLong();
        };
    return to == BsonType.INT32 ? new BsonInt32((int) value) : new BsonInt64(value);
  }

  private static CommandFailure failure(String message) {
    return new CommandFailure(ErrorCode.CONVERSION_FAILURE, message);
  }
}
