import { decodeChange, type Change } from '../../protocol/changes.ts';
import { decodeEvent, decodeState } from '../../protocol/decode.ts';
import { Emitter, type Disposable } from '../../protocol/emitter.ts';
import type { StateMessage } from '../../protocol/messages.ts';
import { controlKey, eventChannel, stateChannel } from '../../protocol/names.ts';
import type { Redis } from '../../redis/client.ts';
import { readStored } from '../../redis/storedStates.ts';
import type { Lifeline } from './lifeline.ts';
import type { Listeners } from './listeners.ts';
import { answered } from './answered.ts';
import { HeardStates } from './states.ts';

/** What was heard and not handed on. */
export interface Skipped {
  own: number;
  stale: number;
  malformed: number;
}

/** Listens on a namespace's channels, decodes what comes, and hands on what is news. */
export class Hearing implements Disposable {
  readonly #subscriber: Lifeline;
  readonly #commands: Redis;
  readonly #ns: string;
  readonly #agent: string;
  readonly #listeners: Listeners;
  readonly #heard: HeardStates;
  readonly #change = new Emitter<Change>();
  readonly #control = new Emitter<string>();
  readonly #returned = new Emitter<void>();
  readonly #skipped: Skipped = { own: 0, stale: 0, malformed: 0 };
  readonly #coming: Disposable;
  #withStates = false;

  /** What the library tells of leases, messages and the like, whoever caused it. */
  readonly onChange = this.#change.event;
  /** Somebody may have been paused or resumed: the agent that was named, or `*`. */
  readonly onControl = this.#control.event;
  /** We listen again; what was said meanwhile has to be read. */
  readonly onReturn = this.#returned.event;

  /** @param trouble told when listening again fails */
  constructor(
    subscriber: Lifeline,
    commands: Redis,
    where: { ns: string; agent: string },
    listeners: Listeners,
    trouble: (error: unknown) => void,
  ) {
    this.#subscriber = subscriber;
    this.#commands = commands;
    this.#ns = where.ns;
    this.#agent = where.agent;
    this.#listeners = listeners;
    this.#heard = new HeardStates(where.agent);
    subscriber.client.on('message', (channel: string, text: string) => this.#on(channel, text));
    this.#coming = subscriber.onUp(() => void this.#listenAgain().catch(trouble));
  }

  get skipped(): Readonly<Skipped> {
    return { ...this.#skipped };
  }

  /** Resolves when events are heard. @throws UserError */
  async start(): Promise<void> {
    await answered(this.#subscriber.client.subscribe(this.#ns + eventChannel, this.#ns + controlKey));
  }

  /** States are handed on from here on, the stored ones first. @throws UserError */
  async listenToStates(): Promise<void> {
    if (this.#withStates) return;
    this.#withStates = true;
    try {
      await answered(this.#subscribeToStates());
    } catch (error) {
      this.#withStates = false;
      throw error;
    }
  }

  dispose(): void {
    this.#coming.dispose();
    for (const emitter of [this.#change, this.#control, this.#returned]) emitter.dispose();
  }

  async #listenAgain(): Promise<void> {
    await this.start();
    this.#returned.fire();
    if (this.#withStates) await answered(this.#subscribeToStates());
  }

  async #subscribeToStates(): Promise<void> {
    await this.#subscriber.client.subscribe(this.#ns + stateChannel);
    // Whatever comes meanwhile is newer, and what is stored does then not count any more.
    for await (const stored of readStored(this.#commands, this.#ns)) {
      if (stored.kind === 'stored' && this.#heard.isNews(stored.message)) this.#hand(stored.message, true);
    }
  }

  #on(channel: string, text: string): void {
    switch (channel.slice(this.#ns.length)) {
      case stateChannel:
        return this.#onState(text);
      case eventChannel:
        return this.#onEvent(text);
      case controlKey:
        return this.#onControl(text);
    }
  }

  #onState(text: string): void {
    const decoded = decodeState(text);
    if (!decoded.ok) this.#skipped.malformed++;
    else if (decoded.value.agentId === this.#agent) this.#skipped.own++;
    else if (!this.#heard.isNews(decoded.value)) this.#skipped.stale++;
    else this.#hand(decoded.value, false);
  }

  #hand({ agentId, epoch, ver, state }: StateMessage, stored: boolean): void {
    void this.#listeners.tell({ kind: 'state', agent: agentId, epoch, ver, state, stored });
  }

  #onEvent(text: string): void {
    const decoded = decodeEvent(text);
    if (!decoded.ok) {
      this.#skipped.malformed++;
      return;
    }
    const told = decodeChange(text);
    const change = told.ok && told.value.kind !== 'other' ? told.value : null;
    if (change) this.#change.fire(change);
    if (decoded.value.agentId === this.#agent) this.#skipped.own++;
    else void this.#listeners.tell({ kind: 'event', event: decoded.value, change, text });
  }

  #onControl(text: string): void {
    const decoded = decodeChange(text);
    if (decoded.ok && decoded.value.kind === 'control') this.#control.fire(decoded.value.target);
  }
}
