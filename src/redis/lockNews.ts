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
  readonly #before = new Map<string, { raw: Set<string>; leased: Set<string> }>();

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
    if (await this.#told(ns, news)) this.#before.set(ns, { raw, leased });
  }

  /** As {@link tell}, of single locks: these were read again, and those are gone. */
  async touched(ns: string, locks: readonly LockSeen[], gone: readonly string[]): Promise<void> {
    const before = this.#before.get(ns) ?? { raw: new Set(), leased: new Set() };
    this.#before.set(ns, before);
    const raw = locks.filter(({ token, resource }) => token === null && !before.raw.has(resource)).map(nameOf);
    const news = [...raw, ...gone.filter((resource) => before.leased.has(resource))];
    if (!(await this.#told(ns, news.filter(isResource)))) return;
    for (const resource of gone) for (const set of [before.raw, before.leased]) set.delete(resource);
    for (const { resource, token } of locks) {
      (token === null ? before.raw : before.leased).add(resource);
      (token === null ? before.leased : before.raw).delete(resource);
    }
  }

  /** Answers whether the library took it. */
  async #told(ns: string, news: readonly string[]): Promise<boolean> {
    try {
      for (let i = 0; i < news.length; i += limits.resourcesPerCall) {
        await this.#observe(ns, news.slice(i, i + limits.resourcesPerCall));
      }
      return true;
    } catch {
      // They are news still.
      return false;
    }
  }
}

const nameOf = ({ resource }: LockSeen): string => resource;
