import { button } from '../controls.ts';
import { element, setText } from '../dom.ts';
import type { Page } from '../page.ts';
import { oneLine } from './lineText.ts';

/** MONITOR as a source of lines: asked for by a button, while it is on a strip says so and for how long. */
export class Monitoring {
  readonly start;
  readonly element: HTMLElement;
  readonly #page: Page;
  readonly #text = element('span', {});
  readonly #stop;
  readonly #close;
  #until = 0;
  #timer: ReturnType<typeof setInterval> | undefined;

  constructor(page: Page) {
    this.#page = page;
    const { l10n } = page;
    this.start = button({
      label: l10n.t('MONITOR…'),
      title: l10n.t('Show every command that the server gets, for ten seconds; it slows the server down'),
      onClick: () => page.host.post({ kind: 'monitor', on: true }),
    });
    this.#stop = button({ label: l10n.t('Stop'), onClick: () => page.host.post({ kind: 'monitor', on: false }) });
    this.#close = button({ label: l10n.t('Close'), onClick: () => this.#hide() });
    this.element = element(
      'div',
      { class: 'console-monitoring', hidden: true },
      this.#text,
      this.#stop.element,
      this.#close.element,
    );
    page.host.onMessage((message) => {
      if (message.kind !== 'monitoring') return;
      const isOn = message.state === 'on';
      const wasOn = this.#until > 0;
      clearInterval(this.#timer);
      if (isOn) {
        this.#until = performance.now() + message.leftMs;
        this.#timer = setInterval(() => this.#count(), 250);
        this.#show(true);
        this.#count();
        if (!wasOn) page.announce(l10n.t('MONITOR is on'));
      } else this.#ended(message.problem, wasOn);
      this.#enable();
    });
    page.figures.onDidChange(() => this.#enable());
    this.#enable();
  }

  #enable(): void {
    this.start.enable(this.#until === 0 && this.#page.figures.now.connection.state === 'live');
  }

  #ended(problem: string | null, wasOn: boolean): void {
    const { l10n } = this.#page;
    this.#until = 0;
    if (problem === null) this.#hide();
    else {
      this.#show(false);
      setText(this.#text, oneLine(problem, 400));
    }
    if (wasOn) this.#page.announce(problem ?? l10n.t('MONITOR has ended'));
  }

  #count(): void {
    const left = Math.max(0, Math.ceil((this.#until - performance.now()) / 1_000));
    setText(
      this.#text,
      this.#page.l10n.t('MONITOR is on: every command is shown, and the server is slower. {0} s left.', left),
    );
  }

  #show(isOn: boolean): void {
    this.element.hidden = false;
    this.element.classList.toggle('is-on', isOn);
    this.#stop.element.hidden = !isOn;
    this.#close.element.hidden = isOn;
  }

  #hide(): void {
    this.element.hidden = true;
  }
}
