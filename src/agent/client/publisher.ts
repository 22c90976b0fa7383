import type { Disposable } from '../../protocol/emitter.ts';
import type { Calls, PublishReply } from '../../redis/library/calls.ts';
import { UserError } from '../../redis/userError.ts';
import type { Lifeline } from './lifeline.ts';
import { isPassing } from '../../redis/passing.ts';

export type State = Record<string, unknown>;

/** That a state, or a newer one of the same agent, is the truth now. */
export interface Accepted {
  ver: number;
  /** Its number in the history; null where that cannot be told: a repetition, or a newer one was there already. */
  seq: number | null;
}

/** A state on its way, and who waits for it. */
interface Entry {
  ver: number;
  state: State;
  text: string;
  resolve: ((accepted: Accepted) => void)[];
  reject: ((error: unknown) => void)[];
}

/**
 * Publishes an agent's states, each with the next `ver`. While the connection is lost only the newest is kept, and sent
 * when it is back; whoever published an older one is answered with that.
 */
export class Publisher implements Disposable {
  readonly #calls: Pick<Calls, 'publish'>;
  readonly #link: Lifeline;
  readonly #agent: string;
  readonly #epoch: number;
  readonly #listening: Disposable;
  #ver: number;
  /** As it was published last; one that was refused is forgotten. */
  #state: State;
  #accepted: Pick<Entry, 'ver' | 'state' | 'text'> | undefined;
  #parked: Entry | undefined;
  #closed = false;

  /** @param known what the agent starts from; its `ver` is counted on, so that who compares only that takes ours too */
  constructor(
    calls: Pick<Calls, 'publish'>,
    link: Lifeline,
    who: { agent: string; epoch: number },
    known: { ver: number; state: State },
  ) {
    this.#calls = calls;
    this.#link = link;
    this.#agent = who.agent;
    this.#epoch = who.epoch;
    this.#ver = known.ver;
    this.#state = known.state;
    this.#listening = link.onUp(() => this.#backAgain());
  }

  get state(): State {
    return this.#state;
  }

  /**
   * Resolves when it is accepted.
   * @throws UserError when it is refused, or when the client is closed before
   */
  async publish(state: State): Promise<Accepted> {
    if (this.#closed) throw new UserError({ code: 'closed' });
    const ver = this.#ver + 1;
    const whole = { ...state, ver };
    const text = JSON.stringify(whole);
    this.#ver = ver;
    this.#state = whole;
    return new Promise((resolve, reject) => {
      const entry: Entry = { ver, state: whole, text, resolve: [resolve], reject: [reject] };
      if (this.#link.isUp) void this.#send(entry);
      else this.#park(entry);
    });
  }

  /** What waits for the connection will not be sent. */
  dispose(): void {
    this.#closed = true;
    this.#listening.dispose();
    const error = new UserError({ code: 'closed' });
    for (const reject of this.#parked?.reject ?? []) reject(error);
    this.#parked = undefined;
  }

  async #send(entry: Entry): Promise<void> {
    try {
      const accepted = this.#judged(await this.#calls.publish(this.#agent, this.#epoch, entry.text), entry);
      for (const resolve of entry.resolve) resolve(accepted);
    } catch (error) {
      if (isPassing(error) && !this.#closed) return this.#park(entry);
      if (this.#state === entry.state) this.#state = this.#accepted?.state ?? {};
      for (const reject of entry.reject) reject(error);
    }
  }

  #judged(reply: PublishReply, entry: Entry): Accepted {
    if (reply.kind === 'accepted' || reply.kind === 'same') {
      if (entry.ver > (this.#accepted?.ver ?? 0)) this.#accepted = entry;
      return { ver: entry.ver, seq: reply.kind === 'accepted' ? reply.seq : null };
    }
    if (reply.epoch === this.#epoch && reply.kind === 'stale') return { ver: reply.ver, seq: null };
    const detail = `another run of agent ${this.#agent} publishes; a name is for one at a time`;
    throw new UserError({ code: 'call-refused', detail });
  }

  /** Keeps the newer of what waits for the connection; the older's waiters wait for it. */
  #park(entry: Entry): void {
    const other = this.#parked;
    const [newer, older] = other && other.ver > entry.ver ? [other, entry] : [entry, other];
    newer.resolve.push(...(older?.resolve ?? []));
    newer.reject.push(...(older?.reject ?? []));
    this.#parked = newer;
    // Also where the connection is there, but the server is not ready.
    if (!other) void this.#link.again().then(() => this.#retry());
  }

  #retry(): void {
    const entry = this.#parked;
    if (!entry || this.#closed) return;
    this.#parked = undefined;
    void this.#send(entry);
  }

  /** A server that has lost its data knows nothing of us; one that has not answers that it is the same. */
  #backAgain(): void {
    if (this.#parked || !this.#accepted) return;
    void this.#calls.publish(this.#agent, this.#epoch, this.#accepted.text).catch(() => undefined);
  }
}
