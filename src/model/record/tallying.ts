import type { FeedMessage } from '../../protocol/messages.ts';
import type { ConflictKind } from '../../protocol/panel/picture.ts';
import type { Told } from '../picture.ts';
import { keyOf } from '../sorting.ts';
import type { AgentSeries } from './agentSeries.ts';
import { isSuspected } from '../changeEvent.ts';
import { agentsOf, conflictOf } from './conflictOf.ts';
import type { ConflictRing } from './conflictRing.ts';
import type { LatencyBook } from './latencyBook.ts';
import { isBroadcast, isRecovered } from './lineOf.ts';
import type { SecondRing } from './secondRing.ts';
import { kindIndex, type Tally } from './tally.ts';

/** The changes that decide on claims. */
const decisions: ReadonlySet<string> = new Set(['claim', 'transfer', 'denied']);

/** Counts what happens into the second at hand, for all and for the agent whose doing it is. */
export class Tallying {
  readonly #seconds: SecondRing;
  readonly #agents: AgentSeries;
  readonly #conflicts: ConflictRing;
  readonly #latency: LatencyBook;

  constructor(seconds: SecondRing, agents: AgentSeries, conflicts: ConflictRing, latency: LatencyBook) {
    this.#seconds = seconds;
    this.#agents = agents;
    this.#conflicts = conflicts;
    this.#latency = latency;
  }

  take(told: Told, now: number): void {
    const { event, change } = told;
    const all = this.#seconds.at(now);
    const own = event.agent === null ? undefined : this.#agents.of(keyOf(event.ns, event.agent), all.at);
    const tallies = own ? [all, own] : [all];
    if (isBroadcast(told)) for (const tally of tallies) tally.messages++;
    const ms = this.#latency.of(told);
    if (ms !== null) {
      for (const tally of tallies) {
        tally.latency('messages', ms);
        if (change && decisions.has(change.kind)) tally.latency('claims', ms);
      }
    }
    const waited = this.#latency.waited(told);
    if (waited !== null) for (const tally of tallies) tally.latency('waits', waited);
    const kind = conflictOf[event.kind];
    if (kind && !isSuspected(change)) this.#conflict(kind, told, all, all.at);
    if (isRecovered(told)) count('recovered', tallies);
  }

  probed({ way, ms }: Extract<FeedMessage, { kind: 'probe' }>, now: number): void {
    this.#latency.probed(way);
    if (ms >= 0) this.#seconds.at(now).latency('probe', ms);
  }

  #conflict(kind: ConflictKind, told: Told, all: Tally, at: number): void {
    const { ns, resource } = told.event;
    const { clashed, counted } = agentsOf(told);
    count(kind, [all, ...counted.map((id) => this.#agents.of(keyOf(ns, id), at))]);
    // What is called the resource of these two is a task.
    if (resource === null || kind === 'duplicate' || kind === 'premature') return;
    this.#conflicts.add(at, kind, ns, resource, clashed);
  }
}

function count(kind: ConflictKind, tallies: readonly (Tally | undefined)[]): void {
  for (const tally of tallies) if (tally) tally.conflicts[kindIndex[kind]]!++;
}
