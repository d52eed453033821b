package dev.tailrace.fakeserver.query.update;

import java.util.List;

/** An operator at one path. */
abstract class Modifier extends UpdateNode {

  @Override
  final boolean apply(List<String> path, Application application) {
    Location location = application.locate(path);
    return location.exists()
        ? applyToExisting(location, application)
        : applyToMissing(location, application);
  }

  /** Changes the value that the path leads to; tells whether anything changed. */
  abstract boolean applyToExisting(Location location, Application application);

  /** Does what is to be done where the path leads to nothing; tells whether anything changed. */
  abstract boolean applyToMissing(Location location, Application application);
}
