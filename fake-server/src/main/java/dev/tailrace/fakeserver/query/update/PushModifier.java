package dev.tailrace.fakeserver.query.update;

import dev.tailrace.fakeserver.error.CommandFailure;
import dev.tailrace.fakeserver.error.ErrorCode;
import dev.tailrace.fakeserver.query.QueryContext;
import dev.tailrace.fakeserver.query.value.BsonTypes;
import java.util.ArrayList;
import java.util.List;
import org.bson.BsonArray;
import org.bson.BsonValue;

/** {@code $push}: adds elements to an array, and may then sort and shorten it. */
final class PushModifier extends Modifier {

  private final PushArgument argument;

  private PushModifier(PushArgument argument) {
    this.argument = argument;
  }

  static UpdateNode parse(String field, BsonValue argument, QueryContext context) {
    return new PushModifier(PushArgument.parse(argument, context));
  }

  @Override
  boolean applyToExisting(Location location, Application application) {
    if (!(location.value() instanceof BsonArray array)) {
      throw new CommandFailure(
          ErrorCode.BAD_VALUE,
          "The field '%s' must be an array but is of type %s in document {%s}"
              .formatted(
                  location.dotted(), BsonTypes.name(location.value()), application.idText()));
    }
    int sizeBefore = array.size();
    List<BsonValue> elements = new ArrayList<>(array);
    Outcome outcome = push(elements);
    if (outcome == Outcome.UNCHANGED) {
      return false;
    }
    Location changed = set(elements, location, application);
    if (outcome == Outcome.APPENDED) {
      for (int i = sizeBefore; i < elements.size(); i++) {
        application.logSet(application.locate(changed.pathOfElement(i)));
      }
    } else {
      application.logSet(changed);
    }
    return true;
  }

  @Override
  boolean applyToMissing(Location location, Application application) {
    List<BsonValue> elements = new ArrayList<>();
    push(elements);
    application.logSet(set(elements, location, application));
    return true;
  }

  private Location set(List<BsonValue> elements, Location location, Application application) {
    return application.setArray(location, new BsonArray(elements), argument.elements());
  }

  private enum Outcome {
    UNCHANGED,
    /** Elements were added to the end of those that were there before. */
    APPENDED,
    REWRITTEN
  }

  private Outcome push(List<BsonValue> elements) {
    Outcome outcome = insert(elements);
    if (argument.order() != null) {
      elements.sort(argument.order());
      outcome = Outcome.REWRITTEN;
    }
    if (argument.slice().isPresent()) {
      long slice = argument.slice().getAsLong();
      long size = Math.min(elements.size(), Math.abs(slice));
      if (size < elements.size()) {
        int surplus = (int) (elements.size() - size);
        int from = slice >= 0 ? elements.size() - surplus : 0;
        elements.subList(from, from + surplus).clear();
        outcome = Outcome.REWRITTEN;
      }
    }
    return outcome;
  }

  private Outcome insert(List<BsonValue> elements) {
    if (argument.elements().isEmpty()) {
      return Outcome.UNCHANGED;
    }
    int size = elements.size();
    long position = argument.position();
    // An array that was empty is written anew, and so is one that grows at a position given.
    Outcome outcome = size > 0 && position > size ? Outcome.APPENDED : Outcome.REWRITTEN;
    long index = position < 0 ? Math.max(0, size + position) : Math.min(size, position);
    elements.addAll((int) index, argument.elements());
    return outcome;
  }
}
