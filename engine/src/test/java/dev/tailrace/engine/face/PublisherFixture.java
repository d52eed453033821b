package dev.tailrace.engine.face;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.Executor;

/** A subscriber, and a publisher's stream for it. */
abstract class PublisherFixture extends FaceFixture {

  final RecordingSubscriber subscriber = new RecordingSubscriber();

  /** Tasks of an executor that runs nothing until it is told to. */
  final Queue<Runnable> tasks = new ArrayDeque<>();

  final void subscribe() {
    watch().listener(this::hear).publisher().subscribe(subscriber);
  }

  final void open() throws Exception {
    open(Runnable::run);
  }

  final void open(Executor executor) throws Exception {
    watch().listener(this::hear).publisher(executor).subscribe(subscriber);
    transport.take("aggregate").batch(77, "t1");
    runTasks();
  }

  final void runTasks() {
    for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
      task.run();
    }
  }
}
