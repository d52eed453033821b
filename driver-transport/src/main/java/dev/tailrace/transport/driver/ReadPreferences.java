package dev.tailrace.transport.driver;

import com.mongodb.ReadPreference;
import com.mongodb.Tag;
import com.mongodb.TagSet;
import com.mongodb.TaggableReadPreference;
import dev.tailrace.engine.transport.ReadPreference.Mode;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Says read preferences in the driver's words, and the driver's in ours. */
final class ReadPreferences {

  private ReadPreferences() {}

  static ReadPreference of(dev.tailrace.engine.transport.ReadPreference preference) {
    String mode = preference.mode().specName();
    if (preference.mode() == Mode.PRIMARY) {
      return ReadPreference.primary();
    }
    List<TagSet> tagSets = preference.tagSets().stream().map(ReadPreferences::tagSet).toList();
    return preference.maxStaleness().isPresent()
        ? ReadPreference.valueOf(
            mode, tagSets, preference.maxStaleness().get().toSeconds(), TimeUnit.SECONDS)
        : ReadPreference.valueOf(mode, tagSets);
  }

  /**
   * The driver's in our words, which have none for hedged reads.
   *
   * @throws IllegalArgumentException if its mode is not one of the specification's
   */
  static dev.tailrace.engine.transport.ReadPreference from(ReadPreference preference) {
    Mode mode =
        Arrays.stream(Mode.values())
            .filter(each -> each.specName().equals(preference.getName()))
            .findFirst()
            .orElseThrow(() -> new IllegalArgumentException("readPreference " + preference));
    if (!(preference instanceof TaggableReadPreference taggable)) {
      return dev.tailrace.engine.transport.ReadPreference.of(mode);
    }
    return new dev.tailrace.engine.transport.ReadPreference(
        mode,
        taggable.getTagSetList().stream().map(ReadPreferences::tags).toList(),
        Optional.ofNullable(taggable.getMaxStaleness(TimeUnit.SECONDS)).map(Duration::ofSeconds));
  }

  private static Map<String, String> tags(TagSet tagSet) {
    Map<String, String> tags = new LinkedHashMap<>();
    tagSet.forEach(tag -> tags.put(tag.getName(), tag.getValue()));
    return Collections.unmodifiableMap(tags);
  }

  private static TagSet tagSet(Map<String, String> tags) {
    return new TagSet(
        tags.entrySet().stream().map(tag -> new Tag(tag.getKey(), tag.getValue())).toList());
  }
}
