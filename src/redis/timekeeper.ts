import type { FineClock } from '../protocol/clock.ts';
import type { FeedMessage } from '../protocol/messages.ts';
import type { Redis } from './client.ts';
import { ServerClock } from './serverClock.ts';

/** How often the time is asked at the beginning, for one fast answer among several. */
const firstQuestions = 5;
/** How far this machine's clock may be from the server's, beside what is uncertain, for being the same; ms. */
const sameClock = 2;

/** Asks the server for its time, which also measures the round trip, and tells how its clock stands against ours. */
export class Timekeeper {
  readonly #clock: FineClock;
  readonly #emit: (message: FeedMessage) => void;
  #known = new ServerClock();
  #answers = 0;
  #isAllowed = true;

  constructor(clock: FineClock, emit: (message: FeedMessage) => void) {
    this.#clock = clock;
    this.#emit = emit;
  }

  /**
   * A connection begins: asks once, which is good enough for saying when something happened; for how long something took
   * the first answer alone is worth little, as it is often a slow one. Returns how long the answer took, as `measure` does.
   * @throws the client's error
   */
  async begin(client: Redis): Promise<number> {
    this.#known = new ServerClock();
    this.#answers = 0;
    this.#isAllowed = true;
    const ms = await this.#ask(client);
    if (ms === null) return this.#ping(client);
    this.#tell(client, false);
    return ms;
  }

  /**
   * How long it takes to ask the server something, in ms: the time where that is allowed, with several questions the first
   * time, else a PING. @throws the client's error
   */
  async measure(client: Redis): Promise<number> {
    let ms = await this.#ask(client);
    // An answer that those before contradict is asked about at once, and not for ever.
    for (let asked = 1; ms !== null; asked++) {
      const isDoubted = this.#known.isInDoubt && asked < firstQuestions;
      if (this.#answers >= firstQuestions && !isDoubted) break;
      ms = await this.#ask(client);
    }
    if (ms !== null) {
      this.#tell(client, true);
      return ms;
    }
    return this.#ping(client);
  }

  async #ping(client: Redis): Promise<number> {
    const started = this.#clock.fine();
    await client.ping();
    return this.#clock.fine() - started;
  }

  /** How long the answer took; null where the time may not be asked, or what is answered is none. */
  async #ask(client: Redis): Promise<number | null> {
    if (!this.#isAllowed) return null;
    const sentFine = this.#clock.fine();
    const time = await client.time().catch((error: unknown) => {
      if (error instanceof Error && /^(NOPERM|ERR)/.test(error.message)) return null;
      throw error;
    });
    const receivedFine = this.#clock.fine();
    const serverMs = msOf(time);
    this.#isAllowed = serverMs !== null;
    if (serverMs === null) return null;
    this.#answers++;
    this.#known.add({ sentFine, serverMs, receivedFine });
    return receivedFine - sentFine;
  }

  #tell(client: Redis, isFine: boolean): void {
    const fine = this.#clock.fine();
    const best = this.#known.best(fine);
    if (!best) return;
    const skewMs = best.offsetMs + fine - this.#clock.now();
    if (!isFine) return this.#emit({ kind: 'clock', skewMs });
    // A way to another machine that ends here, and whose clock agrees so well, is taken for ours as well; that does no
    // harm, since what is stamped by either clock is then measured right by the other.
    const isOurs = endsHere(client) && Math.abs(skewMs) <= sameClock + best.errorMs;
    this.#emit({ kind: 'clock', skewMs, fine: { ...best, isOurs } });
  }
}

/** What a server answers as its time, seconds and microseconds since 1970, in ms; null for anything else. */
function msOf(answer: unknown): number | null {
  if (!Array.isArray(answer) || answer.length !== 2) return null;
  const [seconds, microseconds] = answer.map(String);
  if (!/^\d{1,12}$/.test(seconds!) || !/^\d{1,6}$/.test(microseconds!)) return null;
  return Number(seconds) * 1_000 + Number(microseconds) / 1_000;
}

/** Whether the other end of a connection is on this machine: a socket in the file system, or an address of our own. */
function endsHere({ stream, options }: Redis): boolean {
  const { remoteAddress, localAddress } = stream;
  if (remoteAddress === undefined) return options.path !== undefined;
  return remoteAddress === localAddress || /^(127\.|::1$|::ffff:127\.)/.test(remoteAddress);
}
