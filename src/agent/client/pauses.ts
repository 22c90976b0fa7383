import { decodeSnapshotItem, type PauseSeen } from '../../protocol/snapshotItems.ts';
import { controlKey } from '../../protocol/names.ts';
import type { Redis } from '../../redis/client.ts';
import type { Listeners } from './listeners.ts';
import { answered } from './answered.ts';

/** Whether an agent, or the whole fleet, is paused. What is broadcast is only a reason to look. */
export class Pauses {
  readonly #client: Redis;
  readonly #key: string;
  readonly #agent: string;
  readonly #listeners: Listeners;
  #paused: PauseSeen | null = null;
  /** Looks follow each other, so that an older answer never replaces a newer one. */
  #looking: Promise<void> = Promise.resolve();

  constructor(client: Redis, ns: string, agent: string, listeners: Listeners) {
    this.#client = client;
    this.#key = ns + controlKey;
    this.#agent = agent;
    this.#listeners = listeners;
  }

  /** Who paused us and why; null while we may work. */
  get paused(): PauseSeen | null {
    return this.#paused;
  }

  isAbout(target: string): boolean {
    return target === this.#agent || target === '*';
  }

  /** Reads how it stands and tells a change. @throws UserError */
  look(): Promise<void> {
    const look = this.#looking.then(() => this.#look());
    this.#looking = look.catch(() => undefined);
    return look;
  }

  async #look(): Promise<void> {
    const targets = [this.#agent, '*'];
    const texts = await answered(this.#client.hmget(this.#key, ...targets));
    const [paused = null] = targets.flatMap((target, i) => pauseIn(target, texts[i] ?? null));
    const was = this.#paused;
    this.#paused = paused;
    if (paused && !isSame(paused, was)) void this.#listeners.tell({ kind: 'paused', ...paused });
    if (!paused && was) void this.#listeners.tell({ kind: 'resumed' });
  }
}

/** What stands there pauses, whatever it says. */
function pauseIn(target: string, text: string | null): PauseSeen[] {
  if (text === null) return [];
  const decoded = decodeSnapshotItem('pause', target, text);
  if (decoded.ok && decoded.value.kind === 'pause') {
    const { by, reason } = decoded.value;
    return [{ target, by, reason }];
  }
  return [{ target, by: '', reason: '' }];
}

const isSame = (a: PauseSeen, b: PauseSeen | null): boolean =>
  b !== null && a.target === b.target && a.by === b.by && a.reason === b.reason;
