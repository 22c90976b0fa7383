import type { Counts } from '../../protocol/status.ts';
import type { Change, Picture, Queue } from '../picture.ts';
import type { Gauges } from './secondRing.ts';

export interface AllGauges extends Gauges {
  /** Agents that are stalled or dead. */
  readonly silent: number;
  /** Claims that others wait for. */
  readonly contested: number;
  /** Since when the first of those waits who wait for a person; null where nobody does. */
  readonly youSince: number | null;
  /** How many things need a person. */
  readonly attention: number;
}

/** What is not counted here, but goes with the figures where the fleet is gone. */
interface Standing {
  readonly counts: Readonly<Counts>;
  readonly queues: readonly Queue[];
  readonly measuresPremature: boolean;
}

/**
 * How things stand: the figures that `status --json` has, counted again only after a change. Where the connection is given
 * up the picture is empty, and they stay as they were last read until there is a connection again.
 */
export class GaugeReader {
  readonly #picture: Picture;
  #last: AllGauges | undefined;
  /** What was last read while there was a fleet. */
  #known: (AllGauges & Standing) | undefined;
  #isGone = false;

  constructor(picture: Picture) {
    this.#picture = picture;
  }

  /** The picture changed. */
  changed({ connection, agents, claims, queues, attention }: Change): void {
    if (connection) this.#turned();
    if (connection || agents.size > 0 || claims.size > 0 || queues.size > 0 || attention) this.#last = undefined;
  }

  /** It is another fleet. */
  clear(): void {
    this.#last = this.#known = undefined;
    this.#isGone = false;
  }

  read(): AllGauges & Standing {
    if (this.#isGone && this.#known) return this.#known;
    const { counts, queues, measuresPremature } = this.#picture;
    return (this.#known = { ...(this.#last ??= this.#count()), counts, queues, measuresPremature });
  }

  #turned(): void {
    const { state } = this.#picture.connection;
    if (state === 'live') this.#isGone = false;
    else if (state === 'unconfigured' && this.#known) {
      this.#isGone = true;
      this.#known = { ...this.#known, isLive: false };
    }
  }

  #count(): AllGauges {
    const { connection, agents, claims, waits, queues, attention } = this.#picture;
    const waiting = agents.filter(({ liveness }) => liveness === 'you');
    const since = new Map<string, number>();
    if (waiting.length > 0) {
      for (const { kind, ns, agent, since: at } of attention) {
        const key = kind === 'waiting-on-you' && agent !== null && this.#picture.agentById(ns, agent)?.key;
        if (key) since.set(key, at);
      }
    }
    const begun = waiting.map((agent) => since.get(agent.key) ?? agent.seenAt ?? agent.knownSince);
    const ages = queues.flatMap(({ oldestMs }) => (oldestMs === null || !(oldestMs >= 0) ? [] : [oldestMs]));
    return {
      isLive: connection.state === 'live',
      agents: agents.length,
      claims: claims.length,
      you: waiting.length,
      queued: queues.reduce((sum, queue) => sum + queue.waiting, 0),
      oldestMs: ages.length > 0 ? Math.max(...ages) : null,
      silent: agents.filter(({ liveness }) => liveness === 'stalled' || liveness === 'dead').length,
      contested: waits.length === 0 ? 0 : claims.filter((claim) => claim.waiters.length > 0).length,
      attention: attention.length,
      youSince: begun.length > 0 ? Math.min(...begun) : null,
    };
  }
}
