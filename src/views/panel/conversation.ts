import * as v from 'valibot';
import { every, type FineClock } from '../../protocol/clock.ts';
import type { Disposable, Event } from '../../protocol/emitter.ts';
import type { Log } from '../../protocol/log.ts';
import { toHost, type ToHost, type ToPage } from '../../protocol/panel/messages.ts';
import { Allowance } from './allowance.ts';
import type { Request, Requests } from './requests.ts';
import type { Recording } from './recording.ts';
import { Telling, type Greeting } from './telling.ts';

/** A webview as the conversation sees it. Its page may be gone and another be there at any time. */
export interface Surface {
  readonly isVisible: boolean;
  readonly onDidChangeVisibility: Event<void>;
  /** What the page says, which may be anything. */
  readonly onMessage: Event<unknown>;
  post(message: ToPage): void;
}

/** What changes beside what is recorded. */
export interface News {
  /** The figures may be others. */
  readonly onDidChange: Event<unknown>;
  /** What is listened to, or whether there is a MONITOR; the page is told as it stands. */
  readonly onDidTell: Event<ToPage>;
  /** The same, for a page that begins. */
  standing(): readonly ToPage[];
}

type Ready = Extract<ToHost, { kind: 'ready' }>;

/** What a second may cost: a page of ours stays far below. */
const perSecond = 1_000;
const costs: Readonly<Record<ToHost['kind'], number>> = {
  // All that there is is told anew.
  ready: 200,
  view: 50,
  taken: 1,
  older: 10,
  clear: 20,
  listen: 20,
  monitor: 20,
  publish: 20,
  // A long text may have to be put together, set out, and handed to the window.
  copy: 200,
  open: 100,
  reveal: 20,
  file: 20,
  connect: 20,
};
/** How often refused messages are written down at most, in ms. */
const reportPause = 60_000;

/**
 * The conversation with the panel's page: says all there is when the page says that it is there, then what changes, and
 * has done what the page asks for. A page that is not in sight is told nothing. What the page says is checked as a whole;
 * what is not understood, or too much for a second, is counted and not done.
 */
export class Conversation implements Disposable {
  readonly #surface: Surface;
  readonly #recording: Recording;
  readonly #requests: Requests;
  readonly #news: News;
  readonly #clock: FineClock;
  readonly #log: Log;
  readonly #greeting: Greeting;
  readonly #allowance: Allowance;
  readonly #owned: Disposable[];
  #telling: Telling | null = null;
  /** What a page said that was not in sight. */
  #ready: Ready | null = null;
  #refused = 0;
  #reported = 0;

  constructor(
    surface: Surface,
    recording: Recording,
    requests: Requests,
    news: News,
    clock: FineClock,
    log: Log,
    greeting: Greeting,
  ) {
    this.#surface = surface;
    this.#recording = recording;
    this.#requests = requests;
    this.#news = news;
    this.#clock = clock;
    this.#log = log;
    this.#greeting = greeting;
    this.#allowance = new Allowance(clock, perSecond);
    this.#owned = [
      surface.onMessage((message) => this.#hear(message)),
      surface.onDidChangeVisibility(() => this.#look()),
      recording.lines.onDidAppend(() => this.#telling?.appended()),
      recording.onDidClear(() => this.#telling?.cleared()),
      news.onDidChange(() => this.#telling?.changed()),
      news.onDidTell((message) => this.#tell(message)),
      every(clock, reportPause, () => this.#report()),
    ];
  }

  /** How many messages of the page were not done. */
  get refused(): number {
    return this.#refused;
  }

  /** A second has ended. */
  tick(): void {
    this.#telling?.tick();
  }

  dispose(): void {
    for (const each of this.#owned.splice(0)) each.dispose();
    this.#telling?.dispose();
    this.#telling = null;
    this.#report();
  }

  #hear(data: unknown): void {
    // What costs nothing to be refused still costs to be understood.
    if (!this.#allowance.take(1)) return this.#refuse();
    const decoded = v.safeParse(toHost, data);
    if (!decoded.success) return this.#refuse();
    const message = decoded.output;
    if (!this.#allowance.take(costs[message.kind] - 1)) return this.#refuse();
    this.#do(message);
  }

  #do(message: ToHost): void {
    if (message.kind === 'ready') this.#begin(message);
    else if (message.kind === 'view') this.#telling?.look(message.view);
    else if (message.kind === 'taken') this.#telling?.taken();
    else if (message.kind === 'clear') this.#forget();
    else this.#request(message);
  }

  #request(request: Request): void {
    const telling = this.#telling;
    this.#requests.take(request, (answer) => {
      // An answer is for the page that asked, and for no other.
      if (telling === this.#telling) this.#tell(answer);
    });
  }

  #forget(): void {
    this.#recording.lines.clear();
    this.#requests.forgotten();
    this.#telling?.forgotten();
  }

  #look(): void {
    const { isVisible } = this.#surface;
    if (isVisible && this.#ready !== null) this.#begin(this.#ready);
    // Most pages that are out of sight are gone; one that is not goes on where it was.
    else this.#telling?.hold(!isVisible);
  }

  #begin(ready: Ready): void {
    this.#telling?.dispose();
    this.#telling = null;
    this.#ready = this.#surface.isVisible ? null : ready;
    if (this.#ready !== null) return;
    const { view, patterns } = ready;
    this.#telling = new Telling(this.#recording, this.#clock, (each) => this.#surface.post(each), this.#greeting, view);
    for (const each of this.#news.standing()) this.#tell(each);
    this.#requests.take({ kind: 'listen', patterns }, () => {});
  }

  #tell(message: ToPage): void {
    if (this.#telling !== null && this.#surface.isVisible) this.#surface.post(message);
  }

  #refuse(): void {
    this.#refused += 1;
    // The first at once, as it shows what is wrong; more of them together.
    if (this.#refused === 1) this.#report();
  }

  #report(): void {
    if (this.#refused === this.#reported) return;
    this.#log.warn(
      `Panel: ${String(this.#refused - this.#reported)} messages of its page were not understood or too many.`,
    );
    this.#reported = this.#refused;
  }
}
