import { lockPrefix, seqKey } from '../../protocol/names.ts';
import type { Redis } from '../client.ts';
import { whereOf } from '../whereOf.ts';
import { UserError } from '../userError.ts';
import { callFailure, isMissing } from './failures.ts';

/** A claim that was granted: the fencing token of each resource, and the lease in ms. */
export interface Granted {
  kind: 'granted';
  ttlMs: number;
  seq: number;
  tokens: ReadonlyMap<string, number>;
}

/** A claim that clashes: which resource, with what, and whose that is. */
export interface Denied {
  kind: 'denied';
  resource: string;
  blocking: string;
  holder: string;
  task: string;
  /** Null where the lock in the way has no expiry. */
  leftMs: number | null;
  /** `queue`: it is free, but somebody who waits for it came first. */
  reason: 'lease' | 'raw' | 'queue';
  /** The place in line, from 1; 0 for who does not wait. */
  position: number;
}

export type ClaimReply =
  | Granted
  | Denied
  /** Waiting would close a circle: the agents of it, the caller first. */
  | { kind: 'deadlock'; circle: string[] }
  | { kind: 'limit'; what: string };

export type PublishReply =
  | { kind: 'accepted'; seq: number }
  | { kind: 'same' | 'stale' | 'divergent'; epoch: number; ver: number };

export type TransferReply =
  | { kind: 'done'; token: number }
  /** Somebody was quicker; `last` is who moved or broke the claim since, where anybody did and it is known. */
  | { kind: 'changed'; holder: string; token: number | null; last: LastMove | null }
  | { kind: 'limit'; what: string }
  | Denied;

/** A hand-over or break of a claim: `at` by the server's clock in ms, `to` null where it was broken. */
export interface LastMove {
  by: string;
  kind: 'transfer' | 'break';
  to: string | null;
  at: number;
  reason: string;
}

export interface ClaimRequest {
  resources: readonly string[];
  ttlMs: number;
  task?: string;
  /** To wait in line where it is denied; the same id at each repetition. */
  waitId?: string;
}

export interface InboxMessage {
  id: string;
  at: number;
  from: string;
  text: string;
}

/** A lease by its resource and fencing token. */
export type Held = readonly [resource: string, token: number];

/**
 * The function library's calls in one namespace. Every call is one round trip; where the library is missing it is loaded
 * once and the call is repeated once. What each promises stands in PROTOCOL.md.
 * @throws UserError by each call: the library is missing and cannot be loaded, a right is missing, the server is out of
 * memory, the arguments were refused, or there is no connection. A call that throws may have been carried out only if the
 * connection was lost; repeating it is harmless.
 */
export class Calls {
  readonly #client: Redis;
  readonly #ns: string;
  readonly #load: () => Promise<unknown>;

  /** @param load puts the library on the server */
  constructor(client: Redis, ns: string, load: () => Promise<unknown>) {
    this.#client = client;
    this.#ns = ns;
    this.#load = load;
  }

  /** Opens a new epoch for an agent, and returns its stored state's text, empty where there is none. */
  async hello(
    agent: string,
    about: { parent?: string; host?: string; pid?: number; role?: string; name?: string } = {},
  ): Promise<{ epoch: number; seq: number; state: string }> {
    const { parent = '', host = '', pid, role = '', name = '' } = about;
    const more = role === '' && name === '' ? [] : [role, name];
    const [epoch, seq, state = ''] = await this.#call('hello', [], [agent, parent, host, pid ?? '', ...more]);
    return { epoch: Number(epoch), seq: Number(seq), state };
  }

  /** Publishes a state's exact text, which holds its `ver`. */
  async publish(agent: string, epoch: number, state: string): Promise<PublishReply> {
    const [word, first, second] = await this.#call('publish', [], [agent, epoch, '', state]);
    if (word === 'OK') return { kind: 'accepted', seq: Number(first) };
    const kind = word === 'SAME' ? 'same' : word === 'STALE' ? 'stale' : 'divergent';
    return { kind, epoch: Number(first), ver: Number(second) };
  }

  async claim(agent: string, request: ClaimRequest): Promise<ClaimReply> {
    const { resources, ttlMs, task = '', waitId = '' } = request;
    const reply = await this.#call('claim', resources, [agent, ttlMs, task, waitId]);
    const [word, first = '', second] = reply;
    if (word === 'LIMIT') return { kind: 'limit', what: first };
    if (word === 'DEADLOCK') return { kind: 'deadlock', circle: reply.slice(1) };
    if (word !== 'OK') return deniedOf(reply);
    const tokens = new Map<string, number>();
    for (let i = 3; i + 1 < reply.length; i += 2) tokens.set(reply[i]!, Number(reply[i + 1]));
    return { kind: 'granted', ttlMs: Number(first), seq: Number(second), tokens };
  }

  /** Prolongs leases by the time they were claimed for; returns the resources that are not the agent's any more. */
  async renew(agent: string, held: readonly Held[]): Promise<string[]> {
    const reply = await this.#call('renew', held.map(resourceOf), [agent, ...held.map(tokenOf)]);
    return reply.slice(2);
  }

  /** Ends leases; says of each whether it was the agent's until now. */
  async release(agent: string, held: readonly Held[]): Promise<boolean[]> {
    const reply = await this.#call('release', held.map(resourceOf), [agent, ...held.map(tokenOf)]);
    return reply.map((word) => word === 'released');
  }

  /** Ends all leases of an agent and returns their resources. */
  async releaseAll(agent: string): Promise<string[]> {
    return this.#call('release_all', [], [agent]);
  }

  /** Leaves the queue. */
  async cancel(agent: string, waitId: string): Promise<boolean> {
    return (await this.#call('cancel', [], [agent, waitId]))[0] === 'cancelled';
  }

  /** Hands a claim over, or breaks it where `to` is null. `expected` is null for a raw lock. */
  async transfer(
    resource: string,
    request: { by: string; to: string | null; expected: number | null; ttlMs: number; reason: string },
  ): Promise<TransferReply> {
    const { by, to, expected, ttlMs, reason } = request;
    const reply = await this.#call('transfer', [resource], [by, to ?? '', expected ?? '', ttlMs, reason]);
    if (reply[0] === 'OK') return { kind: 'done', token: Number(reply[1]) };
    if (reply[0] === 'DENIED') return deniedOf(reply);
    if (reply[0] === 'LIMIT') return { kind: 'limit', what: reply[1] ?? '' };
    return {
      kind: 'changed',
      holder: reply[1] ?? '',
      token: Number(reply[2]) || null,
      last: lastMoveOf(reply.slice(3)),
    };
  }

  /** Puts a message into an inbox, or into all (`*`); returns how many it reached, 0 for a repetition of the same id. */
  async send(from: string, to: string, id: string, text: string): Promise<number> {
    return Number((await this.#call('send', [], [from, to, id, text]))[1]);
  }

  /** Deletes messages up to and with `readUpTo` (empty: none) and returns the next. */
  async inbox(agent: string, readUpTo: string, count: number): Promise<InboxMessage[]> {
    const reply = await this.#call('inbox', [], [agent, readUpTo, count]);
    const messages: InboxMessage[] = [];
    for (let i = 0; i + 3 < reply.length; i += 4) {
      messages.push({ id: reply[i]!, at: Number(reply[i + 1]), from: reply[i + 2]!, text: reply[i + 3]! });
    }
    return messages;
  }

  /** Pauses or resumes an agent, or all (`*`); false if it was so already. */
  async control(by: string, target: string, action: 'pause' | 'resume', reason: string): Promise<boolean> {
    return (await this.#call('control', [], [by, target, action, reason]))[0] === 'OK';
  }

  /** Records that something happened. */
  async event(agent: string, kind: string, resource: string, detail: string): Promise<void> {
    await this.#call('event', [], [agent, kind, resource, detail]);
  }

  /** Tells the library which locks were met, or missed; it takes note of raw ones and mends what it knew wrongly. */
  async observe(by: string, resources: readonly string[]): Promise<string[]> {
    return this.#call('observe', resources, [by]);
  }

  /** Ends leases that are over and grants what became free. */
  async reap(count: number): Promise<void> {
    await this.#call('reap', [], [count]);
  }

  /** One page of the picture; the cursor of the first is `0`, and so is the next of the last. */
  async snapshot(cursor: string, count: number): Promise<SnapshotPage> {
    const [next = '0', seq, atUs, ...flat] = await this.#call('snapshot', [], [cursor, count], 'FCALL_RO');
    const items: SnapshotPage['items'] = [];
    for (let i = 0; i + 2 < flat.length; i += 3) items.push([flat[i]!, flat[i + 1]!, flat[i + 2]!]);
    return { next, seq: Number(seq), atUs: Number(atUs), items };
  }

  async #call(
    name: string,
    resources: readonly string[],
    args: readonly (string | number)[],
    how: 'FCALL' | 'FCALL_RO' = 'FCALL',
  ): Promise<string[]> {
    const keys = [this.#ns + seqKey, ...resources.map((resource) => this.#ns + lockPrefix + resource)];
    const call = (): Promise<unknown> =>
      this.#client.call(how, `signalbox_${name}`, keys.length, ...keys, ...args.map(String));
    try {
      return (await this.#withLibrary(call)) as string[];
    } catch (error) {
      if (error instanceof UserError) throw error;
      throw new UserError(callFailure(error, whereOf(this.#client)), { cause: error });
    }
  }

  async #withLibrary(call: () => Promise<unknown>): Promise<unknown> {
    try {
      return await call();
    } catch (error) {
      if (!isMissing(error)) throw error;
      await this.#load();
      return call();
    }
  }
}

/** Items are kind, name and JSON. */
export interface SnapshotPage {
  next: string;
  seq: number;
  /** When the change with that number was made; 0 where the history does not say. */
  atUs: number;
  items: [kind: string, name: string, json: string][];
}

const resourceOf = ([resource]: Held): string => resource;
const tokenOf = ([, token]: Held): number => token;

function lastMoveOf([by = '', kind, to = '', at, reason = '']: readonly string[]): LastMove | null {
  if (kind !== 'transfer' && kind !== 'break') return null;
  return { by, kind, to: to === '' ? null : to, at: Math.floor(Number(at) / 1_000), reason };
}

function deniedOf(reply: readonly string[]): Denied {
  const [, resource = '', blocking = '', holder = '', task = '', left, reason, position] = reply;
  return {
    kind: 'denied',
    resource,
    blocking,
    holder,
    task,
    leftMs: left === '-1' ? null : Number(left),
    reason: reason === 'raw' || reason === 'queue' ? reason : 'lease',
    position: Number(position),
  };
}
