import { FleetModel } from '../../src/model/fleetModel.ts';
import { Recorder } from '../../src/model/record/recorder.ts';
import { Emitter } from '../../src/protocol/emitter.ts';
import { silentLog } from '../../src/protocol/log.ts';
import type { FeedMessage } from '../../src/protocol/messages.ts';
import { english } from '../../src/protocol/reasons.ts';
import type { Question } from '../../src/views/panel/doing.ts';
import { Panel } from '../../src/views/panel/panel.ts';
import { FakeClock } from './fakeClock.ts';
import type { PanelPage, PanelPageOptions, PanelPages } from './panelPage.mts';

/** What a person, or VS Code, was asked to do. */
export type Done = readonly [what: string, ...how: unknown[]];

/**
 * The extension's side of the panel, as it is shipped: model, recorder and conversation. What stands around it is played: the
 * clock is moved by hand, the server answers at once, and a person says yes.
 */
export class PanelHost {
  readonly clock = new FakeClock();
  readonly model = new FleetModel({ clock: this.clock, observerId: 'test' });
  readonly recorder = new Recorder(this.model, this.clock, {
    l10n: english,
    hostname: 'here',
    lines: 100_000,
    units: 32_000_000,
  });
  /** What was done for the page beside answering it. */
  readonly done: Done[] = [];
  readonly questions: Question[] = [];
  /** What was said to the page. */
  readonly told: unknown[] = [];
  /** What the server says to a message that is published. */
  receivers = 3;
  readonly #messages = new Emitter<FeedMessage>();
  readonly #heard = new Emitter<unknown>();
  readonly #visibility = new Emitter<void>();
  #page: PanelPage | null = null;
  #panel: Panel | null = null;
  #isVisible = true;
  /** What is still to be said to the page, in order. */
  #saying: Promise<unknown> = Promise.resolve();

  /** The feed says something. */
  apply(message: FeedMessage): void {
    this.model.apply(message);
    this.recorder.apply(message);
    this.#messages.fire(message);
  }

  /** Lets time pass, second by second. */
  pass(seconds = 1): void {
    for (let i = 0; i < seconds; i++) {
      this.clock.advance(1_000);
      this.model.tick();
      this.recorder.tick();
      this.#panel?.tick();
    }
  }

  /** Opens the panel's page, which is then told what there is. */
  async open(pages: PanelPages, options: PanelPageOptions = {}): Promise<PanelPage> {
    this.#listen();
    const page = await pages.open({
      now: this.clock.now(),
      ...options,
      onMessage: (message, from) => {
        this.#page = from;
        this.#heard.fire(message);
      },
    });
    this.#page = page;
    await page.page.locator('#console').waitFor();
    await this.settled();
    return page;
  }

  /** Until everything that was said has arrived, and was drawn. */
  async settled(): Promise<void> {
    await this.#page?.setNow(this.clock.now());
    await this.#saying;
    await this.#page?.drawn();
    // Lines come in lots, the next when the page has taken the one before; figures some times a second.
    this.clock.advance(250);
    await this.#page?.setNow(this.clock.now());
    await this.#saying;
    await this.#page?.drawn();
  }

  /** Until the page has had done what it should; rejects after ten seconds. */
  async until(holds: (host: this) => boolean): Promise<void> {
    for (const end = Date.now() + 10_000; !holds(this);) {
      if (Date.now() > end)
        throw new Error(`Waited in vain. Done so far: ${JSON.stringify(this.done).slice(0, 2_000)}`);
      await this.#page?.page.waitForTimeout(20);
    }
  }

  /** Another tab comes before the panel's, or goes. */
  async hide(on: boolean): Promise<void> {
    this.#isVisible = !on;
    await this.#page?.hide(on);
    this.#visibility.fire();
  }

  async close(): Promise<void> {
    this.#panel?.dispose();
    this.#panel = null;
    await this.#saying;
    await this.#page?.close();
  }

  #listen(): void {
    this.#panel?.dispose();
    const isVisible = (): boolean => this.#isVisible;
    this.#panel = new Panel({
      surface: {
        get isVisible() {
          return isVisible();
        },
        onDidChangeVisibility: this.#visibility.event,
        onMessage: this.#heard.event,
        post: (message) => this.#say(message),
      },
      recorder: this.recorder,
      picture: this.model,
      link: {
        onMessage: this.#messages.event,
        publish: async (channel, payload) => {
          this.done.push(['publish', channel, payload]);
          return Promise.resolve(this.receivers);
        },
        probe: (on) => this.done.push(['probe', on]),
        listen: (patterns) => this.apply({ kind: 'listening', patterns, reason: null }),
        monitor: (_sink, ended) => {
          this.done.push(['monitor']);
          return { dispose: () => ended({ code: 'monitor-over', why: 'time', limit: 10 }) };
        },
        past: async () => Promise.resolve({ messages: [], next: null }),
      },
      doing: {
        confirm: async (question) => {
          this.questions.push(question);
          return Promise.resolve(true);
        },
        copy: async (text) => Promise.resolve(void this.done.push(['copy', text])),
        show: async (one, other) => Promise.resolve(this.done.push(['show', one, other])),
        run: async (command, argument) => Promise.resolve(this.done.push(['run', command, argument])),
      },
      clock: this.clock,
      log: silentLog,
      l10n: english,
      failureText: String,
      language: 'en',
      words: {},
    });
  }

  #say(message: unknown): void {
    this.told.push(message);
    const page = this.#page;
    if (page !== null) this.#saying = this.#saying.then(() => page.post(message)).catch(() => undefined);
  }
}
