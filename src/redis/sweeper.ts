import type { Clock } from '../protocol/clock.ts';
import type { Disposable } from '../protocol/emitter.ts';
import { metaNameOf, watchedGlobs } from '../protocol/keyEvents.ts';
import { KeyTable, metaEnd } from '../protocol/keyTable.ts';
import type { FeedSink } from '../protocol/messages.ts';
import type { Reason } from '../protocol/reasons.ts';
import type { Redis } from './client.ts';
import { Deadlines } from './keys/deadlines.ts';
import { KeyNews } from './keys/keyNews.ts';
import { restAfter } from './keys/pace.ts';
import { mostMarked, Touching } from './keys/touching.ts';
import { SweepTelling } from './keys/telling.ts';
import { LockNews, type Observe } from './lockNews.ts';
import { keyCount } from './serverFacts.ts';
import type { ConnectionSettings } from './settings.ts';
import {
  add,
  classifier,
  readAgain,
  readAll,
  scan,
  type Classifier,
  type Memory,
  type Swept,
  type Touched,
} from './sweep.ts';

/** How often to ask whether the server tells changes, in ms. */
const lookInterval = 2_000;

/**
 * Brings what stands in keys while somebody watches and there is a connection: all of it by sweeps, which never overlap, and in
 * between single keys, when the server tells that they changed or when their time is over.
 */
export class Sweeper implements Disposable {
  readonly #settings: ConnectionSettings;
  readonly #sink: FeedSink;
  readonly #clock: Clock;
  readonly #telling: SweepTelling;
  readonly #lockNews: LockNews;
  readonly #news: KeyNews;
  readonly #touching: Touching;
  readonly #deadlines: Deadlines;
  readonly #placeOf: Classifier;
  #client: Redis | undefined;
  readonly #memory: Memory = new Map();
  #watching = false;
  #running = false;
  /** What happened while a sweep ran makes another one due. */
  #isDue = false;
  /** Keys that were read by themselves while a sweep goes through the names, which may therefore have missed them. */
  #meanwhile: Buffer[] | undefined;
  /** Queues that are looked at also when the server tells what changes. */
  readonly #restless = new Map<string, Buffer>();
  #timer: Disposable | undefined;
  #lookTimer: Disposable | undefined;
  /** Counts beginnings, so that what an earlier one began does not go on. */
  #turn = 0;
  /** How large the last sweep was. */
  #last: { readonly keys: number; readonly tookMs: number } | undefined;
  /** When the next sweep may be. */
  #earliest = -Infinity;

  /**
   * @param tools what an error means, and who wants to know of locks that came or went (which may fail quietly)
   */
  constructor(
    settings: ConnectionSettings,
    sink: FeedSink,
    clock: Clock,
    tools: { reason: (error: unknown) => Reason; observe: Observe },
  ) {
    this.#settings = settings;
    this.#sink = sink;
    this.#clock = clock;
    this.#telling = new SweepTelling(settings, sink, tools.reason);
    this.#lockNews = new LockNews(tools.observe);
    this.#placeOf = classifier(settings.namespaces, new KeyTable(settings.patterns));
    this.#touching = new Touching(
      clock,
      (keys) => this.#read(keys),
      () => this.#sweepSoon(),
    );
    this.#deadlines = new Deadlines(clock, (key) => this.#touching.mark(key));
    this.#news = new KeyNews(watchedGlobs(settings.namespaces, settings.patterns), clock, {
      heard: (key) => this.#touching.mark(this.#ownerOf(key)),
      ended: () => this.#changeOver(),
    });
  }

  /** There is a live connection. */
  use(client: Redis): void {
    this.stop();
    this.#client = client;
    this.#telling.anew();
    this.#begin();
  }

  /** The connection is gone; what was seen stays until it is back. */
  stop(): void {
    this.#client = undefined;
    this.#halt();
  }

  watch(on: boolean): void {
    if (on === this.#watching) return;
    this.#watching = on;
    if (on) this.#begin();
    else this.#halt();
  }

  dispose(): void {
    this.#watching = false;
    this.stop();
  }

  #begin(): void {
    if (!this.#watching || !this.#client) return;
    this.#earliest = -Infinity;
    void this.#look(this.#client, ++this.#turn, true);
  }

  #halt(): void {
    this.#turn++;
    for (const timer of [this.#timer, this.#lookTimer]) timer?.dispose();
    for (const part of [this.#touching, this.#deadlines, this.#restless]) part.clear();
    this.#news.close();
  }

  /** Asks whether the server tells changes, now and then. What it did not tell so far is then seen by a sweep. */
  async #look(client: Redis, turn: number, isFirst: boolean): Promise<void> {
    const wasWhole = this.#news.isWhole;
    try {
      await this.#news.look(client);
      // Where all keys are flushed, that of none is told.
      const isFlushed = this.#news.isWhole && (await keyCount(client)) < count(this.#memory);
      if (turn !== this.#turn) return;
      if (wasWhole !== this.#news.isWhole) this.#changeOver();
      else if (isFirst || isFlushed) this.#sweepSoon();
      for (const key of this.#restless.values()) this.#touching.mark(key);
    } catch {
      // Whether the connection is lost is the feed's to tell.
      if (isFirst && turn === this.#turn) this.#sweepSoon();
    }
    if (turn !== this.#turn) return;
    this.#lookTimer = this.#clock.after(lookInterval, () => void this.#look(client, turn, false));
  }

  /** Changes are told from now on, or no longer: what came before that is not known. */
  #changeOver(): void {
    this.#sayHow();
    this.#sweepSoon();
  }

  #sayHow(): void {
    if (this.#last) this.#telling.looks(this.#news, restAfter({ ...this.#last, isTold: this.#news.isWhole }));
  }

  /** Sweeps as soon as the rest that follows from the last sweep is over. */
  #sweepSoon(): void {
    if (this.#running) this.#isDue = true;
    else this.#sweepAt(this.#earliest);
  }

  #sweepAt(time: number): void {
    this.#timer?.dispose();
    if (!this.#watching || !this.#client) return;
    this.#timer = this.#clock.after(Math.max(time - this.#clock.now(), 0), () => this.#sweep());
  }

  #sweep(): void {
    if (this.#running || !this.#watching || !this.#client) return;
    this.#running = true;
    this.#isDue = false;
    void this.#run(this.#client).then((next) => {
      this.#running = false;
      this.#sweepAt(this.#isDue ? this.#earliest : next);
    });
  }

  /** One sweep; returns when the next one is due. Never rejects: what fails is said, and tried again. */
  async #run(client: Redis): Promise<number> {
    const started = performance.now();
    let keys = 0;
    try {
      this.#meanwhile = [];
      const scanned = await scan(client, this.#settings.namespaces, this.#placeOf);
      keys = scanned.count;
      const held = await this.#touching.hold();
      add(scanned.found, [...held, ...this.#meanwhile], this.#placeOf);
      const seen = await readAll(client, scanned.found, this.#memory);
      if (client !== this.#client) return -Infinity;
      this.#telling.swept(seen);
      this.#deadlines.clear();
      this.#restless.clear();
      for (const swept of seen) this.#watchOut(swept);
      for (const { ns, locks, locksComplete } of seen) if (locks) void this.#lockNews.tell(ns, locks, locksComplete);
    } catch (error) {
      if (client !== this.#client) return -Infinity;
      this.#telling.failed(error);
    } finally {
      this.#meanwhile = undefined;
      this.#touching.go();
    }
    this.#last = { keys, tookMs: performance.now() - started };
    this.#sayHow();
    const now = this.#clock.now();
    this.#earliest = now + restAfter({ ...this.#last, isTold: false });
    return now + restAfter({ ...this.#last, isTold: this.#news.isWhole });
  }

  /** Reads single keys again. Never rejects: where that fails, a sweep reads all. */
  async #read(keys: readonly Buffer[]): Promise<void> {
    const client = this.#client;
    if (!client) return;
    if (this.#meanwhile && this.#meanwhile.length > mostMarked) this.#isDue = true;
    else this.#meanwhile?.push(...keys);
    try {
      const { touched, isUnsure } = await readAgain(client, keys, this.#placeOf, this.#memory);
      if (client !== this.#client) return;
      if (isUnsure) this.#sweepSoon();
      for (const key of keys) {
        this.#deadlines.set(key, null);
        this.#restless.delete(key.toString('latin1'));
      }
      for (const part of touched) {
        this.#sink.apply({ kind: 'touched', ...part });
        this.#watchOut(part);
        void this.#lockNews.touched(part.ns, part.locks, part.gone.locks);
      }
    } catch {
      this.#sweepSoon();
    }
  }

  /** Notes when what was read will end, and what changes without word. */
  #watchOut({ ns, locks, queues, keys }: Pick<Swept | Touched, 'ns' | 'locks' | 'queues' | 'keys'>): void {
    const memory = this.#memory.get(ns);
    for (const { resource, ttlMs } of locks ?? []) {
      const key = memory?.locks.get(resource);
      if (key) this.#deadlines.set(key, ttlMs);
    }
    for (const { name, ttlMs } of keys ?? []) {
      const candidate = memory?.keys.get(name);
      if (candidate) this.#deadlines.set(candidate.key, ttlMs);
    }
    for (const queue of queues ?? []) {
      const key = memory?.queues.get(queue.name)?.key;
      // What a group of consumers takes and acknowledges is not told, nor that a worker's lock has ended.
      const isQuiet = queue.kind === 'list' || (queue.kind === 'stream' && queue.groupCount === 0);
      if (!key) continue;
      this.#deadlines.set(key, queue.ttlMs);
      if (!isQuiet) this.#restless.set(key.toString('latin1'), key);
    }
    this.#deadlines.arm();
  }

  /** The key that has to be read when this one changes: of BullMQ's queues the one by which they are known. */
  #ownerOf(key: Buffer): Buffer {
    const name = metaNameOf(key.toString());
    if (name === null || this.#placeOf(name)?.kind !== 'queues') return key;
    return Buffer.concat([key.subarray(0, key.lastIndexOf(':')), Buffer.from(metaEnd)]);
  }
}

const count = (memory: Memory): number =>
  [...memory.values()].reduce((sum, { locks, queues, keys }) => sum + locks.size + queues.size + keys.size, 0);
