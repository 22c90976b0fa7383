import type { Clock } from '../protocol/clock.ts';
import type { FeedMessage } from '../protocol/messages.ts';
import type { IfAllowed } from './allowances.ts';
import type { Broadcast } from './broadcasts.ts';
import type { Redis } from './client.ts';
import { Course } from './course/course.ts';
import { Calls } from './library/calls.ts';
import { findLibrary, type LibraryMode } from './library/find.ts';
import type { ConnectionSettings } from './settings.ts';
import { readStored } from './storedStates.ts';
import { UserError } from './userError.ts';

/**
 * What a connection knows of its namespaces beyond their broadcasts: their histories where the function library is, and
 * the stored states where it is not.
 */
export class Following {
  readonly #emit: (message: FeedMessage) => void;
  readonly #ifAllowed: IfAllowed;
  readonly #mode: LibraryMode;
  readonly #courses: ReadonlyMap<string, Course>;
  /** The connection, and the namespaces whose keys are on its server. */
  #link: { client: Redis; here: readonly string[] } | undefined;

  constructor(
    settings: ConnectionSettings,
    emit: (message: FeedMessage) => void,
    clock: Clock,
    mode: LibraryMode,
    ifAllowed: IfAllowed,
  ) {
    this.#emit = emit;
    this.#mode = mode;
    this.#ifAllowed = ifAllowed;
    this.#courses = new Map(settings.namespaces.map((ns) => [ns, new Course(ns, emit, clock)]));
  }

  /** Whether the history of a namespace is followed. */
  follows(ns: string): boolean {
    return this.#courses.get(ns)?.follows ?? false;
  }

  /**
   * The function library's calls in a namespace.
   * @throws UserError when there is no connection, or the namespace is not on the node of the cluster that we are on
   */
  calls(ns: string): Calls {
    if (!this.#link) throw new UserError({ code: 'closed' });
    if (!this.#link.here.includes(ns)) throw new UserError({ code: 'cluster' });
    return this.#callsOn(this.#link.client, ns);
  }

  /** There is a connection, on which these namespaces are; what says to be the library's waits from now on. */
  use(client: Redis, here: readonly string[]): void {
    this.#link = { client, here };
    for (const [ns, course] of this.#courses) course.use(client, this.#callsOn(client, ns));
  }

  /** Reads what is to know, once the subscription is confirmed. @throws the client's error when the connection is lost */
  async start(isCurrent: () => boolean): Promise<void> {
    const { client, here } = this.#link!;
    const { version, reason } = await findLibrary(client, this.#mode);
    this.#emit({ kind: 'library', version });
    this.#emit({ kind: 'trouble', what: 'library', reason });
    let follows = false;
    for (const ns of here) {
      if (version !== null && (await this.#ifAllowed('library', ns, () => this.#courses.get(ns)!.start()))) {
        follows = true;
        continue;
      }
      await this.#ifAllowed('stored', ns, async () => {
        for await (const message of readStored(client, ns)) if (isCurrent()) this.#emit(message);
      });
    }
    // One that may not be used is as good as none: claims are then seen by their locks.
    if (version !== null && !follows) this.#emit({ kind: 'library', version: null });
  }

  /** A broadcast that says to be the library's. */
  take(broadcast: Extract<Broadcast, { kind: 'stamped' }>): void {
    this.#courses.get(broadcast.ns)!.take(broadcast);
  }

  /** Looks whether something was missed. @throws the client's error */
  async look(): Promise<void> {
    for (const course of this.#courses.values()) await course.look();
  }

  /** The connection is gone. */
  stop(): void {
    this.#link = undefined;
    for (const course of this.#courses.values()) course.stop();
  }

  #callsOn(client: Redis, ns: string): Calls {
    return new Calls(client, ns, () => findLibrary(client, this.#mode));
  }
}
