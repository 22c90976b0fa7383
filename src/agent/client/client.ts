import { randomUUID } from 'node:crypto';
import { every } from '../../protocol/clock.ts';
import type { PauseSeen } from '../../protocol/snapshotItems.ts';
import { decodeStored } from '../../protocol/decode.ts';
import { Emitter, type Disposable, type Event } from '../../protocol/emitter.ts';
import { openForBlocking } from '../../redis/connection.ts';
import { Calls } from '../../redis/library/calls.ts';
import { loadLibrary } from '../../redis/library/load.ts';
import { UserError } from '../../redis/userError.ts';
import type { Bell } from '../../redis/library/inLine.ts';
import { Claims, type ClaimOptions, type ClaimResult } from './claims.ts';
import { isMailFor, leaseTouchedBy } from './concerns.ts';
import { Hearing, type Skipped } from './hearing.ts';
import { Inbox } from './inbox.ts';
import type { Lease, Loss } from './lease.ts';
import { Leases } from './leases.ts';
import { Lifeline, patience } from './lifeline.ts';
import { Listeners } from './listeners.ts';
import { Merger } from './merge.ts';
import type { AgentListener } from './message.ts';
import { isPassing } from '../../redis/passing.ts';
import { Pauses } from './pauses.ts';
import { Publisher, type Accepted, type State } from './publisher.ts';
import { resolveOptions, type AgentOptions, type Resolved } from './settings.ts';

/** How often the inbox and the pauses are read although nothing was told, in ms. */
const lookInterval = 10_000;

/**
 * An agent of a fleet: it publishes its state, claims what it works on, and hears the others. It survives lost connections
 * and restarts of the server by itself.
 */
export class AgentClient {
  readonly name: string;
  readonly namespace: string;
  /** This run's number: newer runs of an agent have greater ones. */
  readonly epoch: number;
  /** What an earlier run of this agent published last; null where there is none. */
  readonly stored: Readonly<State> | null;
  readonly #commands: Lifeline;
  readonly #calls: Calls;
  readonly #publisher: Publisher;
  readonly #merger: Merger<State, Accepted> | null;
  readonly #leases: Leases;
  readonly #listeners = new Listeners();
  readonly #hearing: Hearing;
  readonly #inbox: Inbox;
  readonly #pauses: Pauses;
  readonly #trouble = new Emitter<Error>();
  readonly #claims: Claims;
  /** In the order of disposal. */
  readonly #owned: Disposable[];
  #closed: Promise<void> | undefined;

  /** A lease, or a part of one, is not ours any more. */
  readonly onLost: Event<Loss>;
  /** Something that goes on by itself does not work, such as listening without the right to it. */
  readonly onTrouble: Event<Error> = this.#trouble.event;

  /**
   * Connects and says hello. Both connections come back by themselves afterwards.
   * @throws UserError when the server cannot be reached or refuses, or the options cannot be used
   */
  static async connect(options: AgentOptions = {}): Promise<AgentClient> {
    const resolved = resolveOptions(options);
    const commands = await Lifeline.open(resolved.settings, resolved.clock);
    let subscriber: Lifeline | undefined;
    try {
      subscriber = await Lifeline.openForListening(resolved.settings, resolved.clock);
      const calls = new Calls(
        commands.client,
        resolved.ns,
        onceAtATime(() => loadLibrary(commands.client)),
      );
      const hello = await commands.insist(patience, () => calls.hello(resolved.agent, resolved.about));
      const client = new AgentClient(resolved, commands, subscriber, calls, hello);
      await client.#begin();
      return client;
    } catch (error) {
      subscriber?.dispose();
      commands.dispose();
      throw error;
    }
  }

  private constructor(
    { agent, ns, settings, mergeMs, clock }: Resolved,
    commands: Lifeline,
    subscriber: Lifeline,
    calls: Calls,
    hello: { epoch: number; state: string },
  ) {
    this.name = agent;
    this.namespace = ns;
    this.epoch = hello.epoch;
    this.#commands = commands;
    this.#calls = calls;
    const trouble = (error: unknown): void => this.#tell(error);
    const stored = hello.state === '' ? null : decodeStored(agent, hello.state);
    this.stored = stored?.ok === true ? stored.value.state : null;
    const known = { ver: (stored?.ok === true ? stored.value.ver : null) ?? 0, state: this.stored ?? {} };
    this.#publisher = new Publisher(calls, commands, { agent, epoch: this.epoch }, known);
    this.#merger = mergeMs > 0 ? new Merger(clock, mergeMs, (state) => this.#publisher.publish(state)) : null;
    this.#leases = new Leases(calls, commands, agent, clock, trouble);
    this.onLost = this.#leases.onLost;
    const openBell = (): Promise<Bell> => openForBlocking(settings, clock);
    this.#claims = new Claims({ calls, agent, ns, clock, link: commands, leases: this.#leases, openBell });
    this.#inbox = new Inbox(calls, agent, this.#listeners);
    this.#pauses = new Pauses(commands.client, ns, agent, this.#listeners);
    this.#hearing = new Hearing(subscriber, commands.client, { ns, agent }, this.#listeners, trouble);
    const look = (): void => void this.#look().catch(trouble);
    this.#owned = [
      this.#hearing.onReturn(look),
      this.#hearing.onControl((target) => this.#pauses.isAbout(target) && look()),
      this.#hearing.onChange((change) => {
        const resource = leaseTouchedBy(change, agent);
        if (resource !== null) this.#leases.heardOf(resource);
        if (isMailFor(agent, change)) look();
      }),
      every(clock, lookInterval, look),
      commands.onUp(look),
      this.#hearing,
      this.#leases,
      this.#publisher,
      subscriber,
      commands,
    ];
  }

  get isConnected(): boolean {
    return this.#commands.isUp;
  }

  /** What was published last, or stored by an earlier run, whether or not it has been accepted yet. */
  get state(): Readonly<State> {
    return this.#merger?.newest ?? this.#publisher.state;
  }

  /** Who paused us, or all, and why; null while we may work. */
  get paused(): PauseSeen | null {
    return this.#pauses.paused;
  }

  get leases(): readonly Lease[] {
    return this.#leases.all;
  }

  /** How much was heard and not handed on. */
  get skipped(): Readonly<Skipped> {
    return this.#hearing.skipped;
  }

  /**
   * Publishes a state in place of the one before; `ver` is added. Resolves when it, or a newer one of ours, is accepted.
   * While the connection is lost that may take for ever; only the newest is kept and sent then.
   * @throws UserError when it is refused, or the client is closed before
   */
  publish(state: Readonly<State>): Promise<Accepted> {
    if (this.#closed) return Promise.reject(new UserError({ code: 'closed' }));
    return this.#merger ? this.#merger.push(state) : this.#publisher.publish(state);
  }

  /** Publishes the state as it stands with some of its fields changed. As `publish` otherwise. */
  update(changes: Readonly<State>): Promise<Accepted> {
    return this.publish({ ...this.state, ...changes });
  }

  /**
   * Claims resources, all or none, and waits in line for as long as it may. A claim that is not granted is no exception.
   * @throws UserError when the call is refused, or there is no connection for 5 s, or all the time that it may wait
   */
  claim(resources: string | readonly string[], options: ClaimOptions = {}): Promise<ClaimResult> {
    return this.#claims.claim(typeof resources === 'string' ? [resources] : resources, options);
  }

  /**
   * Hears what others tell. Resolves when nothing is missed any more; stored states of others and messages that lay in the
   * inbox have been handed over, or are being.
   * @throws UserError when listening is not possible
   */
  async onMessage(listener: AgentListener): Promise<Disposable> {
    const added = this.#listeners.add(listener);
    try {
      await this.#commands.insist(patience, () => this.#hearing.listenToStates());
    } catch (error) {
      added.dispose();
      throw error;
    }
    void this.#look().catch((error: unknown) => this.#tell(error));
    return added;
  }

  /** Puts a text into an agent's inbox, or into all (`*`); returns how many it reached. */
  send(to: string, text: string): Promise<number> {
    const id = randomUUID();
    return this.#insist(() => this.#calls.send(this.name, to, id, text));
  }

  /** Tells all what happened. `kind` is a word of a-z and `-`. */
  report(kind: string, about: { resource?: string; detail?: string } = {}): Promise<void> {
    return this.#insist(() => this.#calls.event(this.name, kind, about.resource ?? '', about.detail ?? ''));
  }

  /** Asks an agent, or all (`*`), to pause; false where it was so already. */
  pause(target: string, reason = ''): Promise<boolean> {
    return this.#insist(() => this.#calls.control(this.name, target, 'pause', reason));
  }

  resume(target: string, reason = ''): Promise<boolean> {
    return this.#insist(() => this.#calls.control(this.name, target, 'resume', reason));
  }

  /**
   * Ends the run: gives waits up, publishes what is held back, releases all, says that this was the end, and disconnects.
   * Takes a few seconds at most; without a connection leases end by themselves. Never rejects.
   */
  close(): Promise<void> {
    return (this.#closed ??= this.#close());
  }

  async #close(): Promise<void> {
    this.#inbox.close();
    this.#merger?.flush();
    await this.#claims.close();
    await this.#leases.releaseAll();
    if (this.isConnected) await this.#calls.event(this.name, 'end', '', '').catch(() => undefined);
    this.#dispose();
  }

  /** @throws UserError */
  async #begin(): Promise<void> {
    try {
      await this.#insist(() => this.#hearing.start());
      await this.#insist(() => this.#pauses.look());
    } catch (error) {
      this.#dispose();
      throw error;
    }
  }

  #dispose(): void {
    for (const owned of this.#owned) owned.dispose();
    this.#listeners.clear();
  }

  async #look(): Promise<void> {
    await this.#pauses.look();
    await this.#inbox.look();
  }

  #insist<T>(call: () => Promise<T>): Promise<T> {
    return this.#commands.insist(patience, call);
  }

  #tell(error: unknown): void {
    // That the connection is lost is no news, and all of this is done again when it is back.
    if (!isPassing(error)) this.#trouble.fire(error instanceof Error ? error : new Error(String(error)));
  }
}

/** Calls that come while one is under way get its answer. */
function onceAtATime<T>(call: () => Promise<T>): () => Promise<T> {
  let running: Promise<T> | undefined;
  return () => (running ??= call().finally(() => (running = undefined)));
}
