import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { decodeChange, type Change } from '../../src/protocol/changes.ts';
import { historyKey, lockPrefix, seqKey, sidePrefix } from '../../src/protocol/names.ts';
import { openClient, type Redis } from '../../src/redis/client.ts';
import { Calls } from '../../src/redis/library/calls.ts';
import { loadLibrary } from '../../src/redis/library/load.ts';
import { source } from '../../src/redis/library/source.ts';
import { findRedisServer, startLocalServer, type LocalServer } from '../../src/redis/localServer.ts';
import { passFunction, withMovableClock } from './movableClock.ts';

/** An entry of the history as it stands in the stream. */
export interface Entry {
  id: string;
  seq: string;
  at: string;
  kind: string;
  agent: string;
  data: string;
}

export interface RigOptions {
  /** Further lines of configuration, for example `['--appendonly', 'yes']`. */
  args?: readonly string[];
  folder?: string;
  port?: number;
  /** Whether {@link LibraryRig.pass} can make time pass. */
  movable?: boolean;
  /** Whether the library is put on the server; true by default. */
  load?: boolean;
}

/** A real server with the function library, and clients of it. Each test takes a namespace of its own. */
export class LibraryRig {
  readonly server: LocalServer;
  readonly client: Redis;
  ns = '';
  readonly #clients: Redis[] = [];
  #ahead = 0;
  static #namespaces = 0;

  private constructor(server: LocalServer, client: Redis) {
    this.server = server;
    this.client = client;
  }

  static async start(options: RigOptions = {}): Promise<LibraryRig> {
    const binary = findRedisServer(process.env);
    if (!binary) throw new Error('no redis-server or valkey-server on the PATH');
    const { args = [], movable = false, load = true, ...where } = options;
    const server = await startLocalServer({ binary, args, ...where });
    const rig = new LibraryRig(server, await openClient({ url: server.url, namespaces: [''] }));
    if (load) await loadLibrary(rig.client, movable ? withMovableClock(source) : source);
    return rig;
  }

  /** From here on calls go to a namespace that nothing was ever done in. */
  fresh(): string {
    return (this.ns = `t${String(LibraryRig.#namespaces++)}:`);
  }

  get calls(): Calls {
    return new Calls(this.client, this.ns, () => Promise.reject(new Error('the library has gone')));
  }

  /** Another connection, which ends with the rig. */
  async open(user?: { username: string; password: string }): Promise<Redis> {
    const client = await openClient({ url: this.server.url, namespaces: [''], ...user });
    this.#clients.push(client);
    return client;
  }

  key(name: string): string {
    return this.ns + name;
  }

  lock(resource: string): string {
    return this.ns + lockPrefix + resource;
  }

  side(name: string): string {
    return this.ns + sidePrefix + name;
  }

  /** A bare FCALL, as any client sends it. */
  call(name: string, resources: readonly string[], ...args: (string | number)[]): Promise<string[]> {
    return this.callBy(this.client, name, resources, ...args);
  }

  callBy(client: Redis, name: string, resources: readonly string[], ...args: (string | number)[]): Promise<string[]> {
    const keys = [this.key(seqKey), ...resources.map((resource) => this.lock(resource))];
    const reply = client.call('FCALL', `signalbox_${name}`, keys.length, ...keys, ...args.map(String));
    return reply as Promise<string[]>;
  }

  /** A claim that has to be granted; gives the tokens in the order of the resources. */
  async hold(agent: string, resources: readonly string[], ttlMs = 60_000): Promise<number[]> {
    const reply = await this.calls.claim(agent, { resources, ttlMs });
    if (reply.kind !== 'granted') assert.fail(`${agent} was to get ${resources.join(', ')}: ${JSON.stringify(reply)}`);
    return resources.map((resource) => reply.tokens.get(resource)!);
  }

  cli(...args: string[]): string {
    return execFileSync('redis-cli', ['-p', String(this.server.port), ...args], { encoding: 'utf8' }).trim();
  }

  /** What the library takes for the time, in ms. */
  async now(): Promise<number> {
    const [seconds, micros] = await this.client.time();
    return Number(seconds) * 1_000 + Math.floor(Number(micros) / 1_000) + this.#ahead;
  }

  /** Makes time pass, on a rig that was started as movable; the server may be used by nobody else. */
  async pass(ms: number): Promise<void> {
    await this.client.call('FCALL', passFunction, '0', String(ms));
    this.#ahead += ms;
  }

  /** The whole stream, oldest first. */
  async history(from = '-'): Promise<Entry[]> {
    const entries = await this.client.xrange(this.key(historyKey), from, '+');
    return entries.map(([id, fields]) => {
      const of: Record<string, string> = {};
      for (let i = 0; i + 1 < fields.length; i += 2) of[fields[i]!] = fields[i + 1]!;
      const { seq = '', at = '', kind = '', agent = '', data = '' } = of;
      return { id, seq, at, kind, agent, data };
    });
  }

  /** What the history tells, states aside, in words such as `claim a src/a.ts`; each is decoded as a supervisor does. */
  async told(): Promise<string[]> {
    return (await this.history()).filter(({ kind }) => kind !== 'state').map((entry) => words(changeIn(entry)));
  }

  /** The lock as it stands: its text with the time it has left, `null` for none; of another type its type. */
  async lockText(resource: string): Promise<string | null> {
    const key = this.lock(resource);
    const type = await this.client.type(key);
    if (type === 'none') return null;
    return type === 'string' ? this.client.get(key) : type;
  }

  /** The level-1 lease on a resource, null where there is none. */
  async lease(resource: string): Promise<{ holder: string; token: number } | null> {
    return leaseOf(await this.lockText(resource));
  }

  /** Every key of the namespace with its exact contents and its expiry, to tell whether anything was changed. */
  async contents(): Promise<Map<string, string>> {
    const contents = new Map<string, string>();
    const keys = (await this.client.keys(`${this.ns}*`)).toSorted();
    const pipeline = this.client.pipeline();
    for (const key of keys) pipeline.dumpBuffer(key).pexpiretime(key);
    const replies = (await pipeline.exec()) ?? [];
    keys.forEach((key, i) => {
      const dump = replies[2 * i]?.[1] as Buffer | null;
      // A key that expired between the two was nobody's doing.
      if (dump) contents.set(key, `${dump.toString('base64')} ${String(replies[2 * i + 1]?.[1])}`);
    });
    return contents;
  }

  /** Asserts that the call fails, with an error that matches, and that nothing in the namespace has changed (invariant 7). */
  async refuses(call: () => Promise<unknown>, message: RegExp): Promise<void> {
    const before = await this.contents();
    await assert.rejects(call, message);
    const after = await this.contents();
    for (const key of new Set([...before.keys(), ...after.keys()])) {
      assert.equal(after.get(key), before.get(key), `a failed call changed ${key}`);
    }
  }

  /** Resolves when the server says so; asks again and again, and gives up after ten seconds. */
  async until(what: string, holds: () => Promise<boolean>): Promise<void> {
    const deadline = Date.now() + 10_000;
    while (!(await holds())) {
      if (Date.now() > deadline) throw new Error(`waited in vain until ${what}`);
      // What is waited for may be a message to us.
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  /** Resolves when the server has let a key go; it asks as a client would, which is when a key expires at the latest. */
  async gone(resource: string): Promise<void> {
    await this.until(`${resource} is gone`, async () => (await this.client.exists(this.lock(resource))) === 0);
  }

  async dispose(): Promise<void> {
    for (const client of [this.client, ...this.#clients]) client.disconnect();
    await this.server.stop();
  }
}

/** The lease that a lock's text says; null for none and for a raw lock. */
export function leaseOf(text: string | null): { holder: string; token: number } | null {
  if (!text?.startsWith('{')) return null;
  const { holder, token } = JSON.parse(text) as { holder: string; token: string };
  return { holder, token: Number(token) };
}

/** The change that an entry of the history tells, decoded as a supervisor does. */
export function changeIn(entry: Entry): Change {
  const decoded = decodeChange(entry.data);
  if (!decoded.ok) assert.fail(`${decoded.reason}: ${entry.data}`);
  return decoded.value;
}

function words(change: Change): string {
  const name = change.kind === 'other' ? change.name : change.kind;
  const about = 'resource' in change ? change.resource : 'waitId' in change ? change.waitId : null;
  return [name, change.agent, about].filter(Boolean).join(' ');
}

/** Asserts that the numbered entries are consecutive from 1 and say the same as their texts (invariant 3). */
export function assertConsecutive(entries: readonly Entry[]): void {
  let seq = 0;
  for (const { id, seq: own, at, data } of entries) {
    const [main, sub] = id.split('-').map(Number);
    const json = JSON.parse(data) as { seq?: number; at?: string; id?: string };
    if (sub === 0) {
      assert.equal(main, ++seq, `after ${String(seq - 1)} came ${id}`);
      assert.deepEqual([own, json.seq], [String(seq), seq]);
    } else {
      assert.equal(main, seq);
      assert.equal(json.seq, undefined);
      assert.equal(json.id, id);
    }
    assert.equal(json.at, at);
  }
}
