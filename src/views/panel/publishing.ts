import { displayText } from '../../protocol/displayText.ts';
import { obeyedBy, type Obeyed } from '../../protocol/panel/control.ts';
import type { ToHost, ToPage } from '../../protocol/panel/messages.ts';
import type { Translator } from '../../protocol/reasons.ts';
import type { Asking } from './asking.ts';

type Wish = Extract<ToHost, { kind: 'publish' }>;
type Outcome = Extract<ToPage, { kind: 'published' }>;

/** Publishes what a person wrote into the panel. What somebody would obey is asked about first. */
export class Publishing {
  readonly #publish: (channel: string, payload: string) => Promise<number>;
  readonly #asking: Asking;
  readonly #failureText: (error: unknown) => string;
  readonly #l10n: Translator;

  constructor(
    publish: (channel: string, payload: string) => Promise<number>,
    asking: Asking,
    failureText: (error: unknown) => string,
    l10n: Translator,
  ) {
    this.#publish = publish;
    this.#asking = asking;
    this.#failureText = failureText;
    this.#l10n = l10n;
  }

  /** Never rejects. */
  async publish({ id, channel, payload }: Wish): Promise<Outcome> {
    const failed = (problem: string): Outcome => ({ kind: 'published', id, receivers: null, problem });
    if (channel === '') return failed(this.#l10n.t('Name a channel.'));
    const obeyed = obeyedBy(channel);
    try {
      if (obeyed !== null && !(await this.#asking.confirm(this.#question(channel, payload, obeyed)))) {
        return { kind: 'published', id, receivers: null, problem: null };
      }
      return { kind: 'published', id, receivers: await this.#publish(channel, payload), problem: null };
    } catch (error) {
      return failed(this.#failureText(error).slice(0, 2_000));
    }
  }

  #question(channel: string, payload: string, obeyed: Obeyed): Parameters<Asking['confirm']>[0] {
    const l10n = this.#l10n;
    return {
      message: l10n.t('Publish on {0}?', displayText(channel, 200)),
      detail: `${obeyedText(obeyed, this.#l10n)}\n\n${displayText(payload, 300)}`,
      action: l10n.t('Publish'),
    };
  }
}

function obeyedText(obeyed: Obeyed, l10n: Translator): string {
  switch (obeyed) {
    case 'agents':
      return l10n.t('Agents of this fleet obey what is said there: they pause, or work on.');
    case 'agent':
      return l10n.t('The agent whose inbox this is may act on it as on a message from another agent.');
    case 'waiters':
      return l10n.t('This name belongs to Signalbox itself. Agents that wait for a claim may act on it.');
    case 'server':
      return l10n.t('Redis itself, its replicas or its sentinels may act on it.');
    case 'queues':
      return l10n.t('Workers of BullMQ act on it.');
  }
}
