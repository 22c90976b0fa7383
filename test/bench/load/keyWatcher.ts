// A supervisor without a window that watches keys: a link and a model, which say when what changed was in the picture.
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { FleetModel } from '../../../src/model/fleetModel.ts';
import { every, systemClock } from '../../../src/protocol/clock.ts';
import { silentLog } from '../../../src/protocol/log.ts';
import { Link } from '../../../src/redis/link.ts';
import { answer } from '../../support/answering.ts';
import { microseconds } from '../../support/sentStamp.ts';

export interface Looks {
  readonly how: string;
  readonly everyMs: number;
}

/** What was seen since the last question; times in µs. */
export interface KeysSeen {
  /** When a lock came into the picture and when it went, by its resource. */
  readonly came: Map<string, number>;
  readonly went: Map<string, number>;
  /** When the sweeps ended. */
  readonly sweeps: number[];
}

let model: FleetModel;
let link: Link;
let seen: KeysSeen;
const waiting: (() => void)[] = [];
const fresh = (): KeysSeen => ({ came: new Map(), went: new Map(), sweeps: [] });

async function open({ url, ns }: { url: string; ns: string }): Promise<void> {
  model = new FleetModel({ clock: systemClock, observerId: 'bench' });
  link = new Link(model, systemClock, silentLog, 'load');
  seen = fresh();
  model.onEvent(({ kind, resource }) => {
    if (resource === null) return;
    if (kind === 'claim') seen.came.set(resource, microseconds());
    else if (kind === 'release' || kind === 'expire') seen.went.set(resource, microseconds());
  });
  link.onMessage(({ kind }) => {
    if (kind !== 'swept') return;
    seen.sweeps.push(microseconds());
    for (const resolve of waiting.splice(0)) resolve();
  });
  link.connect({ url, namespaces: [ns] });
  link.watch(true);
  await link.settled(10_000);
}

const sweepEnded = (): Promise<void> => new Promise((resolve) => void waiting.push(resolve));

/** Sweeps as soon as may be, and gives the p99 and the longest delay of the event loop meanwhile, in ms. */
async function sweep(): Promise<{ p99: number; max: number }> {
  const ended = sweepEnded();
  const delays = monitorEventLoopDelay({ resolution: 1 });
  delays.enable();
  link.watch(false);
  link.watch(true);
  await ended;
  delays.disable();
  return { p99: delays.percentile(99) / 1e6, max: delays.max / 1e6 };
}

function take(): KeysSeen {
  const taken = seen;
  seen = fresh();
  return taken;
}

/** Resolves when changes are seen in this way, and a sweep has seen what was before. */
async function until(how: string): Promise<void> {
  while (model.connection.looks?.how !== how) await sweepEnded();
  await sweepEnded();
}

every(systemClock, 1_000, () => (model as FleetModel | undefined)?.tick());
const looks = (): Looks | null => model.connection.looks;
const watch = (on: boolean): void => link.watch(on);
const counts = (): number[] => [model.claims.length, model.queues.length, model.run.length];
answer({ open, sweep, take, looks, until, watch, counts });
