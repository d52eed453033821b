package dev.tailrace.wire.fuzz;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class CorpusTest {

  @ParameterizedTest
  @EnumSource
  void whatWasFoundOnceIsReadAsItMustBe(FuzzTarget target) throws Exception {
    List<byte[]> inputs =
        Corpus.read(Path.of(requireNonNull(getClass().getResource(target.corpus())).toURI()));
    assertThat(inputs).isNotEmpty();
    inputs.forEach(target::read);
  }
}
