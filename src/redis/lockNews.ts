import type { LockSeen } from '../protocol/messages.ts';
import { limits } from '../protocol/names.ts';
import { isResource } from '../protocol/resources.ts';

/** Tells the function library of locks; it looks at each of them itself. */
export type Observe = (ns: string, resources: readonly string[]) => Promise<void>;

/**
 * What the function library cannot see by itself: no function runs when somebody sets a raw lock or deletes a lease. It
 * is told which raw locks are new, so that a folder above them is not granted, and which leases are gone.
 */
export class LockNews {
  readonly #observe: Observe;
  /** Raw locks and leases of the last sweep, by namespace. */
  readonly #before = new Map<string, { raw: ReadonlySet<string>; leased: ReadonlySet<string> }>();

  constructor(observe: Observe) {
    this.#observe = observe;
  }

  /** Compares a sweep with the one before. What the library refuses is not worth more than the next sweep's try. */
  async tell(ns: string, locks: readonly LockSeen[], complete: boolean): Promise<void> {
    const raw = new Set<string>();
    const leased = new Set<string>();
    for (const { resource, token } of locks) (token === null ? raw : leased).add(resource);
    const before = this.#before.get(ns);
    const news = [...raw].filter((resource) => !before?.raw.has(resource) && isResource(resource));
    if (complete) for (const resource of before?.leased ?? []) if (!leased.has(resource)) news.push(resource);
    try {
      for (let i = 0; i < news.length; i += limits.resourcesPerCall) {
        await this.#observe(ns, news.slice(i, i + limits.resourcesPerCall));
      }
      this.#before.set(ns, { raw, leased });
    } catch {
      // They are news still.
    }
  }
}
