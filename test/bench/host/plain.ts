import { monitorEventLoopDelay, performance } from 'node:perf_hooks';
import * as vscode from 'vscode';
import type { SignalboxApi, Status } from '../../../src/protocol/status.ts';
import { quiet } from './quiet.ts';
import { TreeSpy, type TreeSeen } from './treeSpy.ts';

export interface PlainInput {
  readonly url: string;
  /** What a message on it starts the agents. */
  readonly startChannel: string;
  readonly agents: number;
  readonly claims: number;
  readonly queues: number;
  readonly idleMs: number;
  readonly warmUpMs: number;
  readonly measureMs: number;
}

/** Ms by which the event loop was late, beyond the interval at which it was looked at. */
export interface LoopDelay {
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
}

export interface PlainSeen {
  readonly measuredMs: number;
  /** Messages that agents had sent before the last one shown, and those that the model took as news. */
  readonly sent: number;
  readonly applied: number;
  /** Ages of the newest message of each connection in `status()`, the oldest of them at each look, in ms. */
  readonly behindMs: readonly number[];
  readonly idle: LoopDelay;
  readonly loaded: LoopDelay;
  readonly cpuMs: number;
  readonly counts: Status['counts'];
  readonly trees: Record<string, TreeSeen>;
}

const lookMs = 100;
const resolution = 10;
const views = ['attention', 'agents', 'claims', 'queues'];

export async function run(input: PlainInput): Promise<PlainSeen> {
  const extension = vscode.extensions.getExtension<SignalboxApi>('signalbox.signalbox');
  if (!extension) throw new Error('the extension is not there');
  const spy = new TreeSpy(extension.extensionPath);
  const api = await extension.activate();
  await vscode.commands.executeCommand('signalbox.connect', { url: input.url });
  for (const view of views) await vscode.commands.executeCommand(`signalbox.${view}.focus`);
  await until('everything is known and shown', () => {
    const { agents, claims, queues } = api.status();
    const shown = Object.values(spy.seen()).filter((tree) => tree.visible).length;
    const known = agents.length >= input.agents && claims.length >= input.claims && queues.length >= input.queues;
    return known && shown === views.length;
  });
  await quiet();
  const idle = await loopDelay(() => pause(input.idleMs));

  await vscode.commands.executeCommand('signalbox.publishTestPayload', { channel: input.startChannel, payload: 'go' });
  await pause(input.warmUpMs);
  spy.begin();
  const first = progress(api.status());
  const from = performance.now();
  const cpu = process.cpuUsage();
  const behindMs: number[] = [];
  const loaded = await loopDelay(async () => {
    while (performance.now() - from < input.measureMs) {
      await pause(lookMs);
      behindMs.push(Date.now() - progress(api.status()).shownFrom);
    }
  });
  const { user, system } = process.cpuUsage(cpu);
  const status = api.status();
  const last = progress(status);
  return {
    measuredMs: performance.now() - from,
    sent: last.sent - first.sent,
    applied: last.applied - first.applied,
    behindMs,
    idle,
    loaded,
    cpuMs: (user + system) / 1000,
    counts: status.counts,
    trees: spy.seen(),
  };
}

/** How far the load is known: each connection numbers and stamps what it sends, and every message has a task of its own. */
function progress({ agents, counts }: Status): { sent: number; applied: number; shownFrom: number } {
  const newest = new Map<unknown, { n: number; at: number }>();
  for (const { state } of agents) {
    const { connection, n, at } = state as { connection?: number; n?: number; at?: number };
    if (n === undefined || at === undefined) continue;
    if (n > (newest.get(connection)?.n ?? -1)) newest.set(connection, { n, at });
  }
  const all = [...newest.values()];
  return {
    sent: all.reduce((sum, { n }) => sum + n, 0),
    applied: counts.tasks,
    shownFrom: Math.min(...all.map(({ at }) => at)),
  };
}

async function loopDelay(during: () => Promise<void>): Promise<LoopDelay> {
  const histogram = monitorEventLoopDelay({ resolution });
  histogram.enable();
  await during();
  histogram.disable();
  // What it records is the time from one look to the next.
  const late = (ns: number): number => Math.max(0, ns / 1e6 - resolution);
  return { p50: late(histogram.percentile(50)), p99: late(histogram.percentile(99)), max: late(histogram.max) };
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

async function until(what: string, holds: () => boolean): Promise<void> {
  const end = performance.now() + 60_000;
  while (!holds()) {
    if (performance.now() > end) throw new Error(`Waited in vain until ${what}.`);
    await pause(lookMs);
  }
}
