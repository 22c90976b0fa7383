import type { Clock } from '../../protocol/clock.ts';
import type { Disposable } from '../../protocol/emitter.ts';
import { notificationsOf } from '../../protocol/keyEvents.ts';
import type { Redis } from '../client.ts';
import { isForbidden } from '../rights.ts';
import { notifyFlags } from '../serverFacts.ts';
import { KeyEar } from './ear.ts';

/** More in a second than this is no news but a flood, which sweeps bear better; so long, in ms, they are then left to them. */
const [mostHeard, floodRest] = [5_000, 30_000];

/**
 * Word of the server about changes of keys, where it gives any. Whether it does is asked again with each look, since nothing
 * tells when somebody switches it on or off.
 */
export class KeyNews implements Disposable {
  readonly #globs: readonly string[];
  readonly #clock: Clock;
  readonly #heard: (key: Buffer) => void;
  readonly #ended: () => void;
  #ear: KeyEar | undefined;
  /** What the server tells; null where it may not be asked. */
  #tells: 'all' | 'some' | 'none' | null = 'none';
  #hasHeard = false;
  #mayAsk = true;
  #mayHear = true;
  #since = -Infinity;
  #count = 0;
  #restUntil = -Infinity;
  /** Counts closings, so that an ear that was being opened meanwhile is not kept. */
  #turn = 0;

  /** @param ended no more is heard, from now on and until a later look */
  constructor(
    globs: readonly string[],
    clock: Clock,
    { heard, ended }: { heard: (key: Buffer) => void; ended: () => void },
  ) {
    this.#globs = globs;
    this.#clock = clock;
    this.#heard = heard;
    this.#ended = ended;
  }

  /** Whether every change is told, so that there is no need to look. */
  get isWhole(): boolean {
    return this.#ear !== undefined && this.#tells === 'all';
  }

  /** Whether the server tells changes, as far as we know. */
  get isOn(): boolean {
    return this.#ear !== undefined && (this.#tells === 'all' || (this.#tells === null && this.#hasHeard));
  }

  /** Asks whether the server tells changes, and listens where it does. @throws the client's error when the connection is lost */
  async look(client: Redis): Promise<void> {
    const turn = this.#turn;
    const flags = this.#mayAsk ? await notifyFlags(client) : null;
    if (turn !== this.#turn) return;
    // Asking again would only fill the server's log of refusals.
    this.#mayAsk = flags !== null;
    this.#tells = flags === null ? null : notificationsOf(flags);
    if (this.#tells === 'none' || !this.#mayHear || this.#clock.now() < this.#restUntil) return this.#drop();
    try {
      if (this.#ear) return await this.#ear.look();
      const ear = await KeyEar.open(client, this.#globs, { heard: (key) => this.#hear(key), lost: () => this.#lost() });
      if (turn === this.#turn) this.#ear = ear;
      else ear.dispose();
    } catch (error) {
      if (turn !== this.#turn) return;
      if (isForbidden(error)) this.#mayHear = false;
      this.#drop();
    }
  }

  /** Nobody needs news any more, or from this server. */
  close(): void {
    this.#turn++;
    this.#mayAsk = this.#mayHear = true;
    this.#hasHeard = false;
    this.#drop();
  }

  dispose(): void {
    this.close();
  }

  #hear(key: Buffer): void {
    const now = this.#clock.now();
    if (now - this.#since >= 1_000) {
      this.#since = now;
      this.#count = 0;
    }
    if (++this.#count > mostHeard) {
      this.#restUntil = now + floodRest;
      return this.#lost();
    }
    this.#hasHeard = true;
    this.#heard(key);
  }

  #lost(): void {
    this.#drop();
    this.#ended();
  }

  #drop(): void {
    this.#ear?.dispose();
    this.#ear = undefined;
  }
}
