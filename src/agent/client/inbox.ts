import type { Calls } from '../../redis/library/calls.ts';
import type { Listeners } from './listeners.ts';

/** Hands the messages of an agent's inbox on, one after the other, and confirms each after all listeners have returned. */
export class Inbox {
  readonly #calls: Pick<Calls, 'inbox'>;
  readonly #agent: string;
  readonly #listeners: Listeners;
  #reading: Promise<void> | undefined;
  #wanted = false;
  #closed = false;

  constructor(calls: Pick<Calls, 'inbox'>, agent: string, listeners: Listeners) {
    this.#calls = calls;
    this.#agent = agent;
    this.#listeners = listeners;
  }

  /**
   * Looks whether there is something, and hands it on. While nobody listens nothing is taken.
   * @throws UserError by the first look that fails; what was not confirmed is there at the next one
   */
  async look(): Promise<void> {
    this.#wanted = true;
    // A look that is under way may have been too early for what we were told of.
    return (this.#reading ??= this.#read().finally(() => (this.#reading = undefined)));
  }

  /** No further message is handed on. */
  close(): void {
    this.#closed = true;
  }

  async #read(): Promise<void> {
    while (this.#wanted && !this.#closed && !this.#listeners.isEmpty) {
      this.#wanted = false;
      // One at a time: each question confirms the message before, and brings the next.
      let [message] = await this.#calls.inbox(this.#agent, '', 1);
      while (message && !this.#closed && (await this.#listeners.tell({ kind: 'inbox', ...message }))) {
        [message] = await this.#calls.inbox(this.#agent, message.id, this.#closed ? 0 : 1);
      }
    }
  }
}
