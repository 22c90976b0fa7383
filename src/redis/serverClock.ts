/** One question for the server's time: when it was sent and answered by our fine clock, and what the answer was. */
export interface ClockSample {
  sentFine: number;
  /** Milliseconds since 1970 with fractions. */
  serverMs: number;
  receivedFine: number;
}

/** What to add to the fine clock's time for the server's, and by how much that may be wrong either way; ms. */
export interface ClockOffset {
  offsetMs: number;
  errorMs: number;
}

/** How long an answer is good for, in ms. */
const kept = 60_000;
/** By how much two clocks may drift apart: 20 parts in a million, which is what quartz promises. */
const drift = 20e-6;
/** What a time may be wrong by for being a whole number of microseconds, and a sum of such in floating point; ms. */
const grain = 0.002;
/** How many answers are kept; one every two seconds comes to half of it. */
const most = 64;

interface Known extends ClockOffset {
  at: number;
}

/**
 * How the server's clock stands against our own fine one. The server read its clock between our sending and our receiving,
 * so the middle of the two is wrong by half the round trip at most, and the fastest of several answers is the best.
 */
export class ServerClock {
  #known: Known[] = [];
  /** The last answer, where it cannot be right if those before are. */
  #doubt: Known | null = null;

  /** Whether the next answer has to tell what is right: the last, or those before. */
  get isInDoubt(): boolean {
    return this.#doubt !== null;
  }

  add({ sentFine, serverMs, receivedFine }: ClockSample): void {
    const sample: Known = {
      at: receivedFine,
      offsetMs: serverMs - (sentFine + receivedFine) / 2,
      errorMs: (receivedFine - sentFine) / 2 + grain,
    };
    const isRecent = ({ at }: Known): boolean => receivedFine - at <= kept;
    const contradicts = (known: Known): boolean =>
      Math.abs(known.offsetMs - sample.offsetMs) > errorAt(known, receivedFine) + sample.errorMs;
    const recent = this.#known.filter(isRecent);
    const doubt = this.#doubt;
    this.#doubt = null;
    if (!recent.some(contradicts)) this.#known = [...recent.slice(1 - most), sample];
    // Two in a row: a clock was set, or this machine slept. Then all that is older is worthless.
    else if (doubt && isRecent(doubt) && !contradicts(doubt)) this.#known = [doubt, sample];
    // One alone may be a mistake, or may have been under way while this machine slept.
    else this.#doubt = sample;
  }

  /** The best that is known at this time of the fine clock; null where nothing is. */
  best(fine: number): ClockOffset | null {
    let best: ClockOffset | null = null;
    for (const known of this.#known) {
      if (fine - known.at > kept) continue;
      const errorMs = errorAt(known, fine);
      if (!best || errorMs < best.errorMs) best = { offsetMs: known.offsetMs, errorMs };
    }
    return best;
  }
}

const errorAt = ({ at, errorMs }: Known, fine: number): number => errorMs + Math.max(0, fine - at) * drift;
