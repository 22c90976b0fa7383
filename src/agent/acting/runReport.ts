import { stateHash } from '../../protocol/names.ts';
import type { Ended } from './interrupt.ts';
import type { Session } from './session.ts';

/** Somebody may publish between our look and our word; after so many times we leave the last word to them. */
const tries = 5;

/** What a run says of the program that it wraps: that it runs, that it still does, and how it ended. */
export class RunReport {
  readonly #session: Session;
  readonly #agent: string;
  readonly #epoch: number;
  readonly #task: string;

  constructor(session: Session, agent: string, epoch: number, task: string) {
    this.#session = session;
    this.#agent = agent;
    this.#epoch = epoch;
    this.#task = task;
  }

  /**
   * Says that the program runs, also once more where a server has lost it. It is version 0, so that the program's own states
   * may begin with 1 and are newer.
   */
  async running(): Promise<void> {
    await this.#publish({ status: 'running', ver: 0 });
  }

  /**
   * A sign of life: what is stored is published again, which changes nothing. It also speaks for a program that publishes
   * its own states, but rarely.
   */
  async beat(): Promise<void> {
    const { client, ns, calls } = this.#session;
    const text = await client.hget(ns + stateHash, this.#agent);
    // The quotes of a name are escaped, so that the first such place is the one after it.
    const [, epoch, state] = /","epoch":"(\d+)","seq":\d+,"at":"\d+","state":(.*)\}$/s.exec(text ?? '') ?? [];
    if (state !== undefined && Number(epoch) === this.#epoch) await calls.publish(this.#agent, this.#epoch, state);
  }

  /** Says how the program ended, behind whatever it published itself. Not where another run of the agent has begun. */
  async ended({ code, signal }: Ended): Promise<void> {
    const how = { status: code === 0 ? 'done' : 'failed', exit: code, ...(signal === null ? {} : { signal }) };
    let ver = 1;
    for (let i = 0; i < tries; i++) {
      const reply = await this.#publish({ ...how, ver });
      if (reply.kind === 'accepted' || reply.kind === 'same' || reply.epoch !== this.#epoch) return;
      ver = reply.ver + 1;
    }
  }

  #publish(state: object) {
    return this.#session.calls.publish(this.#agent, this.#epoch, JSON.stringify({ task: this.#task, ...state }));
  }
}
