import { ancestorsByName } from '../protocol/overlap.ts';
import type { PauseSeen } from '../protocol/snapshotItems.ts';
import type { Pause, Paused } from './picture.ts';

/** Whoever is told to pause with all others. */
export const everybody = '*';
/** As many as the library lets be paused in a namespace. */
const most = 1_000;

/** Which agents were told to pause. */
export class PauseBook {
  readonly #pauses = new Map<string, Map<string, Paused>>();

  get all(): readonly Pause[] {
    return [...this.#pauses].flatMap(([ns, pauses]) =>
      [...pauses].map(([target, { by, reason }]) => ({ ns, target, by, reason })),
    );
  }

  /** Whether an agent is to pause: its own pause, else that of the nearest one above it, else that of all. */
  of(ns: string, agentId: string): Paused | null {
    const pauses = this.#pauses.get(ns);
    if (!pauses?.size) return null;
    for (const name of [agentId, ...ancestorsByName(agentId), everybody]) {
      const paused = pauses.get(name);
      if (paused) return paused;
    }
    return null;
  }

  pause(ns: string, { target, by, reason }: PauseSeen): void {
    const pauses = this.#pauses.get(ns) ?? new Map<string, Paused>();
    this.#pauses.set(ns, pauses);
    if (pauses.size < most || pauses.has(target)) pauses.set(target, { by, reason });
  }

  resume(ns: string, target: string): void {
    this.#pauses.get(ns)?.delete(target);
  }

  replace(ns: string, pauses: readonly PauseSeen[]): void {
    this.#pauses.delete(ns);
    for (const pause of pauses) this.pause(ns, pause);
  }

  clear(): void {
    this.#pauses.clear();
  }
}
