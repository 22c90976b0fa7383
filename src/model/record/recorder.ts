import type { FineClock } from '../../protocol/clock.ts';
import { Emitter, type Disposable } from '../../protocol/emitter.ts';
import { displayText } from '../../protocol/displayText.ts';
import { isObject } from '../../protocol/json.ts';
import type { FeedMessage } from '../../protocol/messages.ts';
import type { Line } from '../../protocol/panel/line.ts';
import type { View } from '../../protocol/panel/messages.ts';
import { latencySeries, type HotFile, type Now, type Second } from '../../protocol/panel/picture.ts';
import { reasonText, type Translator } from '../../protocol/reasons.ts';
import type { Change, Picture, Told } from '../picture.ts';
import { AgentNames } from './agentNames.ts';
import { AgentSeries, nothingOwn } from './agentSeries.ts';
import { ConflictRing } from './conflictRing.ts';
import { figures, type Sources } from './figures.ts';
import { GaugeReader } from './gauges.ts';
import { LatencyBook } from './latencyBook.ts';
import { draftOf, draftOfCommand, draftOfHeard, draftOfPast, type CommandSeen } from './lineOf.ts';
import { LineRing, type Draft, type Floor } from './lineRing.ts';
import { QueueRates } from './queueRates.ts';
import { SecondRing } from './secondRing.ts';
import { seriesIndex } from './tally.ts';
import { Tallying } from './tallying.ts';

export interface RecorderOptions {
  readonly l10n: Translator;
  /** Of this machine. */
  readonly hostname: string;
  /** How many lines are kept, and UTF-16 units of their texts. */
  readonly lines?: number;
  readonly units?: number;
}

/** What a Date can hold, in ms. */
const longestTime = 8.64e15;

/**
 * What happened over time, as the panel shows it: every line, and each second of the last hour. It listens to the picture
 * and keeps what the picture forgets; all that it keeps is bounded.
 */
export class Recorder implements Disposable {
  readonly #picture: Picture;
  readonly #clock: FineClock;
  readonly #l10n: Translator;
  readonly #listening: readonly Disposable[];
  readonly #cleared = new Emitter<void>();
  readonly lines: LineRing;
  readonly #latency: LatencyBook;
  readonly #seconds: SecondRing;
  readonly #agents: AgentSeries;
  readonly #conflicts = new ConflictRing();
  readonly #tallying: Tallying;
  readonly #rates = new QueueRates();
  readonly #gauges: GaugeReader;
  readonly #sources: Sources;
  readonly #roleOf: (ns: string, agent: string) => string | null;
  /** Namespaces whose history is another one than that of some lines, so that numbers do not tell what comes before them. */
  readonly #otherHistories = new Set<string>();
  #now: number;
  /** What is connected to. */
  #whereTo: string;

  /**
   * Fires when what was recorded is of another server or namespaces, and has been forgotten. Where a connection is given up
   * it is kept, with what was last known of the fleet, until there is another.
   */
  readonly onDidClear = this.#cleared.event;

  constructor(picture: Picture, clock: FineClock, options: RecorderOptions) {
    this.#picture = picture;
    this.#clock = clock;
    this.#l10n = options.l10n;
    this.#now = 0;
    const now = this.#wall();
    this.lines = new LineRing(options.lines ?? 5_000, options.units ?? 4_000_000);
    this.#latency = new LatencyBook(clock, options.hostname);
    this.#seconds = new SecondRing(now);
    this.#agents = new AgentSeries(now);
    this.#tallying = new Tallying(this.#seconds, this.#agents, this.#conflicts, this.#latency);
    this.#gauges = new GaugeReader(picture);
    this.#sources = {
      picture,
      l10n: options.l10n,
      gauges: this.#gauges,
      seconds: this.#seconds,
      agents: this.#agents,
      names: new AgentNames(picture),
      rates: this.#rates,
    };
    this.#roleOf = (ns, agent) => picture.agentById(ns, agent)?.role ?? null;
    const { url, namespaces } = picture.connection;
    this.#whereTo = whereTo(url, namespaces);
    for (const queue of picture.queues) this.#rates.follow(queue, clock.fine());
    this.#listening = [
      picture.onTold((told) => this.#told(told)),
      picture.onDidChange((change) => this.#changed(change)),
    ];
  }

  /** Takes what the picture makes nothing of. To be called after the model took it. */
  apply(message: FeedMessage): void {
    const { kind } = message;
    if (kind === 'clock') this.#latency.setClock(message);
    else if (kind === 'probe') this.#tallying.probed(message, this.#wall());
    else if (kind === 'heard') this.lines.append(draftOfHeard(message, this.#wall()));
    else if (kind === 'dropped') this.lines.missed(message.count);
    else if (kind === 'opened') this.#turnTo(whereTo(message.url, message.namespaces));
    else if (kind === 'queues') this.#rates.looked(message.ns, this.#clock.fine());
    else if (kind === 'gap' || (kind === 'connection' && message.state !== 'live')) this.#rates.lostSight();
  }

  /** A command that MONITOR saw. */
  command(seen: CommandSeen): void {
    this.lines.append(draftOfCommand(seen, this.#wall(), this.#latency.skewMs));
  }

  /**
   * Takes what was read backwards from the history, oldest first; what is kept already is left out. Returns the new lines,
   * oldest first; where there is no room, those that come first are not among them.
   */
  past(messages: readonly FeedMessage[]): Line[] {
    const now = this.#wall();
    const floors = new Map<string, Floor | undefined>();
    const drafts: Draft[] = [];
    let near = now;
    // From the newest on, since what has no time of its own takes that of what comes after it.
    for (const message of messages.toReversed()) {
      if ((message.kind === 'accepted' || message.kind === 'change') && this.#isKept(message, floors)) continue;
      const draft = draftOfPast(message, now, this.#latency.skewMs, near, this.#l10n);
      if (!draft) continue;
      near = draft.at;
      drafts.push(draft);
    }
    drafts.reverse();
    return this.lines.prepend(drafts);
  }

  /** The number of the first change of a namespace of which there is a line; null where there is none. */
  firstSeq(ns: string): number | null {
    return this.lines.floor(ns)?.seq ?? null;
  }

  /** Lets time pass: closes the seconds that are over, and returns how many there were. To be called once a second. */
  tick(): number {
    const now = this.#wall();
    if (this.#seconds.isAhead(now)) {
      this.#seconds.setBack(now);
      this.#agents.setBack(now);
      this.#conflicts.setBack(now);
    }
    const { isLive, agents, claims, you, queued, oldestMs } = this.#gauges.read();
    this.#agents.tick(now);
    return this.#seconds.close(now, { isLive, agents, claims, you, queued, oldestMs });
  }

  now(): Now {
    return figures(this.#sources, this.#latency.measure, this.#wall(), this.#clock.fine());
  }

  /**
   * The ended seconds of a range, oldest first and without holes. With an agent, its broadcasts, conflicts and latencies
   * stand there instead of those of all, from when on they are known; that agent is kept as long as no other is asked for.
   */
  seconds(view: View): Second[] {
    return this.lastSeconds(view, -Infinity);
  }

  /** As {@link seconds}, of those that began after a time. */
  lastSeconds({ agent, range }: View, after: number): Second[] {
    const seconds = this.#seconds.closed.slice(-range).filter(({ at }) => at > after);
    if (agent === null || seconds.length === 0) return seconds;
    this.#agents.watch(agent, this.#wall());
    const from = this.#agents.knownFrom(agent);
    const own = this.#agents.since(agent, seconds[0]!.at);
    const probe = seriesIndex.probe;
    return seconds
      .filter(({ at }) => at >= from)
      .map((second) => {
        const part = own.get(second.at) ?? nothingOwn();
        const latency = latencySeries.map((_, i) => (i === probe ? second : part).latency[i]!);
        return { ...second, ...part, latency };
      });
  }

  /** What agents clashed over most often in a range. */
  hot({ agent, range }: View): HotFile[] {
    const files = this.#conflicts.hot(this.#wall() - range * 1_000, agent);
    const name = (ns: string, id: string): string => displayText(this.#picture.nameOf(ns, id), 512);
    return files.map((file) => ({ ...file, agents: file.agents.map((id) => name(file.ns, id)) }));
  }

  dispose(): void {
    for (const each of this.#listening) each.dispose();
    this.#cleared.dispose();
  }

  /** Whether there is a line already of an entry of the history. */
  #isKept(
    { ns, seq, atUs }: Extract<FeedMessage, { kind: 'accepted' | 'change' }>,
    floors: Map<string, Floor | undefined>,
  ): boolean {
    if (!floors.has(ns)) floors.set(ns, this.lines.floor(ns));
    const floor = floors.get(ns);
    if (!floor) return false;
    // What has no number follows the one before it at once, so that its time tells.
    if (seq === null) return atUs >= floor.stampUs;
    if (floor.seq !== null && seq >= floor.seq) return true;
    // Numbers only rise, also where the server's clock was set back.
    return atUs > floor.stampUs && (floor.seq === null || this.#otherHistories.has(ns));
  }

  #told(told: Told): void {
    const now = this.#wall();
    const { kind, ns, data } = told.event;
    if (kind === 'gap' && isObject(data) && data['word'] === 'diverged') this.#otherHistories.add(ns);
    this.#tallying.take(told, now);
    const draft = draftOf(told, now, this.#latency.skewMs, this.#roleOf, this.#l10n);
    if (!draft) return;
    // The picture knows why in a form that can be said in any language.
    const reason = told.event.kind === 'connection' && this.#picture.connection.reason;
    this.lines.append(reason ? { ...draft, reason: reasonText(reason, this.#l10n) } : draft);
  }

  #changed(change: Change): void {
    this.#gauges.changed(change);
    if (change.queues.size === 0) return;
    const fine = this.#clock.fine();
    for (const key of change.queues) {
      const queue = this.#picture.queue(key);
      if (queue) this.#seconds.at(this.#wall()).done += this.#rates.follow(queue, fine);
      else this.#rates.forget(key);
    }
  }

  #turnTo(where: string): void {
    if (where === this.#whereTo) return;
    this.#whereTo = where;
    this.#otherHistories.clear();
    const now = this.#wall();
    this.#seconds.clear(now);
    for (const part of [this.lines, this.#latency, this.#agents, this.#conflicts, this.#rates, this.#gauges])
      part.clear();
    this.#cleared.fire();
  }

  /** Now by this machine's clock; the last that was one where it tells what no Date can hold. */
  #wall(): number {
    const now = this.#clock.now();
    if (Math.abs(now) <= longestTime) this.#now = now;
    return this.#now;
  }
}

const whereTo = (url: string | null, namespaces: readonly string[]): string => JSON.stringify([url, ...namespaces]);
