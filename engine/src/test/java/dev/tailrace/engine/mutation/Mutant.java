package dev.tailrace.engine.mutation;

/**
 * One change that was made to the code, to see whether a test minds.
 *
 * @param className of the changed class, in full
 * @param where class below {@code dev.tailrace.engine}, method, change and line of source, parted
 *     by bars: names the mutant in the list of survivors. There is no line number in it, which
 *     would change with every line above
 * @param position file and line, for the reader of a message
 * @param killed whether a test failed, or never came to an end
 */
record Mutant(String className, String where, String position, boolean killed) {

  /** What all names of classes begin with, and a list of survivors leaves out. */
  static final String ROOT = "dev.tailrace.engine.";

  String packageName() {
    return className.substring(0, className.lastIndexOf('.'));
  }
}
