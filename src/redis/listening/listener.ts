import type { FineClock } from '../../protocol/clock.ts';
import type { Disposable } from '../../protocol/emitter.ts';
import type { FeedMessage } from '../../protocol/messages.ts';
import type { Reason } from '../../protocol/reasons.ts';
import { Connection } from '../connection.ts';
import { reasonOf } from '../reason.ts';
import { redactUrl } from '../redact.ts';
import { isForbidden, missingChannels } from '../rights.ts';
import type { ConnectionSettings } from '../settings.ts';
import { Hearing } from './hearing.ts';
import { usablePatterns } from './patterns.ts';

/** How soon a connection that was lost is begun anew, and how soon one that could not be had is tried again; ms. */
const soon = 500;
const later = 5_000;

/**
 * Listens to patterns of channels beside those of the fleet, on a connection of its own, so that whatever is sent there
 * stands in nobody's way. There is a connection only while there are patterns and the feed is live.
 */
export class Listener implements Disposable {
  readonly #settings: ConnectionSettings;
  readonly #clock: FineClock;
  readonly #emit: (message: FeedMessage) => void;
  readonly #hearing: Hearing;
  #wanted: readonly string[] = [];
  #problem: Reason | null = null;
  #isLive = false;
  #connection: Connection | undefined;
  /** What the connection is subscribed to. */
  readonly #granted = new Set<string>();
  #told = '';
  #isWorking = false;
  /** Something changed since the work that is under way began. */
  #isDue = false;
  #again: Disposable | undefined;
  #disposed = false;

  constructor(settings: ConnectionSettings, clock: FineClock, emit: (message: FeedMessage) => void) {
    this.#settings = settings;
    this.#clock = clock;
    this.#emit = (message) => {
      if (!this.#disposed) emit(message);
    };
    this.#hearing = new Hearing(settings.namespaces, clock, this.#emit);
  }

  /** What to listen to from now on. How that goes is told. */
  listen(patterns: readonly string[]): void {
    const { usable, problem } = usablePatterns(patterns);
    this.#wanted = usable;
    this.#problem = problem;
    this.#told = '';
    this.#work();
  }

  /** Whether the feed has a connection. */
  setLive(isLive: boolean): void {
    if (isLive === this.#isLive) return;
    this.#isLive = isLive;
    if (this.#wanted.length > 0) this.#work();
  }

  dispose(): void {
    this.#hearing.dispose();
    this.#disposed = true;
    this.#again?.dispose();
    this.#leave();
  }

  /** Brings what is listened to in line with what is wanted, one step after the other. */
  #work(): void {
    this.#isDue = true;
    if (this.#isWorking) return;
    this.#isWorking = true;
    void this.#workOff();
  }

  async #workOff(): Promise<void> {
    while (this.#isDue && !this.#disposed) {
      this.#isDue = false;
      this.#again?.dispose();
      try {
        const reason = await this.#step();
        if (!this.#isDue) this.#tell(reason ?? this.#problem);
      } catch (error) {
        this.#leave();
        this.#tell(reasonOf(error, redactUrl(this.#settings.url)));
        this.#workIn(later);
      }
    }
    this.#isWorking = false;
  }

  #workIn(ms: number): void {
    this.#again?.dispose();
    if (!this.#disposed) this.#again = this.#clock.after(ms, () => this.#work());
  }

  /** Resolves with why not all is listened to that is wanted. */
  async #step(): Promise<Reason | null> {
    const wanted = this.#wanted;
    if (wanted.length === 0 || !this.#isLive) {
      this.#leave();
      return wanted.length === 0 ? null : { code: 'closed' };
    }
    const { client } = (this.#connection ??= await this.#open());
    const gone = [...this.#granted].filter((pattern) => !wanted.includes(pattern));
    for (const pattern of gone) {
      await client.punsubscribe(pattern);
      this.#granted.delete(pattern);
      this.#hearing.otherPatterns();
    }
    const refused: string[] = [];
    for (const pattern of wanted) {
      if (this.#granted.has(pattern)) continue;
      try {
        await client.psubscribe(pattern);
        this.#granted.add(pattern);
        this.#hearing.otherPatterns();
      } catch (error) {
        if (!isForbidden(error)) throw error;
        refused.push(pattern);
      }
    }
    return refused.length > 0 ? missingChannels(refused, this.#settings) : null;
  }

  async #open(): Promise<Connection> {
    const connection = await Connection.openForListening(this.#settings, this.#clock);
    const { client } = connection;
    if (this.#disposed) connection.dispose();
    client.on('pmessageBuffer', (pattern: string, channel: Buffer, message: Buffer) => {
      if (connection === this.#connection) this.#hearing.take(pattern, channel, message);
    });
    client.on('close', () => {
      if (connection !== this.#connection) return;
      this.#leave();
      this.#tell({ code: 'closed' });
      this.#workIn(soon);
    });
    return connection;
  }

  #leave(): void {
    const connection = this.#connection;
    this.#connection = undefined;
    this.#granted.clear();
    connection?.dispose();
  }

  #tell(reason: Reason | null): void {
    const patterns = this.#wanted.filter((pattern) => this.#granted.has(pattern));
    const message = { kind: 'listening', patterns, reason } as const;
    const told = JSON.stringify(message);
    if (told === this.#told) return;
    this.#told = told;
    this.#emit(message);
  }
}
