import { createHash } from 'node:crypto';
import { endingOf } from '../protocol/activity.ts';
import type { Clock } from '../protocol/clock.ts';
import type { Disposable } from '../protocol/emitter.ts';
import { label } from '../protocol/decode.ts';
import { sampleOf } from '../protocol/json.ts';
import { personRole } from '../protocol/person.ts';
import type { Picture, Told } from './picture.ts';
import { keyOf } from './sorting.ts';

/** What some agents have to be told, since they cannot go on without knowing it. */
export interface Tidings {
  readonly ns: string;
  readonly to: readonly string[];
  /** The same from all who tell the same within a minute, so that it arrives once. */
  readonly id: string;
  readonly text: string;
}

/** Who leads a fleet is guessed, so only so many are told. */
const mostLeaders = 3;
/** Who has told the same within this time, in ms, has told it for all. */
const window = 60_000;
const mostRemembered = 1_000;
/** More than this in a minute from one fleet says nothing more, and would push out of inboxes what others wrote there. */
const mostTold = 50;
const ourId = /^told-([0-9a-f]{20})-\d+$/;

/**
 * Hears what plain agents say went wrong, and says whom to tell it: the parent of the agent that failed or wants a new plan, and
 * those who lead the fleet where nobody is named. What the function library took in, it tells the parent itself. What was
 * there before anybody looked is told to nobody.
 */
export class Herald implements Disposable {
  readonly #picture: Picture;
  readonly #clock: Clock;
  readonly #skewMs: () => number;
  readonly #say: (tidings: Tidings) => void;
  readonly #listening: readonly Disposable[];
  /** Since when what is told of has failed, by its key. */
  readonly #failed = new Map<string, number>();
  /** When somebody last told each, by the middle of its id. */
  readonly #toldAt = new Map<string, number>();
  /** How much was told in this minute, by namespace. */
  readonly #counts = new Map<string, number>();
  #minute = 0;

  /** @param skewMs by how much the server's clock is ahead */
  constructor(picture: Picture, clock: Clock, skewMs: () => number, say: (tidings: Tidings) => void) {
    this.#picture = picture;
    this.#clock = clock;
    this.#skewMs = skewMs;
    this.#say = say;
    this.#listening = [
      picture.onTold((told) => this.#hear(told)),
      picture.onDidChange(({ run }) => run && this.#lookAtRuns()),
    ];
  }

  dispose(): void {
    for (const each of this.#listening) each.dispose();
  }

  #hear({ event, change, update, isLive }: Told): void {
    const { ns, agent: id } = event;
    if (change?.kind === 'message') {
      const told = ourId.exec(change.id)?.[1];
      if (told !== undefined) remember(this.#toldAt, told, this.#clock.now());
    }
    if (event.kind === 'state' && id !== null) {
      const agent = this.#picture.agentById(ns, id);
      const isNews = this.#isNews(`agent ${keyOf(ns, id)}`, agent?.failedAt ?? null);
      // An agent that is met as failed may have been so for long.
      const wasKnown = agent !== undefined && agent.knownSince < (agent.failedAt ?? 0);
      if (
        !isNews ||
        !isLive ||
        !wasKnown ||
        event.seq !== null ||
        update === null ||
        endingOf(agent.status) !== 'failed'
      )
        return;
      const task = agent.task === null ? '' : ` at ${agent.task}`;
      return this.#tell(ns, this.#parentsOf(ns, id), `${id} has failed${task}. Decide what becomes of its work.`);
    }
    if (event.kind !== 'event' || change !== null || !isLive) return;
    const { name, detail } = event.data as { name?: unknown; detail?: unknown };
    if (name !== 'replan') return;
    const why = label(detail) === null ? '' : `: ${label(detail)}`;
    const text = `${id ?? 'An agent'} asks for a new plan${why}. Decide how to go on.`;
    this.#tell(ns, id === null ? this.#leaders(ns) : this.#parentsOf(ns, id), text);
  }

  #lookAtRuns(): void {
    for (const item of this.#picture.run) {
      if (item.kind !== 'run' || !this.#isNews(`run ${item.key}`, item.failedAt)) continue;
      const text = `The run failed: ${item.name} is "${item.status}". Decide how to go on.`;
      this.#tell(item.ns, this.#leaders(item.ns), text);
    }
  }

  /** Whether something has failed of which that was not known. */
  #isNews(key: string, failedAt: number | null): boolean {
    const before = this.#failed.get(key);
    if (failedAt === null) this.#failed.delete(key);
    else remember(this.#failed, key, failedAt);
    return failedAt !== null && failedAt !== before;
  }

  #parentsOf(ns: string, id: string): string[] {
    const parent = this.#picture.agentById(ns, id)?.parent ?? id.slice(0, Math.max(id.lastIndexOf('/'), 0));
    return parent === '' || parent === id ? [] : [parent];
  }

  /** Those that are nobody's children, who was heard last first. */
  #leaders(ns: string): string[] {
    return this.#picture.agents
      .filter(({ ns: its, id, parent, role, liveness, seenAt }) => {
        const isOver = liveness === 'dead' || liveness === 'unknown' || seenAt === null;
        return its === ns && parent === null && !id.includes('/') && role !== personRole && !isOver;
      })
      .sort((a, b) => b.seenAt! - a.seenAt!)
      .slice(0, mostLeaders)
      .map(({ id }) => id);
  }

  #tell(ns: string, to: readonly string[], text: string): void {
    const { library, state } = this.#picture.connection;
    if (to.length === 0 || library === null || state !== 'live') return;
    const now = this.#clock.now();
    const hash = createHash('sha1')
      .update(JSON.stringify([ns, text]))
      .digest('hex')
      .slice(0, 20);
    if (now - (this.#toldAt.get(hash) ?? -window) < window) return;
    const minute = Math.floor((now + this.#skewMs()) / window);
    if (minute !== this.#minute) this.#counts.clear();
    this.#minute = minute;
    const count = this.#counts.get(ns) ?? 0;
    if (count >= mostTold) return;
    this.#counts.set(ns, count + 1);
    remember(this.#toldAt, hash, now);
    this.#say({ ns, to, id: `told-${hash}-${minute}`, text: sampleOf(text, 1_000) });
  }
}

function remember(times: Map<string, number>, key: string, at: number): void {
  times.delete(key);
  times.set(key, at);
  if (times.size > mostRemembered) times.delete(times.keys().next().value!);
}
