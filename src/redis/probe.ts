import { randomUUID } from 'node:crypto';
import { every, type FineClock } from '../protocol/clock.ts';
import type { Disposable } from '../protocol/emitter.ts';
import type { FeedMessage } from '../protocol/messages.ts';
import { probePrefix } from '../protocol/names.ts';
import type { Redis } from './client.ts';
import { isForbidden } from './rights.ts';

const interval = 1_000;
/** How long one that does not come back is waited for, in ms. */
const patience = 5_000;

/** One stretch of probing on one connection. */
interface Run extends Disposable {
  way: 'broadcast' | 'ping';
  /** What is under way, and since when. */
  readonly sent: Map<string, number>;
}

/**
 * Measures once a second how long a broadcast of our own takes from publishing to its return, on a channel that nobody else
 * knows; a PING where we may not publish or subscribe there. While answers are slow several are under way, so that a bad
 * stretch counts for as long as it lasts. Does nothing while it is off.
 */
export class Probe implements Disposable {
  readonly #clock: FineClock;
  readonly #emit: (message: FeedMessage) => void;
  readonly channel: string;
  #clients: { subscriber: Redis; commands: Redis } | undefined;
  #isOn = false;
  #run: Run | undefined;
  #count = 0;

  constructor(ns: string, clock: FineClock, emit: (message: FeedMessage) => void) {
    this.#clock = clock;
    this.#emit = emit;
    this.channel = `${ns}${probePrefix}${randomUUID()}`;
  }

  watch(on: boolean): void {
    if (on === this.#isOn) return;
    this.#isOn = on;
    if (on) return this.#begin();
    // It comes behind the SUBSCRIBE, which may still be under way, and before the next.
    if (this.#run) this.#clients?.subscriber.unsubscribe(this.channel).catch(() => undefined);
    this.#end();
  }

  /** There is a live connection. */
  use(subscriber: Redis, commands: Redis): void {
    this.#end();
    this.#clients = { subscriber, commands };
    this.#begin();
  }

  /** The connection is gone, and with it the subscription. */
  stop(): void {
    this.#clients = undefined;
    this.#end();
  }

  /** Something came on a channel that is none of the fleet's. */
  came(channel: string, text: string): void {
    const run = this.#run;
    const at = channel === this.channel ? run?.sent.get(text) : undefined;
    if (run && at !== undefined) this.#back(run, text, at, 'broadcast');
  }

  dispose(): void {
    this.watch(false);
    this.stop();
  }

  #begin(): void {
    const clients = this.#clients;
    if (!this.#isOn || !clients) return;
    const run: Run = { way: 'broadcast', sent: new Map(), dispose: () => undefined };
    this.#run = run;
    const subscribed = clients.subscriber.subscribe(this.channel).catch((error: unknown) => {
      if (!isForbidden(error)) throw error;
      run.way = 'ping';
    });
    const started = subscribed.then(() => {
      if (run !== this.#run) return;
      const ticking = every(this.#clock, interval, () => this.#send(run, clients.commands));
      run.dispose = () => ticking.dispose();
      this.#send(run, clients.commands);
    });
    // A lost connection is the feed's to tell, and the next one is probed anew.
    started.catch(() => undefined);
  }

  #end(): void {
    this.#run?.dispose();
    this.#run = undefined;
  }

  #send(run: Run, commands: Redis): void {
    const at = this.#clock.fine();
    for (const [text, since] of run.sent) if (at - since >= patience) run.sent.delete(text);
    const text = String(++this.#count);
    run.sent.set(text, at);
    if (run.way === 'broadcast') {
      commands.publish(this.channel, text).catch((error: unknown) => {
        run.sent.delete(text);
        if (isForbidden(error)) run.way = 'ping';
      });
      return;
    }
    const answered = commands.ping().then(() => {
      if (run === this.#run && run.sent.has(text)) this.#back(run, text, at, 'ping');
    });
    answered.catch(() => run.sent.delete(text));
  }

  #back({ sent }: Run, text: string, at: number, way: Run['way']): void {
    sent.delete(text);
    this.#emit({ kind: 'probe', ms: this.#clock.fine() - at, way });
  }
}
