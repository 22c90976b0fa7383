import type { Clock } from '../../protocol/clock.ts';
import type { Disposable } from '../../protocol/emitter.ts';
import type { Reason } from '../../protocol/reasons.ts';
import type { Redis } from '../client.ts';
import { openForBlocking } from '../connection.ts';
import { commandLimit } from '../options.ts';
import { reasonOf } from '../reason.ts';
import { redactUrl } from '../redact.ts';
import { isForbidden, missingRight } from '../rights.ts';
import type { ConnectionSettings } from '../settings.ts';
import { commandOf, type MonitorCommand } from './command.ts';
import { Lines } from './lines.ts';

/** MONITOR may halve what a server achieves, so it is never left on. */
export const monitorLimits = { seconds: 10, commands: 20_000 } as const;

/** Who is told: of each command, which must not throw, and once of the end, with null where somebody ended it. */
export interface Watcher {
  sink: (command: MonitorCommand) => void;
  ended: (reason: Reason | null) => void;
}

/**
 * Shows the commands that a server is given, on a connection of its own, for a short while; in a cluster those of the
 * node that the namespace is on.
 */
export class Monitor implements Disposable {
  readonly #settings: ConnectionSettings;
  readonly #clock: Clock;
  readonly #watcher: Watcher;
  readonly #lines = new Lines();
  #client: Redis | undefined;
  #timer: Disposable | undefined;
  #isOn = false;
  #hasEnded = false;
  #count = 0;

  /** Begins; nobody is told anything before the caller has gone on. */
  constructor(settings: ConnectionSettings, clock: Clock, watcher: Watcher) {
    this.#settings = settings;
    this.#clock = clock;
    this.#watcher = watcher;
    this.#begin().catch((error: unknown) => this.#failed(error));
  }

  dispose(): void {
    this.end(null);
  }

  /** Ends it for this reason, unless it has ended. */
  end(reason: Reason | null): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    this.#timer?.dispose();
    this.#client?.disconnect();
    this.#watcher.ended(reason);
  }

  async #begin(): Promise<void> {
    const client = await openForBlocking(this.#settings, this.#clock);
    if (this.#hasEnded) return client.disconnect();
    this.#client = client;
    client.on('close', () => this.end({ code: 'monitor-over', why: 'lost', limit: 0 }));
    const where = redactUrl(this.#settings.url);
    this.#timer = this.#clock.after(commandLimit, () => this.end({ code: 'timeout', where }));
    // From here on we read for ourselves: the client library takes what comes in one piece with the answer for a mistake,
    // keeps a line whole however long it is, and cannot tell how it was escaped.
    const { stream } = client;
    stream.removeAllListeners('data');
    stream.on('data', (chunk: Buffer) => this.#take(chunk));
    stream.write('*1\r\n$7\r\nMONITOR\r\n');
  }

  #take(chunk: Buffer): void {
    for (const line of this.#lines.take(chunk)) {
      if (this.#hasEnded) return;
      if (!this.#isOn) {
        if (line.text !== '+OK') return this.#failed(new Error(line.text.replace(/^-/, '')));
        this.#started();
        continue;
      }
      const command = commandOf(line);
      if (!command) continue;
      this.#watcher.sink(command);
      if (++this.#count >= monitorLimits.commands) {
        this.end({ code: 'monitor-over', why: 'many', limit: monitorLimits.commands });
      }
    }
  }

  #started(): void {
    this.#isOn = true;
    this.#timer?.dispose();
    const { seconds } = monitorLimits;
    this.#timer = this.#clock.after(seconds * 1_000, () =>
      this.end({ code: 'monitor-over', why: 'time', limit: seconds }),
    );
  }

  #failed(error: unknown): void {
    const settings = this.#settings;
    this.end(isForbidden(error) ? missingRight('monitor', '', settings) : reasonOf(error, redactUrl(settings.url)));
  }
}
