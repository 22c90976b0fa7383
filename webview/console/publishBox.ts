import { eventChannel, stateChannel } from '../../src/protocol/names.ts';
import { obeyedBy, obeyedText } from '../../src/protocol/panel/control.ts';
import { longestPayload } from '../../src/protocol/panel/messages.ts';
import { payloadProblem } from '../../src/protocol/payload.ts';
import { button } from '../controls.ts';
import { element, setText } from '../dom.ts';
import type { Page, PanelState } from '../page.ts';
import { growingField, suggestingField } from './fields.ts';
import { HistoryWalk, remembered } from './history.ts';
import { oneLine } from './lineText.ts';
import type { LineStore } from './lineStore.ts';

const mostHistory = 50;

/** Publishes a payload on a channel, and says who heard it. */
export class PublishBox {
  readonly element: HTMLElement;
  readonly #page: Page;
  readonly #channel;
  readonly #field;
  readonly #send;
  readonly #hint = element('p', { class: 'console-hint' });
  readonly #answer = element('p', { class: 'console-answer', role: 'status' });
  readonly #walk = new HistoryWalk();
  #id = 0;
  #sent: string | null = null;

  constructor(page: Page, store: LineStore) {
    this.#page = page;
    const { l10n } = page;
    const { channel, payload } = page.state.current.publish;
    this.#channel = suggestingField({
      id: 'console-publish',
      label: l10n.t('Channel to publish on'),
      placeholder: l10n.t('Channel'),
      value: channel,
      maxLength: 1_024,
      onInput: (text) => this.#keep({ channel: text }),
      suggest: () => this.#suggestions(store),
    });
    this.#field = growingField(
      l10n.t('Message to publish'),
      l10n.t('Message, as text or JSON'),
      payload,
      longestPayload,
    );
    const { area } = this.#field;
    area.addEventListener('input', () => this.#keep({ payload: area.value }));
    area.addEventListener('keydown', (event) => this.#key(event));
    this.#channel.input.addEventListener('keydown', (event) => this.#key(event));
    this.#send = button({
      label: l10n.t('Publish'),
      title: l10n.t('Publish (Ctrl+Enter or Cmd+Enter); Up and Down bring back what was published before'),
      isPrimary: true,
      onClick: () => this.#publish(),
    });
    this.element = element(
      'div',
      { class: 'console-publish', role: 'group', 'aria-label': l10n.t('Publish') },
      element('div', { class: 'console-send' }, this.#channel.element, area, this.#send.element),
      this.#hint,
      this.#answer,
    );
    page.host.onMessage((message) => {
      if (message.kind === 'published' && message.id === this.#id) this.#answered(message.receivers, message.problem);
    });
    page.figures.onDidChange(() => this.#check());
    this.#check();
  }

  /** Puts in an example, so that there is something to see, and leaves sending it to the person. */
  offerTest(): void {
    const ns = this.#page.figures.now.connection.namespaces[0] ?? '';
    this.#channel.input.value = `${ns}${eventChannel}`;
    this.#field.area.value = 'test:hello';
    this.#keep({ channel: this.#channel.input.value, payload: this.#field.area.value });
    this.#send.element.focus();
  }

  #suggestions(store: LineStore): string[] {
    const known = this.#page.figures.now.connection.namespaces.flatMap((ns) => [
      `${ns}${stateChannel}`,
      `${ns}${eventChannel}`,
    ]);
    return [...new Set([...known, ...store.channels.texts(200)])].filter((text) => text !== '' && text.length <= 1_024);
  }

  #keep(change: Partial<PanelState['publish']>): void {
    this.#page.state.set({ publish: { ...this.#page.state.current.publish, ...change } });
    this.#check();
  }

  #key(event: KeyboardEvent): void {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      this.#publish();
      return;
    }
    const { area } = this.#field;
    if (event.target !== area || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    if (event.key !== 'ArrowUp' && event.key !== 'ArrowDown') return;
    const direction = event.key === 'ArrowUp' ? 'up' : 'down';
    const text = this.#walk.step(this.#page.state.current.publish.history, direction, area.value);
    if (text === null) return;
    event.preventDefault();
    area.value = text;
    this.#field.fit();
    this.#keep({ payload: text });
  }

  #publish(): void {
    const channel = this.#channel.input.value;
    const payload = this.#field.area.value;
    const isReady = this.#page.figures.now.connection.state === 'live';
    if (channel === '' || !isReady || this.#sent !== null) return;
    this.#sent = payload;
    setText(this.#answer, '');
    this.#page.host.post({ kind: 'publish', id: ++this.#id, channel, payload });
    this.#check();
  }

  #answered(receivers: number | null, problem: string | null): void {
    const { l10n, language } = this.#page;
    const sent = this.#sent;
    this.#sent = null;
    this.#answer.classList.toggle('is-bad', problem !== null);
    if (problem !== null) setText(this.#answer, oneLine(problem, 400));
    else if (receivers === null) setText(this.#answer, '');
    else if (receivers === 0) setText(this.#answer, l10n.t('Nobody listens on this channel'));
    else if (receivers === 1) setText(this.#answer, l10n.t('1 received it'));
    else setText(this.#answer, l10n.t('{0} received it', receivers.toLocaleString(language)));
    if (receivers !== null && sent !== null && sent !== '') {
      this.#walk.reset();
      this.#keep({ history: remembered(this.#page.state.current.publish.history, sent, mostHistory) });
    } else this.#check();
  }

  /** Says what may be wrong or has to be known before it is sent; never stands in the way of sending it. */
  #check(): void {
    const { l10n } = this.#page;
    const channel = this.#channel.input.value;
    const isLive = this.#page.figures.now.connection.state === 'live';
    this.#send.enable(channel !== '' && isLive && this.#sent === null);
    const obeyed = obeyedBy(channel);
    const problem = this.#problem(channel, this.#field.area.value);
    const hints = [
      isLive ? null : l10n.t('Not connected: nothing can be published.'),
      obeyed === null ? null : l10n.t('{0} You are asked before it is sent.', obeyedText(obeyed, l10n)),
      problem,
    ].filter((hint) => hint !== null);
    setText(this.#hint, oneLine(hints.join(' '), 600));
  }

  #problem(channel: string, payload: string): string | null {
    const text = payload.trimStart();
    if (text === '') return null;
    const { l10n } = this.#page;
    const isState = isOf(channel, stateChannel);
    const problem = isState ? payloadProblem(payload, l10n) : /^[{[]/.test(text) ? jsonProblem(payload) : null;
    if (problem === null) return null;
    return isState || isOf(channel, eventChannel)
      ? l10n.t('Not as agents expect it: {0}', problem)
      : l10n.t('Not valid JSON: {0}', problem);
  }
}

/** Whether it is this channel of agents, in whatever namespace. */
const isOf = (channel: string, name: string): boolean => channel === name || channel.endsWith(`:${name}`);

function jsonProblem(text: string): string | null {
  try {
    JSON.parse(text);
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
