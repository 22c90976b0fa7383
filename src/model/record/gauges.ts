import type { Change, Picture } from '../picture.ts';
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

/** How things stand: the figures that `status --json` has, counted again only after a change. */
export class GaugeReader {
  readonly #picture: Picture;
  #last: AllGauges | undefined;

  constructor(picture: Picture) {
    this.#picture = picture;
  }

  /** The picture changed. */
  changed({ connection, agents, claims, queues, attention }: Change): void {
    if (connection || agents.size > 0 || claims.size > 0 || queues.size > 0 || attention) this.#last = undefined;
  }

  /** Something else may have changed the picture. */
  clear(): void {
    this.#last = undefined;
  }

  read(): AllGauges {
    return (this.#last ??= this.#count());
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
