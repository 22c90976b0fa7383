import assert from 'node:assert/strict';
import { sidePrefix } from '../../src/protocol/names.ts';
import type { Redis } from '../../src/redis/client.ts';
import { chain, isChild, isRaw, overlap, type ClaimsModel, type Lease } from './claimsModel.ts';
import { assertConsecutive, changeIn, type Entry, type LibraryRig } from './libraryRig.ts';

interface LockJson {
  holder: string;
  token: string;
  until: number;
  back?: LockJson;
}

/** A namespace on a real server in which claims are made, and what has to be true of it whatever is done. */
export class ClaimsWorld {
  readonly rig: LibraryRig;
  readonly #resources: readonly string[];
  /** The library's time when the model's was 0. */
  readonly #began: number;
  #highest = 0;
  #entries: Entry[] = [];
  /** Who holds what, by the history alone. */
  readonly #told = new Map<string, { holder: string; token: number }>();
  #lastTold = 0;

  private constructor(rig: LibraryRig, resources: readonly string[], began: number) {
    this.rig = rig;
    this.#resources = resources;
    this.#began = began;
  }

  /** A fresh one, on a server that holds nothing else. */
  static async begin(rig: LibraryRig, resources: readonly string[]): Promise<ClaimsWorld> {
    await rig.client.flushall();
    rig.fresh();
    return new ClaimsWorld(rig, resources, await rig.now());
  }

  get client(): Redis {
    return this.rig.client;
  }

  /** A call's reply; `refused` and the reason for a refusal. */
  async tried(name: string, resources: readonly string[], ...args: (string | number)[]): Promise<string[]> {
    try {
      return await this.rig.call(name, resources, ...args);
    } catch (error) {
      assert.match(String(error), /ERR signalbox: /);
      return ['refused', String(error)];
    }
  }

  async rawSet(resource: string, value: string, ttl: number | null, nx: boolean): Promise<boolean> {
    const args = [...(nx ? ['NX'] : []), ...(ttl === null ? [] : ['PX', String(ttl)])];
    return (await this.client.call('SET', this.rig.lock(resource), value, ...args)) === 'OK';
  }

  async rawList(resource: string): Promise<boolean> {
    const key = this.rig.lock(resource);
    const isFree = (await this.client.exists(key)) === 0;
    if (isFree) await this.client.rpush(key, 'x');
    return isFree;
  }

  /** A raw lock is found below a folder only once a supervisor has told the library of it. */
  async observe(model: ClaimsModel, resource: string): Promise<void> {
    await this.rig.call('observe', [resource], 'supervisor');
    if (model.waiters.length === 0) return;
    // To tell it is a call like any other, which may find that a waiter has left.
    await this.lookAfter(model);
    await this.compare(model);
  }

  /** As a supervisor does: tells the library what it sees, and has what is over ended and what is free granted. */
  async lookAfter(model: ClaimsModel): Promise<void> {
    await this.rig.call('observe', this.#resources, 'supervisor');
    await this.rig.call('reap', [], 1_000);
    model.settle();
  }

  /** Where plain commands or time freed something of which the library cannot know, the next reap decides whose it is. */
  async lookAfterWaiters(model: ClaimsModel): Promise<void> {
    if (model.waiters.length === 0 || !model.hasUnseen) return;
    await this.lookAfter(model);
    await this.compare(model);
  }

  /** Asserts that the locks are an agent's by the tokens of a reply, which are resources and tokens in turn. */
  async assertHeld(agent: string, resources: readonly string[], tokens: readonly string[]): Promise<void> {
    assert.deepEqual(
      tokens.filter((_, i) => i % 2 === 0),
      resources,
    );
    for (let i = 0; i < resources.length; i++) {
      const lease = await this.rig.lease(resources[i]!);
      assert.deepEqual(lease, { holder: agent, token: Number(tokens[2 * i + 1]) });
    }
  }

  /** Asserts that there are the same locks in the model, as far as plain commands can tell. */
  async compareLocks(model: ClaimsModel): Promise<void> {
    for (const resource of this.#resources) {
      const exists = (await this.client.exists(this.rig.lock(resource))) === 1;
      assert.equal(exists, model.exists(resource), `${resource}: ${String(await this.rig.lockText(resource))}`);
    }
  }

  /** Asserts that all is as in the model, and that what holds without a model does hold. */
  async compare(model: ClaimsModel): Promise<void> {
    const { leases, raw } = await this.#locks();
    for (const resource of this.#resources) {
      const lock = model.locks.get(resource);
      const real = leases.get(resource);
      assert.equal(raw.has(resource), lock !== undefined && isRaw(lock), `${resource} is raw`);
      const expected = lock && !isRaw(lock) ? chain(lock) : [];
      assert.deepEqual(
        real ? holders(real) : [],
        expected.map(({ holder }) => holder),
        `who has ${resource}, and has it back`,
      );
    }
    this.#compareTokens(model, leases);
    this.#assertExclusive(leases);
    await this.#assertDeadlines(model, leases);
    await this.#assertIndex(leases, raw);
    await this.#assertHistory(leases);
    const queue = await this.client.zrange(this.rig.side('queue'), '0', '-1');
    assert.deepEqual(
      queue,
      model.waiters.map(({ id }) => id),
      'the queue',
    );
  }

  async #locks(): Promise<{ leases: Map<string, LockJson>; raw: Set<string> }> {
    const leases = new Map<string, LockJson>();
    const raw = new Set<string>();
    const keys = await this.client.keys(`${this.rig.lock('')}*`);
    for (const key of keys) {
      const resource = key.slice(this.rig.lock('').length);
      assert.ok(this.#resources.includes(resource), `a lock on ${resource}`);
      const text = (await this.rig.lockText(resource)) ?? '';
      if (text.startsWith('{"holder":') && text.includes('"token":'))
        leases.set(resource, JSON.parse(text) as LockJson);
      else raw.add(resource);
    }
    return { leases, raw };
  }

  /** Known tokens stay, and new ones are greater than any before (invariant 2). */
  #compareTokens(model: ClaimsModel, leases: ReadonlyMap<string, LockJson>): void {
    const before = this.#highest;
    for (const [resource, lock] of model.locks) {
      if (isRaw(lock)) continue;
      let real: LockJson | undefined = leases.get(resource);
      for (const lease of chain(lock)) {
        const token = Number(real!.token);
        real = real!.back;
        if (lease.tokens.at(-1) === 0) {
          assert.ok(token > before, `the token of ${resource} has grown`);
          lease.tokens[lease.tokens.length - 1] = token;
          this.#highest = Math.max(this.#highest, token);
        } else {
          assert.equal(token, lease.tokens.at(-1), `the token of ${resource}`);
        }
      }
    }
  }

  /** No two who are not kin hold what overlaps (invariant 2). */
  #assertExclusive(leases: ReadonlyMap<string, LockJson>): void {
    for (const [a, { holder: x }] of leases) {
      for (const [b, { holder: y }] of leases) {
        const isFine = x === y || isChild(x, y) || isChild(y, x) || !overlap(a, b);
        assert.ok(isFine, `${x} has ${a} and ${y} has ${b}`);
      }
    }
  }

  /** Every lease ends by itself (invariant 9), also where only the library sees to it. */
  async #assertDeadlines(model: ClaimsModel, leases: ReadonlyMap<string, LockJson>): Promise<void> {
    // What has really passed is the only thing by which the two may differ.
    const latest = (await this.rig.now()) - model.now;
    for (const [resource, real] of leases) {
      const lock = model.locks.get(resource) as Lease;
      let at: LockJson | undefined = real;
      for (const lease of chain(lock)) {
        const differ = at!.until - lease.until;
        assert.ok(differ >= this.#began && differ <= latest, `${resource} of ${at!.holder} ends when it should`);
        at = at!.back;
      }
      const wasPersisted = lock.keyUntil === Infinity;
      const left = await this.client.pttl(this.rig.lock(resource));
      assert.ok(wasPersisted ? left === -1 : left > 0, `${resource} has ${String(left)} ms left`);
    }
  }

  async #assertIndex(leases: ReadonlyMap<string, LockJson>, raw: ReadonlySet<string>): Promise<void> {
    const side = (name: string): string => this.rig.side(name);
    const names = [...leases.keys()].toSorted();
    assert.deepEqual((await this.client.hkeys(side('lease'))).toSorted(), names, 'the index of leases');
    assert.deepEqual((await this.client.zrange(side('exp'), '0', '-1')).toSorted(), names, 'the index of deadlines');
    for (const [resource, { until }] of leases) {
      assert.equal(Number(await this.client.zscore(side('exp'), resource)), until, `the deadline of ${resource}`);
    }
    const paths = new Set(await this.client.zrange(side('res'), '0', '-1'));
    for (const resource of [...names, ...raw]) {
      if (!resource.startsWith('git:')) assert.ok(paths.has(resource), `${resource} is found below its folders`);
    }
    const held = new Map<string, string[]>();
    for (const [resource, lease] of leases) {
      for (const holder of holders(lease)) held.set(holder, [...(held.get(holder) ?? []), resource]);
    }
    const prefix = this.rig.key(`${sidePrefix}held:`);
    for (const key of await this.client.keys(`${prefix}*`)) {
      const holder = key.slice(prefix.length);
      assert.deepEqual((await this.client.smembers(key)).toSorted(), (held.get(holder) ?? []).toSorted(), key);
      held.delete(holder);
    }
    assert.deepEqual([...held], [], 'all who hold something have an index');
  }

  /** Every change is in the history once, and the history alone says who holds what (invariant 3). */
  async #assertHistory(leases: ReadonlyMap<string, LockJson>): Promise<void> {
    const last = this.#entries.at(-1);
    const added = await this.rig.history(last ? `(${last.id}` : '-');
    this.#entries.push(...added);
    assertConsecutive(this.#entries);
    for (const entry of added) this.#apply(entry);
    const expected = [...leases].map(([resource, { holder, token }]) => `${resource} ${holder} ${token}`);
    const told = [...this.#told].map(([resource, { holder, token }]) => `${resource} ${holder} ${String(token)}`);
    assert.deepEqual(told.toSorted(), expected.toSorted(), 'what the history tells');
  }

  #apply(entry: Entry): void {
    const change = changeIn(entry);
    if (change.kind === 'claim' || change.kind === 'transfer') {
      assert.ok(change.token > this.#lastTold, `tokens grow: ${entry.data}`);
      this.#lastTold = change.token;
      this.#told.set(change.resource, { holder: change.agent, token: change.token });
      return;
    }
    const isEnd = change.kind === 'release' || change.kind === 'expire' || change.kind === 'break';
    if ((!isEnd && change.kind !== 'renew') || change.token === null) return;
    const held = { holder: change.agent, token: change.token };
    assert.deepEqual(this.#told.get(change.resource), held, `it was so: ${entry.data}`);
    if (isEnd) this.#told.delete(change.resource);
  }
}

const holders = (lease: LockJson): string[] => [lease.holder, ...(lease.back ? holders(lease.back) : [])];
