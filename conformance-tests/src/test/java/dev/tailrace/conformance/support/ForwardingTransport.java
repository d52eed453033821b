package dev.tailrace.conformance.support;

import dev.tailrace.engine.transport.Outcome;
import dev.tailrace.engine.transport.ReadPreference;
import dev.tailrace.engine.transport.Request;
import dev.tailrace.engine.transport.Timers;
import dev.tailrace.engine.transport.Transport;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.bson.BsonDocument;

/** A transport that is another one, with something done to what is sent or comes back. */
public abstract class ForwardingTransport implements Transport {

  private final Transport transport;

  protected ForwardingTransport(Transport transport) {
    this.transport = transport;
  }

  @Override
  public Exchange send(Request request, Consumer<Outcome> handler) {
    return transport.send(request, handler);
  }

  @Override
  public ReadPreference readPreference() {
    return transport.readPreference();
  }

  @Override
  public Timers timers() {
    return transport.timers();
  }

  @Override
  public void await(BooleanSupplier done, long untilNanos) throws InterruptedException {
    transport.await(done, untilNanos);
  }

  @Override
  public Loan lend() {
    return transport.lend();
  }

  @Override
  public BsonDocument startSession() {
    return transport.startSession();
  }

  @Override
  public void endSession(BsonDocument lsid) {
    transport.endSession(lsid);
  }

  @Override
  public void close() {
    transport.close();
  }
}
