package dev.tailrace.transport.driver;

import com.mongodb.ReadPreference;
import com.mongodb.Tag;
import com.mongodb.TagSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Says read preferences in the driver's words. */
final class ReadPreferences {

  private ReadPreferences() {}

  static ReadPreference of(dev.tailrace.engine.transport.ReadPreference preference) {
    String mode = preference.mode().specName();
    if (preference.mode() == dev.tailrace.engine.transport.ReadPreference.Mode.PRIMARY) {
      return ReadPreference.primary();
    }
    List<TagSet> tagSets = preference.tagSets().stream().map(ReadPreferences::tagSet).toList();
    return preference.maxStaleness().isPresent()
        ? ReadPreference.valueOf(
            mode, tagSets, preference.maxStaleness().get().toSeconds(), TimeUnit.SECONDS)
        : ReadPreference.valueOf(mode, tagSets);
  }

  private static TagSet tagSet(Map<String, String> tags) {
    return new TagSet(
        tags.entrySet().stream().map(tag -> new Tag(tag.getKey(), tag.getValue())).toList());
  }
}
