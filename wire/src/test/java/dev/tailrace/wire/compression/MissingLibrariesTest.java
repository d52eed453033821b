package dev.tailrace.wire.compression;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The libraries of snappy and zstd are optional: without them there is zlib. */
class MissingLibrariesTest {

  @Test
  void zlibIsThereWithoutThem() throws ReflectiveOperationException {
    Class<?> compressors = new Hiding().loadClass(Compressors.class.getName());
    assertThat(compressors).isNotSameAs(Compressors.class);

    assertThat((List<?>) compressors.getMethod("all").invoke(null)).hasSize(1);
    assertThat(compressors.getMethod("named", String.class).invoke(null, "zlib").toString())
        .contains("ZlibCompressor");
    assertThat(compressors.getMethod("named", String.class).invoke(null, "zstd"))
        .hasToString("Optional.empty");
  }

  /** Loads the compressors anew, and finds neither library. */
  private static final class Hiding extends ClassLoader {

    Hiding() {
      super(MissingLibrariesTest.class.getClassLoader());
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
      if (name.startsWith("com.github.luben.") || name.startsWith("org.xerial.")) {
        throw new ClassNotFoundException(name);
      }
      if (!name.startsWith("dev.tailrace.wire.compression.")) {
        return super.loadClass(name, resolve);
      }
      try (InputStream in = getResourceAsStream(name.replace('.', '/') + ".class")) {
        if (in == null) {
          throw new ClassNotFoundException(name);
        }
        byte[] bytes = in.readAllBytes();
        return defineClass(name, bytes, 0, bytes.length);
      } catch (IOException e) {
        throw new ClassNotFoundException(name, e);
      }
    }
  }
}
