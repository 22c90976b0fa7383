import { randomUUID } from 'node:crypto';
import { every, type FineClock } from '../protocol/clock.ts';
import type { Disposable } from '../protocol/emitter.ts';
import type { FeedMessage } from '../protocol/messages.ts';
import { probePrefix } from '../protocol/names.ts';
import type { Redis } from './client.ts';
import { isForbidden } from './rights.ts';

const interval = 1_000;
/** How long one that does not come back is waited for, while no other is sent; ms. */
const patience = 5_000;

/** One stretch of probing on one connection. */
interface Run extends Disposable {
  way: 'broadcast' | 'ping';
  /** What is under way, and since when. */
  sent: { text: string; at: number } | null;
}

/**
 * Measures once a second how long a broadcast of our own takes from publishing to its return, on a channel that nobody else
 * knows; a PING where we may not publish or subscribe there. One is under way at a time. Does nothing while it is off.
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
    const sent = this.#run?.sent;
    if (channel !== this.channel || text !== sent?.text) return;
    this.#run!.sent = null;
    this.#emit({ kind: 'probe', ms: this.#clock.fine() - sent.at, way: 'broadcast' });
  }

  dispose(): void {
    this.watch(false);
    this.stop();
  }

  #begin(): void {
    const clients = this.#clients;
    if (!this.#isOn || !clients) return;
    const run: Run = { way: 'broadcast', sent: null, dispose: () => undefined };
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
    if (run.sent && at - run.sent.at < patience) return;
    const sent = { text: String(++this.#count), at };
    run.sent = sent;
    if (run.way === 'broadcast') {
      commands.publish(this.channel, sent.text).catch((error: unknown) => {
        if (run.sent === sent) run.sent = null;
        if (isForbidden(error)) run.way = 'ping';
      });
      return;
    }
    const answered = commands.ping().then(() => {
      if (run !== this.#run || run.sent !== sent) return;
      run.sent = null;
      this.#emit({ kind: 'probe', ms: this.#clock.fine() - at, way: 'ping' });
    });
    answered.catch(() => {
      if (run.sent === sent) run.sent = null;
    });
  }
}
