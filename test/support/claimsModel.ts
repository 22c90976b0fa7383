/**
 * What PROTOCOL.md says about claims, in the plainest form: lists, loops, no index, and nothing that is clever or fast.
 * Only time and the numbers of tokens come from outside. The function library is compared with it.
 */

/** Who holds a resource, and whose it is again after that. */
export interface Lease {
  holder: string;
  /** All tokens that this holder had of it, the newest last: 0 until whoever drives the model has filled it in. */
  tokens: number[];
  ttl: number;
  until: number;
  /** When the server lets the key go, where a raw command said so; null: with the lease; Infinity: not by itself. */
  keyUntil: number | null;
  back: Lease | null;
}

/** A lock that is nobody's of level 1. */
export interface RawLock {
  raw: string;
  until: number;
}

export interface Waiter {
  id: string;
  agent: string;
  resources: readonly string[];
  ttl: number;
  heard: number;
}

/** One thing that stands between an agent and a resource. */
export interface Obstacle {
  resource: string;
  blocking: string;
  holder: string;
  reason: 'lease' | 'raw' | 'queue';
}

export type Outcome =
  | { kind: 'granted' }
  | { kind: 'denied'; obstacles: Obstacle[]; position: number }
  /** Whom the caller waits for, and whom each of the others. */
  | { kind: 'deadlock'; waits: Map<string, string[]> }
  | { kind: 'refused' };

/** How long a waiter may be silent, and within what a granted claim has to be confirmed, in ms. */
export const patience = 10_000;

const isNamed = (resource: string): boolean => /^[A-Za-z][A-Za-z0-9]*:/.test(resource);
const isFolder = (resource: string): boolean => resource.endsWith('/') && !isNamed(resource);

function covers(folder: string, resource: string): boolean {
  if (!isFolder(folder) || isNamed(resource) || folder === resource) return false;
  return folder === './' || resource.startsWith(folder) || `${resource}/` === folder;
}

/** Whether two claims on these would be about the same. */
export const overlap = (a: string, b: string): boolean => a === b || covers(a, b) || covers(b, a);

export const isChild = (agent: string, parent: string): boolean => agent.startsWith(`${parent}/`);

function ancestors(agent: string): string[] {
  const parts = agent.split('/').slice(0, -1);
  return parts.map((_, i) => parts.slice(0, i + 1).join('/'));
}

export const isRaw = (lock: Lease | RawLock): lock is RawLock => 'raw' in lock;

/** The holders of a lease, from the one who has it to the one who is last to have it back. */
export function chain(lease: Lease): Lease[] {
  return lease.back ? [lease, ...chain(lease.back)] : [lease];
}

export class ClaimsModel {
  now = 0;
  readonly locks = new Map<string, Lease | RawLock>();
  waiters: Waiter[] = [];
  /** Those who were granted what they waited for, and may still have to confirm it. */
  granted: Waiter[] = [];
  /** Leases that a raw command took away, and of which the library has not heard. */
  readonly #vanished = new Map<string, Lease>();

  #hasFreedRaw = false;

  // ---- What plain commands do to a lock.

  /** Whether the key is there. */
  exists(resource: string): boolean {
    const lock = this.locks.get(resource);
    if (!lock) return false;
    return (isRaw(lock) ? lock.until : (lock.keyUntil ?? lock.until)) > this.now;
  }

  /** Whether the library knows of a lock there, and so looks at it when asked for a folder above it. */
  isLeased(resource: string): boolean {
    const lock = this.locks.get(resource);
    return lock !== undefined && !isRaw(lock) && lock.until > this.now;
  }

  rawSet(resource: string, value: string, ttl = Infinity): void {
    this.locks.set(resource, { raw: value, until: this.now + ttl });
    this.#vanished.delete(resource);
  }

  rawDelete(resource: string): void {
    const lock = this.locks.get(resource);
    if (lock && !isRaw(lock)) this.#vanished.set(resource, lock);
    if (lock && isRaw(lock)) this.#hasFreedRaw = true;
    this.locks.delete(resource);
  }

  rawExpire(resource: string, ttl: number): void {
    const lock = this.locks.get(resource);
    if (!lock || !this.exists(resource)) return;
    if (isRaw(lock)) lock.until = this.now + ttl;
    else lock.keyUntil = this.now + ttl;
  }

  /** Whether something is free, or taken, of which the library cannot have heard. */
  get hasUnseen(): boolean {
    const isUnseen = (lock: Lease | RawLock): boolean =>
      isRaw(lock) ? lock.until <= this.now : (lock.keyUntil ?? Infinity) <= this.now && lock.until > this.now;
    return this.#hasFreedRaw || this.#vanished.size > 0 || [...this.locks.values()].some(isUnseen);
  }

  // ---- What the library does.

  /** Brings everything up to date: what is over ends, who is silent leaves, what is free goes to whom it is due. */
  settle(): void {
    this.#dropSilent();
    for (const [resource, lock] of [...this.locks]) {
      if (lock.until <= this.now) this.#end(resource, lock);
      else if (!this.exists(resource)) this.locks.delete(resource);
    }
    for (const [resource, lease] of this.#vanished) {
      // Nobody saw it go before its time, so it ends as any other.
      if (lease.until <= this.now && !this.locks.has(resource)) this.#end(resource, lease);
    }
    this.#vanished.clear();
    this.#hasFreedRaw = false;
    this.#serve();
  }

  claim(agent: string, resources: readonly string[], ttl: number, waitId: string | null): Outcome {
    this.settle();
    let mine = waitId === null ? undefined : this.waiters.find(({ id }) => id === waitId);
    if (mine && mine.agent !== agent) return { kind: 'refused' };
    if (mine && mine.resources.join('\n') !== resources.join('\n')) {
      this.#leave(mine);
      mine = undefined;
    }
    const ahead = mine ? this.waiters.slice(0, this.waiters.indexOf(mine)) : this.waiters;
    const obstacles = this.#obstacles(agent, resources, ahead);
    if (obstacles.length === 0) {
      if (mine) this.#leave(mine);
      this.#take(agent, resources, ttl, ttl);
      this.granted = this.granted.filter(({ id }) => id !== waitId);
      this.#serve();
      return { kind: 'granted' };
    }
    if (waitId === null) {
      this.#serve();
      return { kind: 'denied', obstacles, position: 0 };
    }
    if (this.#closesCircle(agent, obstacles)) {
      const waits = new Map(this.waiters.map((waiter) => [waiter.agent, this.#waitedForBy(waiter.agent)]));
      for (const { agent: child } of this.waiters) {
        for (const parent of ancestors(child)) waits.set(parent, this.#waitedForBy(parent));
      }
      waits.set(
        agent,
        obstacles.map(({ holder }) => holder),
      );
      if (mine) this.#leave(mine);
      this.#serve();
      return { kind: 'deadlock', waits };
    }
    const others = ahead.filter((other) => other.agent !== agent && clash(other.resources, resources));
    if (mine) Object.assign(mine, { ttl, heard: this.now });
    else this.waiters.push({ id: waitId, agent, resources, ttl, heard: this.now });
    this.#serve();
    return { kind: 'denied', obstacles, position: others.length + 1 };
  }

  /** Says of each whether it was prolonged. */
  renew(agent: string, held: readonly (readonly [string, number])[]): boolean[] {
    this.settle();
    return held.map(([resource, token]) => {
      const lock = this.locks.get(resource);
      const lease = this.#owned(resource, agent, token);
      if (!lease || !lock || isRaw(lock)) return false;
      lease.until = Math.max(lease.until, this.now + lease.ttl);
      lock.keyUntil = null;
      return true;
    });
  }

  release(agent: string, held: readonly (readonly [string, number])[]): boolean[] {
    this.settle();
    const released = held.map(([resource, token]) => {
      const lease = this.#owned(resource, agent, token);
      if (lease) this.#letGo(resource, lease);
      return lease !== null;
    });
    this.#serve();
    return released;
  }

  /** What was released, sorted. */
  releaseAll(agent: string): string[] {
    this.settle();
    const released: string[] = [];
    for (const [resource, lock] of [...this.locks]) {
      const lease = isRaw(lock) ? undefined : chain(lock).find(({ holder }) => holder === agent);
      if (!lease) continue;
      this.#letGo(resource, lease);
      released.push(resource);
    }
    this.waiters = this.waiters.filter((waiter) => waiter.agent !== agent);
    this.#serve();
    return released.toSorted();
  }

  cancel(agent: string, waitId: string): boolean {
    this.#dropSilent();
    const waiter = this.waiters.find((each) => each.id === waitId && each.agent === agent);
    if (waiter) this.#leave(waiter);
    // Only then what is over ends, so that nothing is granted to who does not want it any more.
    this.settle();
    return waiter !== undefined;
  }

  /** `to` is null to break it, `expected` for a raw lock. */
  transfer(resource: string, to: string | null, expected: number | null, ttl: number): 'done' | 'changed' | Obstacle[] {
    this.settle();
    const lock = this.locks.get(resource);
    if (!lock) return 'changed';
    if (isRaw(lock) ? expected !== null : lock.tokens.at(-1) !== expected) return 'changed';
    if (to === null) {
      this.locks.delete(resource);
      this.#serve();
      return 'done';
    }
    const others = this.#inTheWay(to, resource).filter(({ blocking }) => blocking !== resource);
    if (others.length > 0) return others;
    if (!isRaw(lock) && lock.holder === to) {
      Object.assign(lock, { ttl, until: Math.max(lock.until, this.now + ttl), keyUntil: null });
    } else {
      this.locks.set(resource, { holder: to, tokens: [0], ttl, until: this.now + ttl, keyUntil: null, back: null });
    }
    this.#serve();
    return 'done';
  }

  // ---- How it decides.

  #inTheWay(agent: string, resource: string): Obstacle[] {
    const found: Obstacle[] = [];
    for (const [blocking, lock] of this.locks) {
      if (!overlap(resource, blocking)) continue;
      if (isRaw(lock)) found.push({ resource, blocking, holder: lock.raw, reason: 'raw' });
      else if (lock.holder !== agent && !isChild(agent, lock.holder)) {
        found.push({ resource, blocking, holder: lock.holder, reason: 'lease' });
      }
    }
    return found;
  }

  #obstacles(agent: string, resources: readonly string[], ahead: readonly Waiter[]): Obstacle[] {
    const found = resources.flatMap((resource) => this.#inTheWay(agent, resource));
    for (const resource of resources) {
      const lock = this.locks.get(resource);
      if (lock && !isRaw(lock) && lock.holder === agent) continue;
      for (const waiter of ahead) {
        if (waiter.agent === agent || isChild(agent, waiter.agent)) continue;
        if (!clash(waiter.resources, [resource]) || this.#holdsOneOf(agent, waiter.resources)) continue;
        found.push({ resource, blocking: resource, holder: waiter.agent, reason: 'queue' });
      }
    }
    return found;
  }

  #holdsOneOf(agent: string, resources: readonly string[]): boolean {
    return [...this.locks].some(([place, lock]) => !isRaw(lock) && lock.holder === agent && clash(resources, [place]));
  }

  /** Whom an agent or a child of it waits for. */
  #waitedForBy(name: string): string[] {
    return this.waiters
      .filter(({ agent }) => agent === name || isChild(agent, name))
      .flatMap((waiter) => {
        const ahead = this.waiters.slice(0, this.waiters.indexOf(waiter));
        return this.#obstacles(waiter.agent, waiter.resources, ahead).map(({ holder }) => holder);
      });
  }

  #closesCircle(agent: string, obstacles: readonly Obstacle[]): boolean {
    const names = obstacles.map(({ holder }) => holder);
    for (const name of names) {
      if (name === agent || isChild(agent, name)) return true;
      for (const next of this.#waitedForBy(name)) if (!names.includes(next)) names.push(next);
    }
    return false;
  }

  #owned(resource: string, agent: string, token: number): Lease | null {
    const lock = this.locks.get(resource);
    if (!lock || isRaw(lock)) return null;
    const lease = chain(lock).find(({ holder, tokens }) => holder === agent && tokens.includes(token));
    // Of what is lent, the parent's time may be over while the child's is not.
    return lease && lease.until > this.now ? lease : null;
  }

  #take(agent: string, resources: readonly string[], ttl: number, lasting: number): void {
    for (const resource of resources) {
      const lock = this.locks.get(resource);
      if (lock && isRaw(lock)) throw new Error('a raw lock is in the way of all');
      const until = this.now + lasting;
      if (lock?.holder === agent) Object.assign(lock, { ttl, until: Math.max(lock.until, until), keyUntil: null });
      else this.locks.set(resource, { holder: agent, tokens: [0], ttl, until, keyUntil: null, back: lock ?? null });
    }
  }

  #letGo(resource: string, lease: Lease): void {
    const lock = this.locks.get(resource) as Lease;
    if (lease === lock) return this.#end(resource, lock);
    const child = chain(lock).find(({ back }) => back === lease)!;
    child.back = lease.back;
    lock.keyUntil = null;
  }

  /** A lock ends; the nearest parent whose own time has not come has it back. */
  #end(resource: string, lock: Lease | RawLock): void {
    this.locks.delete(resource);
    if (isRaw(lock)) return;
    const back = chain(lock)
      .slice(1)
      .find(({ until }) => until > this.now);
    if (back) this.locks.set(resource, Object.assign(back, { keyUntil: null, tokens: [...back.tokens, 0] }));
  }

  #dropSilent(): void {
    this.waiters = this.waiters.filter(({ heard }) => heard + patience >= this.now);
  }

  #leave(waiter: Waiter): void {
    this.waiters = this.waiters.filter((each) => each !== waiter);
  }

  #serve(): void {
    const ahead: Waiter[] = [];
    for (const waiter of this.waiters) {
      if (this.#obstacles(waiter.agent, waiter.resources, ahead).length > 0) {
        ahead.push(waiter);
        continue;
      }
      this.#take(waiter.agent, waiter.resources, waiter.ttl, Math.min(waiter.ttl, patience));
      this.granted.push(waiter);
    }
    this.waiters = ahead;
  }
}

const clash = (a: readonly string[], b: readonly string[]): boolean => a.some((x) => b.some((y) => overlap(x, y)));
