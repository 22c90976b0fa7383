import { controlKey, eventChannel, inboxPrefix, sidePrefix, stateChannel } from '../../src/protocol/names.ts';
import { obeyedBy, obeyedText } from '../../src/protocol/panel/control.ts';
import { longestPayload } from '../../src/protocol/panel/messages.ts';
import { payloadProblem } from '../../src/protocol/payload.ts';
import { button } from '../controls.ts';
import { element, setText } from '../dom.ts';
import type { Page, PanelState } from '../page.ts';
import { growingField, suggestingField } from './fields.ts';
import { HistoryWalk, remembered } from './history.ts';
import { clockTime, oneLine } from './lineText.ts';
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
  readonly #complete;
  readonly #walk = new HistoryWalk();
  #id = 0;
  /** Whether nobody has chosen a channel yet. */
  #isOpen: boolean;
  #sent: string | null = null;

  constructor(page: Page, store: LineStore) {
    this.#page = page;
    const { l10n } = page;
    const { channel, payload } = page.state.current.publish;
    this.#isOpen = channel === '';
    this.#channel = suggestingField({
      id: 'console-publish',
      label: l10n.t('Channel to publish on'),
      placeholder: l10n.t('Channel'),
      value: channel,
      maxLength: 1_024,
      onInput: (text) => this.#typed({ channel: text }),
      suggest: () => this.#suggestions(store),
    });
    this.#field = growingField(
      l10n.t('Message to publish'),
      l10n.t('Message, as text or JSON'),
      payload,
      longestPayload,
    );
    const { area } = this.#field;
    area.addEventListener('input', () => this.#typed({ payload: area.value }));
    area.addEventListener('keydown', (event) => this.#key(event));
    this.#channel.input.addEventListener('keydown', (event) => this.#key(event));
    this.#send = button({
      label: l10n.t('Publish'),
      title: l10n.t('Publish (Ctrl+Enter or Cmd+Enter); Up and Down bring back what was published before'),
      isPrimary: true,
      onClick: () => this.#publish(),
    });
    this.#complete = button({ label: '', onClick: () => this.#use(this.#whole) });
    // Before the fields: what comes after them would mostly be out of sight.
    this.element = element(
      'div',
      { class: 'console-publish', role: 'group', 'aria-label': l10n.t('Publish') },
      element('div', { class: 'console-said' }, this.#answer, this.#hint, this.#complete.element),
      element('div', { class: 'console-send' }, this.#channel.element, area, this.#send.element),
    );
    page.host.onMessage((message) => {
      if (message.kind === 'published' && message.id === this.#id) this.#answered(message.receivers, message.problem);
    });
    page.figures.onDidChange(() => {
      this.#offer();
      this.#check();
    });
    this.#offer();
    this.#check();
  }

  /** Puts in an example, so that there is something to see, and leaves sending it to the person. */
  offerTest(): void {
    this.#field.area.value = 'test:hello';
    this.#keep({ payload: this.#field.area.value });
    this.#use(`${this.#namespaces[0] ?? ''}${eventChannel}`);
    this.#send.element.focus();
  }

  get #namespaces(): readonly string[] {
    return this.#page.figures.now.connection.namespaces;
  }

  /** Puts in the fleet's own channel while nobody has chosen another. */
  #offer(): void {
    const [ns] = this.#namespaces;
    if (this.#isOpen && ns !== undefined && this.#channel.input.value === '') {
      this.#channel.input.value = `${ns}${eventChannel}`;
    }
  }

  #use(channel: string): void {
    this.#channel.input.value = channel;
    this.#keep({ channel });
    this.#send.element.focus();
  }

  /** The channel's name with the namespace, where it was most likely left out; else as it is. */
  get #whole(): string {
    const channel = this.#channel.input.value;
    const [ns] = this.#namespaces;
    const isBare = ns !== undefined && this.#namespaces.every((one) => one !== '' && !channel.startsWith(one));
    const own = [stateChannel, eventChannel, controlKey];
    const isOwn = own.includes(channel) || channel.startsWith(inboxPrefix) || channel.startsWith(sidePrefix);
    return isBare && isOwn ? `${ns}${channel}` : channel;
  }

  #typed(change: Partial<PanelState['publish']>): void {
    this.#isOpen = false;
    setText(this.#answer, '');
    this.#keep(change);
  }

  #suggestions(store: LineStore): string[] {
    const known = this.#namespaces.flatMap((ns) => [`${ns}${stateChannel}`, `${ns}${eventChannel}`]);
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
    const said =
      problem !== null
        ? oneLine(problem, 400)
        : receivers === null
          ? l10n.t('Not sent')
          : receivers === 0
            ? l10n.t('Nobody listens on this channel')
            : receivers === 1
              ? l10n.t('1 received it')
              : l10n.t('{0} received it', receivers.toLocaleString(language));
    // The same words again are another answer.
    setText(this.#answer, `${clockTime(Date.now()).slice(0, 8)} · ${said}`);
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
    const whole = this.#whole;
    this.#complete.element.hidden = whole === channel;
    this.#complete.relabel(l10n.t('Use {0}', oneLine(whole, 80)));
    const obeyed = obeyedBy(channel);
    const problem = this.#problem(channel, this.#field.area.value);
    const hints = [
      whole === channel ? null : l10n.t("Without the fleet's namespace no agent hears it."),
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
