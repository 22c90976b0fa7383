import * as vscode from 'vscode';
import type { ContextKeySetter } from '../host/contextKeys.ts';
import type { Roots } from '../host/roots.ts';
import type { Log } from '../protocol/log.ts';
import { numberOf } from './arguments.ts';
import { DemoProcess, type DemoFacts } from './demoProcess.ts';
import type { Session } from './session.ts';

const defaultAgents = 6;
const mostAgents = 50;

interface Running {
  process: DemoProcess;
  facts: DemoFacts;
  /** The connection to it and the root of its files. */
  effects: vscode.Disposable;
}

/** Simulated agents on a server of their own, for this window and for as long as it is open. Settings stay as they are. */
export class DemoFleet implements vscode.Disposable {
  readonly #program: string;
  readonly #session: Session;
  readonly #roots: Roots;
  readonly #keys: ContextKeySetter;
  readonly #log: Log;
  #process: DemoProcess | null = null;
  #running: Running | null = null;
  #starting: Promise<DemoFacts | undefined> | null = null;

  /** `program` is the path of the command line program. */
  constructor(program: string, session: Session, roots: Roots, keys: ContextKeySetter, log: Log) {
    this.#program = program;
    this.#session = session;
    this.#roots = roots;
    this.#keys = keys;
    this.#log = log;
  }

  /** Answers where the fleet is; undefined when the person cancelled. With `{agents}` there are that many. */
  async start(argument?: unknown): Promise<DemoFacts | undefined> {
    if (this.#running !== null) return this.#running.facts;
    const agents = Math.min(mostAgents, Math.max(1, Math.round(numberOf(argument, 'agents') ?? defaultAgents)));
    this.#starting ??= this.#start(agents).finally(() => (this.#starting = null));
    return this.#starting;
  }

  async #start(agents: number): Promise<DemoFacts | undefined> {
    const options = {
      location: vscode.ProgressLocation.Notification,
      title: vscode.l10n.t('Starting a demo fleet'),
      cancellable: true,
    };
    const process = new DemoProcess(this.#program, agents);
    this.#process = process;
    let cancelled = false;
    try {
      const facts = await vscode.window.withProgress(options, async (_progress, token) => {
        const listening = token.onCancellationRequested(() => {
          cancelled = true;
          void process.stop();
        });
        try {
          return await process.started();
        } finally {
          listening.dispose();
        }
      });
      this.#begin(process, facts);
      return facts;
    } catch (error) {
      await process.stop();
      if (cancelled) return undefined;
      throw error;
    }
  }

  #begin(process: DemoProcess, facts: DemoFacts): void {
    const root = this.#roots.give(facts.namespace, vscode.Uri.file(facts.folder));
    const settings = { url: facts.url, namespaces: [facts.namespace] };
    const detour = this.#session.detour({ settings, left: () => void this.stop() });
    const effects = {
      dispose: () => {
        root.dispose();
        detour.dispose();
      },
    };
    this.#running = { process, facts, effects };
    this.#keys.set('signalbox.demoRunning', true);
    this.#log.info(`Started a demo fleet at ${facts.url}, namespace ${facts.namespace}, folder ${facts.folder}.`);
    void process.exited.then(() => {
      if (this.#running?.process !== process) return;
      this.#log.warn(`The demo fleet ended by itself: ${process.lastError}`);
      void this.stop();
    });
  }

  async stop(): Promise<void> {
    const running = this.#running;
    if (running === null) return;
    this.#running = null;
    this.#keys.set('signalbox.demoRunning', false);
    running.effects.dispose();
    await running.process.stop();
  }

  dispose(): void {
    // Also one that is still starting.
    void this.#process?.stop();
  }
}
