import assert from 'node:assert/strict';
import * as v from 'valibot';
import { FleetModel } from '../../../../src/model/fleetModel.ts';
import { Recorder } from '../../../../src/model/record/recorder.ts';
import { every } from '../../../../src/protocol/clock.ts';
import { Emitter, type Disposable } from '../../../../src/protocol/emitter.ts';
import type { FeedMessage } from '../../../../src/protocol/messages.ts';
import type { Line } from '../../../../src/protocol/panel/line.ts';
import { toPage, type ToHost, type ToPage } from '../../../../src/protocol/panel/messages.ts';
import { english, type Reason } from '../../../../src/protocol/reasons.ts';
import { decodeBroadcast } from '../../../../src/redis/broadcasts.ts';
import type { Surface } from '../../../../src/views/panel/conversation.ts';
import type { Doing, Question } from '../../../../src/views/panel/doing.ts';
import type { ShownText } from '../../../../src/host/textDocuments.ts';
import type { MonitorCommand } from '../../../../src/views/panel/monitoring.ts';
import type { Piece } from '../../../../src/views/panel/older.ts';
import { Panel, type PanelLink } from '../../../../src/views/panel/panel.ts';
import { FakeClock } from '../../../support/fakeClock.ts';

type Told<K extends ToPage['kind']> = Extract<ToPage, { kind: K }>;

/** Stands in for VS Code's webview: keeps what is posted, and says what a test wants. */
export class StandInWebview implements Surface {
  readonly #visibility = new Emitter<void>();
  readonly #message = new Emitter<unknown>();
  readonly onDidChangeVisibility = this.#visibility.event;
  readonly onMessage = this.#message.event;
  readonly posted: ToPage[] = [];
  isVisible = true;

  post(message: ToPage): void {
    assert.ok(this.isVisible, `${message.kind} is posted to a page that nobody sees`);
    // As it goes through VS Code, and as the page checks it.
    this.posted.push(v.parse(toPage, JSON.parse(JSON.stringify(message))));
  }

  say(message: unknown): void {
    this.#message.fire(message);
  }

  show(on: boolean): void {
    this.isVisible = on;
    this.#visibility.fire();
  }

  of<K extends ToPage['kind']>(kind: K): Told<K>[] {
    return this.posted.filter((message): message is Told<K> => message.kind === kind);
  }

  /** Of what was posted since the last call. */
  take<K extends ToPage['kind']>(kind: K): Told<K>[] {
    const taken = this.of(kind);
    this.posted.length = 0;
    return taken;
  }
}

/** Stands in for the connection. */
export class StandInLink implements PanelLink {
  readonly #messages = new Emitter<FeedMessage>();
  readonly onMessage = this.#messages.event;
  readonly published: [channel: string, payload: string][] = [];
  readonly patterns: (readonly string[])[] = [];
  readonly histories = new Map<string, FeedMessage[]>();
  readonly asked: [ns: string, before: number | string | null][] = [];
  failure: Error | null = null;
  isProbing = false;
  monitored: { sink: (command: MonitorCommand) => void; end: (reason: Reason | null) => void } | null = null;

  get isMonitored(): boolean {
    return this.monitored !== null;
  }

  hear(message: FeedMessage): void {
    this.#messages.fire(message);
  }

  publish(channel: string, payload: string): Promise<number> {
    if (this.failure) return Promise.reject(this.failure);
    this.published.push([channel, payload]);
    return Promise.resolve(2);
  }

  probe(on: boolean): void {
    this.isProbing = on;
  }

  listen(patterns: readonly string[]): void {
    this.patterns.push(patterns);
    this.hear({ kind: 'listening', patterns, reason: null });
  }

  monitor(sink: (command: MonitorCommand) => void, ended: (reason: Reason | null) => void): Disposable {
    const end = (reason: Reason | null): void => {
      if (this.monitored === null) return;
      this.monitored = null;
      ended(reason);
    };
    this.monitored = { sink, end };
    return { dispose: () => end(null) };
  }

  /** As the history does it: `next` is the place in the list, as a text. */
  past(ns: string, before: number | string | null, count: number): Promise<Piece> {
    this.asked.push([ns, before]);
    if (this.failure) return Promise.reject(this.failure);
    const all = this.histories.get(ns) ?? [];
    const isBelow = (message: FeedMessage): boolean => 'seq' in message && Number(message.seq) < Number(before);
    const end =
      before === null ? all.length : typeof before === 'string' ? Number(before) : all.findLastIndex(isBelow) + 1;
    const from = Math.max(0, end - count);
    return Promise.resolve({ messages: all.slice(from, end), next: from === 0 ? null : String(from) });
  }
}

/** A panel on a model and a recorder of its own, with stand-ins for the connection and for what VS Code does. */
export class PanelScene {
  readonly clock = new FakeClock();
  readonly model = new FleetModel({ clock: this.clock, observerId: 'test' });
  readonly link = new StandInLink();
  readonly webview = new StandInWebview();
  readonly recorder: Recorder;
  readonly panel: Panel;
  readonly logged: string[] = [];
  readonly ran: [command: string, argument: unknown][] = [];
  readonly copied: string[] = [];
  readonly shown: ShownText[][] = [];
  readonly questions: Question[] = [];
  /** What the person answers to a question. */
  answer: boolean | Promise<boolean> = true;

  constructor(namespaces: readonly string[] = ['']) {
    const { clock, model, link } = this;
    this.recorder = new Recorder(model, clock, { l10n: english, hostname: 'here' });
    link.onMessage((message) => this.recorder.apply(message));
    this.#hear({ kind: 'opened', url: 'redis://h:1', namespaces });
    this.#hear({ kind: 'connection', state: 'live', reason: null });
    this.#hear({ kind: 'library', version: '1.0.0' });
    const doing: Doing = {
      confirm: async (question) => {
        this.questions.push(question);
        return this.answer;
      },
      copy: async (text) => void this.copied.push(text),
      show: async (one, other) => void this.shown.push(other ? [one, other] : [one]),
      run: async (command, argument) => void this.ran.push([command, argument]),
    };
    const note = (text: string): void => void this.logged.push(text);
    this.panel = new Panel({
      surface: this.webview,
      recorder: this.recorder,
      picture: model,
      link,
      doing,
      clock,
      log: { debug: note, info: note, warn: note, error: note },
      l10n: english,
      failureText: (error) => `in words: ${String(error instanceof Error ? error.message : error)}`,
      language: 'en',
      words: { Cancel: 'Abbrechen' },
    });
    every(clock, 1_000, () => {
      this.recorder.tick();
      this.panel.tick();
    });
  }

  /** What the page says, as it should. */
  say(message: ToHost): void {
    this.webview.say(message);
  }

  ready(patterns: string[] = []): void {
    this.say({ kind: 'ready', view: { agent: null, range: 300 }, patterns });
  }

  /** Lets promises that are due go on. */
  async settle(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
  }

  /** Agents publish so many states, each with a version of its own. */
  publish(count = 1, agent = 'agent-1'): void {
    for (let i = 0; i < count; i++) {
      this.publishText(JSON.stringify({ agent_id: agent, state: { status: 'working', ver: ++this.#ver } }));
    }
  }

  publishText(text: string): void {
    const broadcast = decodeBroadcast([''], 'agent:state:sync', text, false);
    assert.ok(broadcast?.kind === 'plain');
    this.#hear(broadcast.message);
  }

  connectTo(url: string): void {
    this.#hear({ kind: 'opened', url, namespaces: [''] });
  }

  #ver = 0;

  #hear(message: FeedMessage): void {
    this.model.apply(message);
    this.link.hear(message);
  }
}

/** The versions in the texts of lines, by which these tests tell them apart; other lines have none. */
export const versions = (lines: readonly Line[]): number[] =>
  lines.flatMap(({ text }) => /"ver":(\d+)/.exec(text)?.[1] ?? []).map(Number);

/** From one number to another, both of them included. */
export const range = (from: number, to: number): number[] =>
  Array.from({ length: Math.max(0, to - from + 1) }, (_, i) => from + i);
