// Agents that claim the same few files without a pause, and have a witness outside of Redis see what they hold.
import { performance } from 'node:perf_hooks';
import { pick, seededRandom, type Random } from '../../../src/agent/fleet/random.ts';
import { openClient, type Redis } from '../../../src/redis/client.ts';
import { Calls, type ClaimReply, type ClaimRequest, type Held } from '../../../src/redis/library/calls.ts';
import { loadLibrary } from '../../../src/redis/library/load.ts';
import { answer } from '../../support/answering.ts';
import { Witness } from '../../support/witness.ts';

export interface RacerInput {
  readonly url: string;
  readonly ns: string;
  readonly agents: readonly string[];
  /** In folders, each of which is claimed now and then as a whole. */
  readonly files: readonly string[];
  readonly witness: string;
  /** So many calls of claim by each agent. */
  readonly claims: number;
  readonly ttlMs: number;
  readonly shares: Shares;
  readonly seed: number;
  /** Claims by looking and then writing instead, which must be seen to fail: else the witness is blind. */
  readonly blind?: boolean;
}

/** Of all claims, how many are of two files, of a folder, and wait in line; of all holds, how many are renewed. */
export interface Shares {
  readonly two: number;
  readonly folder: number;
  readonly wait: number;
  readonly renew: number;
}

export interface RacerSeen {
  claims: number;
  granted: number;
  denied: Record<string, number>;
  /** Files that were held, as the witness saw. */
  holds: number;
  doubles: number;
  notGrown: number;
  /** Leases that were gone while their holder worked and had time left. */
  lost: number;
  /** Holds that took longer than the lease, of which the witness can say nothing. */
  overran: number;
}

type Claims = Pick<Calls, 'claim' | 'renew' | 'release' | 'cancel'>;

/** How often a waiter asks again before it leaves the line. */
const patience = 20;

class Racer {
  readonly #name: string;
  readonly #input: RacerInput;
  readonly #calls: Claims;
  readonly #witness: Witness;
  readonly #random: Random;
  readonly #seen: RacerSeen;
  #waits = 0;

  constructor(name: string, input: RacerInput, calls: Claims, witness: Witness, seen: RacerSeen) {
    this.#name = name;
    this.#input = input;
    this.#calls = calls;
    this.#witness = witness;
    this.#seen = seen;
    this.#random = seededRandom(input.seed + input.agents.indexOf(name));
  }

  async run(): Promise<void> {
    let made = 0;
    while (made < this.#input.claims) made += await this.#claimAndHold();
  }

  /** Gives how many calls of claim that took. */
  async #claimAndHold(): Promise<number> {
    const request: ClaimRequest = { resources: this.#choose(), ttlMs: this.#input.ttlMs, task: 'race' };
    const isWaiting = this.#random() < this.#input.shares.wait;
    const waitId = isWaiting ? { waitId: `${this.#name}-${String(++this.#waits)}` } : {};
    const tries = isWaiting ? patience : 1;
    for (let made = 1; made <= tries; made++) {
      const from = performance.now();
      const reply = await this.#calls.claim(this.#name, { ...request, ...waitId });
      this.#count(reply);
      if (reply.kind !== 'granted') continue;
      await this.#hold([...reply.tokens], from);
      return made;
    }
    if (waitId.waitId !== undefined) await this.#calls.cancel(this.#name, waitId.waitId);
    return tries;
  }

  #choose(): string[] {
    const { files, shares } = this.#input;
    const kind = this.#random();
    const one = pick(this.#random, files);
    if (kind < shares.folder) return [one.slice(0, one.lastIndexOf('/') + 1)];
    if (kind < shares.folder + shares.two) return [...new Set([one, pick(this.#random, files)])];
    return [one];
  }

  async #hold(held: readonly Held[], from: number): Promise<void> {
    const { files, shares, ttlMs } = this.#input;
    const covered = held.flatMap(([resource, token]) =>
      files.filter((file) => file === resource || file.startsWith(resource)).map((file): Held => [file, token]),
    );
    const entered = covered.filter(([file, token]) => this.#witness.enter(file, token));
    this.#seen.holds += covered.length;
    if (this.#random() < shares.renew) this.#seen.lost += (await this.#calls.renew(this.#name, held)).length;
    // The others of this process go on meanwhile; those of other processes do so anyway.
    else await new Promise(setImmediate);
    for (const [file] of entered) this.#witness.leave(file);
    if (performance.now() - from > ttlMs) this.#seen.overran++;
    const released = await this.#calls.release(this.#name, held);
    this.#seen.lost += released.filter((was) => !was).length;
  }

  #count(reply: ClaimReply): void {
    const { denied } = this.#seen;
    this.#seen.claims++;
    if (reply.kind === 'granted') this.#seen.granted++;
    const why = reply.kind === 'denied' ? reply.reason : reply.kind;
    if (reply.kind !== 'granted') denied[why] = (denied[why] ?? 0) + 1;
  }
}

/** What agents do that have only GET and SET: between the two, another one does the same. */
function lookThenWrite(client: Redis, ns: string): Claims {
  const keyOf = (resource: string): string => `${ns}lock:${resource}`;
  return {
    async claim(agent, { resources, ttlMs }) {
      const [resource = ''] = resources;
      const holder = await client.get(keyOf(resource));
      if (holder !== null) {
        const about = {
          resource,
          blocking: resource,
          holder,
          task: '',
          leftMs: null,
          reason: 'raw',
          position: 0,
        } as const;
        return { kind: 'denied', ...about };
      }
      await client.set(keyOf(resource), agent, 'PX', ttlMs);
      return { kind: 'granted', ttlMs, seq: 0, tokens: new Map([[resource, Number(process.hrtime.bigint() / 1000n)]]) };
    },
    async release(_agent, held) {
      await client.del(held.map(([resource]) => keyOf(resource)));
      return held.map(() => true);
    },
    renew: () => Promise.resolve([]),
    cancel: () => Promise.resolve(false),
  };
}

async function race(input: RacerInput): Promise<RacerSeen> {
  const witness = new Witness(input.witness);
  const none = { claims: 0, granted: 0, holds: 0, doubles: 0, notGrown: 0, lost: 0, overran: 0 };
  const seen: RacerSeen = { ...none, denied: {} };
  const racers = await Promise.all(
    input.agents.map(async (name) => {
      const client = await openClient({ url: input.url, namespaces: [input.ns] });
      const calls = input.blind
        ? lookThenWrite(client, input.ns)
        : new Calls(client, input.ns, () => loadLibrary(client));
      return new Racer(name, input, calls, witness, seen);
    }),
  );
  await Promise.all(racers.map((racer) => racer.run()));
  return { ...seen, doubles: witness.doubles, notGrown: witness.notGrown };
}

answer({ race });
