/**
 * The faces as one test sees them: {@link dev.tailrace.engine.face.undertest.FaceUnderTest} opens a
 * {@link dev.tailrace.engine.face.undertest.StreamUnderTest}, and what it is asked is a {@link
 * dev.tailrace.engine.face.undertest.Call}. Other modules' tests have them as a jar.
 */
@NullMarked
package dev.tailrace.engine.face.undertest;

import org.jspecify.annotations.NullMarked;
