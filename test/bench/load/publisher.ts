// Sends messages at an even pace over a bare socket: to the function library, or as plain broadcasts.
import { performance } from 'node:perf_hooks';
import { answer } from '../../support/answering.ts';
import { BareRedis, type Reply } from '../../support/bareRedis.ts';
import { sentStamp } from '../../support/sentStamp.ts';

export interface PublisherRound {
  /**
   * `library`: states are published and files claimed and released, in turn; each is a call. `plain`: the same texts as
   * the library would broadcast, by PUBLISH on `channel`.
   */
  readonly way:
    | { readonly kind: 'library'; readonly ns: string }
    | { readonly kind: 'plain'; readonly channel: string };
  readonly perSecond: number;
  readonly ms: number;
}

export interface PublisherSeen {
  readonly sent: number;
  /** Numbers that the library gave to what it accepted. */
  readonly accepted: number[];
  /** Why calls failed, each reason once. */
  readonly failures: string[];
}

/** Agents that take turns. */
const agents = 10;
const noteLength = 60;
/** Timers are not finer; what is due is sent together. */
const tickMs = 1;

let bare: BareRedis;
let port: number;
let count = 0;

async function open(input: { port: number }): Promise<void> {
  port = input.port;
  bare = await BareRedis.open(port);
}

const agentOf = (index: number): string => `agent-${String(index % agents)}`;
const stateOf = (index: number): string => {
  const state = {
    task: `src/file-${String(index)}.ts`,
    status: 'working',
    ver: index + 1,
    note: sentStamp(noteLength),
  };
  return JSON.stringify(state);
};

/** As long as what the library makes of the same state. */
function plainText(index: number): string {
  const at = `${String(Date.now())}000`;
  return `{"agent_id":"${agentOf(index)}","epoch":"0","seq":${String(index)},"at":"${at}","state":${stateOf(index)}}`;
}

/** Calls the library for the `index`th message of all: every second one is a state, the others claim and release. */
class LibraryCaller {
  readonly #seq: string;
  readonly #lock: (index: number) => string;
  readonly #tokens = new Map<number, Promise<string>>();

  constructor(ns: string) {
    this.#seq = `${ns}agent:seq`;
    this.#lock = (index) => `${ns}lock:src/file-${String(index)}.ts`;
  }

  send(index: number): Promise<Reply> {
    if (index % 2 === 0)
      return bare.call('FCALL', 'signalbox_publish', 1, this.#seq, agentOf(index), 0, '', stateOf(index));
    return index % 4 === 1 ? this.#claim(index) : this.#release(index - 2);
  }

  #claim(index: number): Promise<Reply> {
    const keys = [this.#seq, this.#lock(index)];
    const reply = bare.call('FCALL', 'signalbox_claim', 2, ...keys, agentOf(index), 60_000, sentStamp(noteLength), '');
    this.#tokens.set(
      index,
      reply.then(tokenOf, () => '0'),
    );
    return reply;
  }

  async #release(index: number): Promise<Reply> {
    const token = (await this.#tokens.get(index)) ?? '0';
    this.#tokens.delete(index);
    return bare.call('FCALL', 'signalbox_release', 2, this.#seq, this.#lock(index), agentOf(index), token);
  }
}

const tokenOf = (reply: Reply): string => (Array.isArray(reply) ? String(reply[4]) : '0');

function sender(way: PublisherRound['way']): (index: number) => Promise<Reply> {
  if (way.kind === 'plain') return (index) => bare.call('PUBLISH', way.channel, plainText(index));
  const library = new LibraryCaller(way.ns);
  return (index) => library.send(index);
}

async function round({ way, perSecond, ms }: PublisherRound): Promise<PublisherSeen> {
  const seen = { sent: 0, accepted: new Array<number>(), failures: new Set<string>() };
  const send = sender(way);
  const calls = new Set<Promise<void>>();
  const sendOne = (): void => {
    const call = send(count++).then(
      (reply) => note(seen.accepted, reply),
      (error: unknown) => failed(seen.failures, error),
    );
    seen.sent++;
    calls.add(call);
    void call.finally(() => calls.delete(call));
  };
  await paced(perSecond, ms, sendOne);
  await Promise.all(calls);
  return { ...seen, failures: [...seen.failures] };
}

function note(accepted: number[], reply: Reply): void {
  if (!Array.isArray(reply) || reply[0] !== 'OK') return;
  // A claim's number stands behind its time to live.
  accepted.push(Number(reply.length > 2 ? reply[2] : reply[1]));
}

function failed(failures: Set<string>, error: unknown): void {
  failures.add(error instanceof Error ? error.message : String(error));
  if (bare.isLost) void reopen();
}

let reopening: Promise<void> | undefined;

/** Comes back as soon as there is a server again; what is sent until then fails. */
function reopen(): Promise<void> {
  return (reopening ??= (async () => {
    for (;;) {
      try {
        bare = await BareRedis.open(port);
        reopening = undefined;
        return;
      } catch {
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
    }
  })());
}

/** Calls so many times a second, evenly and without drift. */
function paced(perSecond: number, ms: number, call: () => void): Promise<void> {
  const start = performance.now();
  let done = 0;
  return new Promise((resolve) => {
    const timer = setInterval(() => {
      const now = performance.now() - start;
      const due = Math.floor((Math.min(now, ms) * perSecond) / 1_000);
      while (done < due) {
        done++;
        call();
      }
      if (now < ms) return;
      clearInterval(timer);
      resolve();
    }, tickMs);
  });
}

answer({ open, round });
