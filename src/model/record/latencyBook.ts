import type { FineClock } from '../../protocol/clock.ts';
import type { FeedMessage, ServerClock } from '../../protocol/messages.ts';
import type { Measure } from '../../protocol/panel/picture.ts';
import type { Told } from '../picture.ts';
import { keyOf } from '../sorting.ts';
import { isBroadcast } from './lineOf.ts';

/** What took longer was not under way for so long: its stamp is of another thing than its sending. In ms. */
const longest = 3_600_000;
/** By how much two stamps of one clock in whole ms may be wrong. */
const resolution = 1;
/** Waits whose beginning is remembered. */
const mostWaits = 4_096;
/** Without a probe for so long, in ms, it is off. */
const probeSilence = 5_000;

const nothing = { byServer: 0, byPublisher: 0, unmeasured: 0, unstamped: 0, otherClock: 0, impossible: 0 };

interface Age {
  readonly ms: number;
  /** By how much that may be wrong, either way. */
  readonly errorMs: number;
  readonly by: 'byServer' | 'byPublisher';
}

/** Works out how long things took, where clocks allow, and counts where they do not. */
export class LatencyBook {
  readonly #clock: FineClock;
  readonly #hostname: string;
  #server: ServerClock | null = null;
  /** How far the server's clock is ahead, as it was first said. */
  #roughSkewMs = 0;
  #counts = { ...nothing };
  #probe: { way: 'broadcast' | 'ping'; at: number } | null = null;
  /** When a wait began by the server's clock in ms, by namespace and id. */
  readonly #waits = new Map<string, number>();

  /** @param hostname of this machine: who names it as its host stamps by the same clock as we do */
  constructor(clock: FineClock, hostname: string) {
    this.#clock = clock;
    this.#hostname = hostname.toLowerCase();
  }

  /** How far the server's clock is ahead of ours, in ms. */
  get skewMs(): number {
    const fine = this.#server ? this.#server.offsetMs + this.#clock.fine() - this.#clock.now() : Number.NaN;
    return Number.isFinite(fine) ? fine : this.#roughSkewMs;
  }

  get measure(): Measure {
    const server = this.#server;
    const isOn = this.#probe !== null && this.#clock.fine() - this.#probe.at <= probeSilence;
    return {
      clock: server ? (server.isOurs ? 'same' : 'estimated') : 'none',
      offsetMs: server ? this.skewMs : null,
      errorMs: server?.errorMs ?? null,
      ...this.#counts,
      probe: isOn ? this.#probe!.way : 'off',
    };
  }

  setClock({ skewMs, fine }: Extract<FeedMessage, { kind: 'clock' }>): void {
    if (Number.isFinite(skewMs)) this.#roughSkewMs = skewMs;
    const isKnown = fine && Number.isFinite(fine.offsetMs) && fine.errorMs >= 0 && fine.errorMs < Infinity;
    this.#server = isKnown ? fine : null;
  }

  probed(way: 'broadcast' | 'ping'): void {
    this.#probe = { way, at: this.#clock.fine() };
  }

  /** How long a broadcast was under way, in ms; null where that cannot be told. */
  of(told: Told): number | null {
    if (!isBroadcast(told)) return null;
    // What was held back has waited here.
    const age = told.isLive ? this.#age(told) : null;
    if (age === 'unstamped' || age === 'otherClock') {
      this.#counts.unmeasured++;
      this.#counts[age]++;
    } else if (age === null || Number.isNaN(age.ms)) this.#counts.unmeasured++;
    else if (age.ms < -age.errorMs || age.ms > longest) this.#counts.impossible++;
    else {
      this.#counts[age.by]++;
      // What may be nothing for all that the clocks can tell is taken for the middle of what it may be.
      return age.ms < age.errorMs ? Math.min(longest, (age.ms + age.errorMs) / 2) : age.ms;
    }
    return null;
  }

  /** How long somebody waited for what a change gives, in ms by the server's clock; null where it ends no wait. */
  waited({ event: { ns, kind }, change, sent }: Told): number | null {
    // With another history came another clock, and perhaps other waits by the same names.
    if (kind === 'gap') this.#waits.clear();
    if (change?.kind !== 'wait' && change?.kind !== 'claim' && change?.kind !== 'unwait') return null;
    if (change.waitId === null || sent === null) return null;
    const key = keyOf(ns, change.waitId);
    const since = this.#waits.get(key);
    if (change.kind === 'wait') {
      if (since !== undefined) return null;
      if (this.#waits.size >= mostWaits) this.#waits.delete(this.#waits.keys().next().value!);
      this.#waits.set(key, sent.ms);
      return null;
    }
    this.#waits.delete(key);
    return change.kind === 'claim' && since !== undefined ? Math.max(0, sent.ms - since) : null;
  }

  /** Another server, or none. */
  clear(): void {
    this.#server = this.#probe = null;
    this.#roughSkewMs = 0;
    this.#counts = { ...nothing };
    this.#waits.clear();
  }

  /** Null where there is another reason why it cannot be told than those that have a name. */
  #age({ event, sent, isRepeat }: Told): Age | 'unstamped' | 'otherClock' | null {
    if (!sent) return 'unstamped';
    const server = this.#server;
    if (sent.by === 'server') {
      if (!server) return null;
      return { ms: this.#clock.fine() + server.offsetMs - sent.ms, errorMs: server.errorMs, by: 'byServer' };
    }
    // Who sends the same text again, or an old one, sends its stamp with it.
    if (isRepeat || event.kind === 'stale') return null;
    // Whose clock it is goes with the server's where nobody says, and that may not be known yet.
    if (sent.host === null && !server) return null;
    const isHere = sent.host === null ? server!.isOurs : sent.host.toLowerCase() === this.#hostname;
    if (!isHere) return 'otherClock';
    const ours = server?.isOurs ? server : null;
    const now = ours ? this.#clock.fine() + ours.offsetMs : this.#clock.now();
    return { ms: now - sent.ms, errorMs: resolution + (ours?.errorMs ?? 0), by: 'byPublisher' };
  }
}
