// Agents that pick tasks by what each knows of the others, and work on them. What they know is up to the architecture.
import { setTimeout as delay } from 'node:timers/promises';
import { between, pick, seededRandom, type Random } from '../../../src/agent/fleet/random.ts';
import { stateChannel } from '../../../src/protocol/names.ts';
import { openClient, type Redis } from '../../../src/redis/client.ts';
import { Calls } from '../../../src/redis/library/calls.ts';
import { loadLibrary } from '../../../src/redis/library/load.ts';
import { answer } from '../../support/answering.ts';
import type { Session } from '../../support/overlaps.ts';

/**
 * `memory`: each knows only its own. `broadcast`: each publishes its state and takes what arrives. `stamped`: it drops
 * what is not newer than what it knows of that agent. `claim`: as `stamped`, and the library decides before the work.
 */
export type Architecture = 'memory' | 'broadcast' | 'stamped' | 'claim';

export interface Pickers {
  readonly url: string;
  readonly ns: string;
  readonly architecture: Architecture;
  readonly agents: readonly string[];
  readonly seed: number;
}

export interface PickerRound {
  /** Each is done once, as far as agents know; or again and again for so many ms. */
  readonly tasks: readonly string[];
  readonly againForMs?: number;
  readonly workMs: readonly [low: number, high: number];
}

interface State {
  readonly task: string;
  readonly status: 'working' | 'done';
  readonly ver: number;
}

const ttlMs = 10_000;

class Picker {
  readonly #name: string;
  readonly #architecture: Architecture;
  readonly #ns: string;
  readonly #client: Redis;
  readonly #subscriber: Redis;
  readonly #calls: Calls;
  readonly #random: Random;
  readonly #others = new Map<string, State>();
  readonly #done = new Set<string>();
  #ver = 0;

  private constructor(name: string, { ns, architecture, seed, agents }: Pickers, client: Redis, subscriber: Redis) {
    this.#name = name;
    this.#architecture = architecture;
    this.#ns = ns;
    this.#client = client;
    this.#subscriber = subscriber;
    this.#calls = new Calls(client, ns, () => loadLibrary(client));
    this.#random = seededRandom(seed + agents.indexOf(name));
    subscriber.on('message', (_channel: string, text: string) => this.#take(text));
  }

  static async open(name: string, input: Pickers): Promise<Picker> {
    const settings = { url: input.url, namespaces: [input.ns] };
    const [client, subscriber] = await Promise.all([openClient(settings), openClient(settings)]);
    const picker = new Picker(name, input, client, subscriber);
    if (input.architecture !== 'memory') await subscriber.subscribe(input.ns + stateChannel);
    return picker;
  }

  close(): void {
    this.#client.disconnect();
    this.#subscriber.disconnect();
  }

  async round({ tasks, againForMs = 0, workMs }: PickerRound): Promise<Session[]> {
    const sessions: Session[] = [];
    const until = performance.now() + againForMs;
    for (;;) {
      const isAgain = performance.now() < until;
      const task = this.#choose(tasks, isAgain);
      if (task !== undefined) sessions.push(...(await this.#workOn(task, between(this.#random, ...workMs))));
      else if (isAgain) await delay(1);
      else return sessions;
    }
  }

  /** A task that nobody is known to work on and, unless all are done again and again, that is not known to be done. */
  #choose(tasks: readonly string[], again: boolean): string | undefined {
    const busy = new Set(
      [...this.#others.values()].filter(({ status }) => status === 'working').map(({ task }) => task),
    );
    const open = tasks.filter((task) => !busy.has(task) && (again || !this.#done.has(task)));
    return open.length === 0 ? undefined : pick(this.#random, open);
  }

  async #workOn(task: string, ms: number): Promise<Session[]> {
    const token = this.#architecture === 'claim' ? await this.#claim(task) : 0;
    if (token === undefined) return [];
    await this.#tell({ task, status: 'working', ver: ++this.#ver });
    const from = microseconds();
    await delay(ms);
    const to = microseconds();
    this.#done.add(task);
    await this.#tell({ task, status: 'done', ver: ++this.#ver });
    if (token !== 0) await this.#calls.release(this.#name, [[task, token]]);
    return [{ task, agent: this.#name, from, to }];
  }

  /** The token; undefined where another has it, which is then known. */
  async #claim(task: string): Promise<number | undefined> {
    const reply = await this.#calls.claim(this.#name, { resources: [task], ttlMs, task });
    if (reply.kind === 'granted') return reply.tokens.get(task);
    if (reply.kind !== 'denied') throw new Error(`Unexpected: ${JSON.stringify(reply)}`);
    const ver = this.#others.get(reply.holder)?.ver ?? 0;
    this.#others.set(reply.holder, { task, status: 'working', ver });
    return undefined;
  }

  async #tell(state: State): Promise<void> {
    if (this.#architecture === 'memory') return;
    if (this.#architecture === 'claim') await this.#calls.publish(this.#name, 0, JSON.stringify(state));
    else await this.#client.publish(this.#ns + stateChannel, JSON.stringify({ agent_id: this.#name, state }));
  }

  #take(text: string): void {
    const { agent_id: agent, state } = JSON.parse(text) as { agent_id: string; state: State };
    if (agent === this.#name) return;
    const isNewer = state.ver > (this.#others.get(agent)?.ver ?? 0);
    if (!isNewer && this.#architecture !== 'broadcast') return;
    this.#others.set(agent, state);
    if (state.status === 'done') this.#done.add(state.task);
  }
}

/** The same clock in all processes of this machine. */
const microseconds = (): number => Number(process.hrtime.bigint() / 1000n);

let pickers: Picker[] = [];

async function open(input: Pickers): Promise<void> {
  for (const picker of pickers) picker.close();
  pickers = await Promise.all(input.agents.map((name) => Picker.open(name, input)));
}

async function round(input: PickerRound): Promise<Session[]> {
  return (await Promise.all(pickers.map((picker) => picker.round(input)))).flat();
}

answer({ open, round });
