import { randomUUID } from 'node:crypto';
import { dueNamespaces } from '../model/dueNamespaces.ts';
import { FleetModel } from '../model/fleetModel.ts';
import { Herald } from '../model/herald.ts';
import type { Picture } from '../model/picture.ts';
import { every, type FineClock } from '../protocol/clock.ts';
import type { Disposable } from '../protocol/emitter.ts';
import type { Log } from '../protocol/log.ts';
import { Link } from '../redis/link.ts';
import { ownProcesses } from '../redis/processes.ts';
import type { ConnectionSettings } from '../redis/settings.ts';

/** A supervisor without a window: it connects, watches everything there is to watch, and keeps the picture. */
export class Observer implements Disposable {
  readonly #model: FleetModel;
  readonly #link: Link;
  readonly #ticking: Disposable;
  readonly #herald: Herald;

  constructor(clock: FineClock, log: Log) {
    this.#model = new FleetModel({ clock, observerId: randomUUID(), processes: ownProcesses });
    this.#link = new Link(this.#model, clock, log);
    const skew = (): number => this.#link.skewMs;
    this.#herald = new Herald(this.#model, clock, skew, (tidings) => void this.#link.tell(tidings));
    this.#ticking = every(clock, 1000, () => {
      this.#model.tick();
      void this.#link.reap(dueNamespaces(this.#model, clock.now()));
    });
  }

  get picture(): Picture {
    return this.#model;
  }

  /** What people call an agent. */
  readonly nameOf = (ns: string, id: string): string => this.#model.nameOf(ns, id);

  /**
   * Connects, and resolves once the picture is whole.
   * @throws UserError when the server refuses, or with the last known reason after `ms`
   */
  async connect(settings: ConnectionSettings, ms: number): Promise<void> {
    this.#link.watch(true);
    this.#link.connect(settings);
    await this.#link.settled(ms);
    // Whoever asks only once waits for no tick, and the dead are found by looking for their processes.
    this.#model.tick();
  }

  /** Resolves when everything that was sent to us before this call is in the picture. */
  async caughtUp(): Promise<void> {
    await this.#link.caughtUp();
  }

  dispose(): void {
    this.#ticking.dispose();
    this.#herald.dispose();
    this.#link.dispose();
  }
}
