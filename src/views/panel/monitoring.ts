import type { Clock } from '../../protocol/clock.ts';
import { Emitter, type Disposable } from '../../protocol/emitter.ts';
import type { ToPage } from '../../protocol/panel/messages.ts';
import { reasonText, type Reason, type Translator } from '../../protocol/reasons.ts';
import type { OneQuestion } from './oneQuestion.ts';

/** A command that a server was given, by whom, and when by the server's clock. */
export interface MonitorCommand {
  readonly atMs: number;
  readonly client: string;
  readonly command: string;
  readonly text: string;
}

/** Shows the commands of a server until disposed, or until it ends by itself; `ended` is called once, in any case. */
export type Monitor = (sink: (command: MonitorCommand) => void, ended: (reason: Reason | null) => void) => Disposable;

export type MonitoringState = Extract<ToPage, { kind: 'monitoring' }>;

/** How long it runs, in ms; the source has the same bound. */
const longest = 10_000;

/** MONITOR as a source of lines: begun only when a person knows what it costs, and never for long. */
export class Monitoring implements Disposable {
  readonly #monitor: Monitor;
  readonly #take: (command: MonitorCommand) => void;
  readonly #asking: OneQuestion;
  readonly #clock: Clock;
  readonly #l10n: Translator;
  readonly #changed = new Emitter<MonitoringState>();
  #running: Disposable | null = null;
  #until = 0;
  #isDisposed = false;

  readonly onDidChange = this.#changed.event;

  constructor(
    monitor: Monitor,
    take: (command: MonitorCommand) => void,
    asking: OneQuestion,
    clock: Clock,
    l10n: Translator,
  ) {
    this.#monitor = monitor;
    this.#take = take;
    this.#asking = asking;
    this.#clock = clock;
    this.#l10n = l10n;
  }

  get state(): MonitoringState {
    const leftMs = Math.max(0, this.#until - this.#clock.now());
    return this.#running === null ? off(null) : { kind: 'monitoring', state: 'on', leftMs, problem: null };
  }

  /** Begins if the person agrees. How it goes is told by {@link onDidChange}. */
  async start(): Promise<void> {
    const l10n = this.#l10n;
    const isWanted =
      this.#running === null &&
      (await this.#asking.confirm({
        message: l10n.t('Watch every command of every client for 10 seconds?'),
        detail: l10n.t(
          'The server then sends Signalbox each command as it is carried out (MONITOR). That can halve what it gets done meanwhile, and shows here what keys contain. It stops by itself after 10 seconds.',
        ),
        action: l10n.t('Watch'),
      }));
    if (!isWanted || this.#running !== null || this.#isDisposed) {
      this.#changed.fire(this.state);
      return;
    }
    this.#until = this.#clock.now() + longest;
    const running = this.#monitor(this.#take, (reason) => {
      if (this.#running !== running) return;
      this.#running = null;
      this.#changed.fire(off(reason === null ? null : reasonText(reason, this.#l10n).slice(0, 2_000)));
    });
    this.#running = running;
    this.#changed.fire(this.state);
  }

  stop(): void {
    this.#running?.dispose();
  }

  dispose(): void {
    this.#isDisposed = true;
    this.stop();
    this.#changed.dispose();
  }
}

const off = (problem: string | null): MonitoringState => ({ kind: 'monitoring', state: 'off', leftMs: 0, problem });
