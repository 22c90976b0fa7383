import * as v from 'valibot';
import { Emitter } from '../src/protocol/emitter.ts';
import { toPage, type ToHost, type ToPage } from '../src/protocol/panel/messages.ts';
import type { Host } from './page.ts';

/** What VS Code gives to the page of a webview, once. */
export interface VsCodeApi {
  postMessage(message: unknown): void;
  getState(): unknown;
  setState(state: unknown): void;
}

declare function acquireVsCodeApi(): VsCodeApi;

/** Only the first call is answered; the page has no other way out. */
export const acquire = (): VsCodeApi => acquireVsCodeApi();

/** The conversation with the extension. Nothing of a message is believed before it was checked as a whole. */
export class PageHost implements Host {
  readonly #api: VsCodeApi;
  readonly #message = new Emitter<ToPage>();
  readonly #refused = new Emitter<number>();
  #refusals = 0;

  readonly onMessage = this.#message.event;
  /** What came and was not understood, counted; a newer or damaged extension, or not the extension at all. */
  readonly onDidRefuse = this.#refused.event;

  constructor(api: VsCodeApi) {
    this.#api = api;
  }

  post(message: ToHost): void {
    this.#api.postMessage(message);
  }

  /**
   * Begins to listen. VS Code passes messages on from the frame around this one, which has the same origin; another
   * origin is somebody else, and of no more interest than to be counted.
   */
  listen(window: Window): void {
    window.addEventListener('message', (event: MessageEvent<unknown>) => {
      if (event.origin === window.origin) this.receive(event.data);
      else this.#refuse();
    });
  }

  receive(data: unknown): void {
    const decoded = v.safeParse(toPage, data);
    if (decoded.success) return this.#message.fire(decoded.output);
    this.#refuse();
    // No more lines come before these are said to be taken, and one that is not understood must not stop all others.
    if (typeof data === 'object' && data !== null && 'kind' in data && data.kind === 'lines')
      this.post({ kind: 'taken' });
  }

  #refuse(): void {
    this.#refused.fire(++this.#refusals);
  }
}
