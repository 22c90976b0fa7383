// A supervisor without a window: a link and a model, which say when what arrived was in the picture.
import { setTimeout as delay } from 'node:timers/promises';
import { FleetModel } from '../../../src/model/fleetModel.ts';
import { every, systemClock } from '../../../src/protocol/clock.ts';
import { silentLog } from '../../../src/protocol/log.ts';
import type { FeedMessage } from '../../../src/protocol/messages.ts';
import { Link } from '../../../src/redis/link.ts';
import { answer } from '../../support/answering.ts';
import { microseconds, sentIn } from '../../support/sentStamp.ts';

export interface SupervisorSeen {
  /** The numbers that the model told of, in the order in which it did; since the last snapshot of each word. */
  readonly stretches: Stretch[];
  /** When the connection became live, in µs, and what was the last number that had been told by then. */
  readonly lives: { readonly at: number; readonly last: number }[];
  recovered: number;
}

/** What was told in one piece: every number from `from` on. */
export interface Stretch {
  readonly word: 'trimmed' | 'diverged' | null;
  /** What the snapshot stands at. */
  readonly from: number;
  readonly told: number[];
}

/** From sending to being in the picture; ms. */
export interface Delays {
  publish: number[];
  claim: number[];
}

let model: FleetModel;
let link: Link;
let seen: SupervisorSeen;
let delays: Delays;

async function open({ url, ns }: { url: string; ns: string }): Promise<void> {
  link?.dispose();
  model = new FleetModel({ clock: systemClock, observerId: 'bench' });
  link = new Link({ apply }, systemClock, silentLog, 'load');
  seen = { stretches: [], lives: [], recovered: 0 };
  delays = { publish: [], claim: [] };
  model.onEvent(({ seq, kind }) => {
    if (seq !== null && kind !== 'recovered') seen.stretches.at(-1)?.told.push(seq);
  });
  link.watch(true);
  link.connect({ url, namespaces: [ns] });
  await link.settled(10_000);
}

function apply(message: FeedMessage): void {
  if (message.kind === 'snapshot') seen.stretches.push({ word: message.word, from: message.seq, told: [] });
  model.apply(message);
  // From here on it is in the picture, and whoever listens to the model has been told.
  if ('recovered' in message && message.recovered) seen.recovered++;
  if (message.kind === 'accepted') note(delays.publish, sentIn(message.message.state['note']));
  if (message.kind === 'change' && message.change.kind === 'claim') note(delays.claim, sentIn(message.change.task));
  if (message.kind === 'connection' && message.state === 'live')
    seen.lives.push({ at: microseconds(), last: lastTold() });
}

function lastTold(): number {
  const { from = 0, told = [] } = seen.stretches.at(-1) ?? {};
  return told.at(-1) ?? from;
}

function note(list: number[], sent: number | null): void {
  if (sent !== null) list.push((microseconds() - sent) / 1_000);
}

/** Resolves when the model has told this number in the stretch at hand, or in vain after `ms`. */
async function reach({ seq, ms }: { seq: number; ms: number }): Promise<void> {
  const until = performance.now() + ms;
  for (;;) {
    if (lastTold() >= seq || performance.now() > until) return;
    await delay(10);
  }
}

/** Gives what was delayed how long since the last call. */
function takeDelays(): Delays {
  const taken = delays;
  delays = { publish: [], claim: [] };
  return taken;
}

every(systemClock, 1_000, () => (model as FleetModel | undefined)?.tick());
answer({ open, takeDelays, see: () => seen, reach });
