import { displayText } from '../../protocol/displayText.ts';
import { type Obeyed, obeyedBy, obeyedText } from '../../protocol/panel/control.ts';
import type { ToHost, ToPage } from '../../protocol/panel/messages.ts';
import type { Translator } from '../../protocol/reasons.ts';
import type { OneQuestion } from './oneQuestion.ts';

type Wish = Extract<ToHost, { kind: 'publish' }>;
type Outcome = Extract<ToPage, { kind: 'published' }>;

/** Publishes what a person wrote into the panel. What somebody would obey is asked about first. */
export class Publishing {
  readonly #publish: (channel: string, payload: string) => Promise<number>;
  readonly #asking: OneQuestion;
  readonly #failureText: (error: unknown) => string;
  readonly #l10n: Translator;

  constructor(
    publish: (channel: string, payload: string) => Promise<number>,
    asking: OneQuestion,
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

  #question(channel: string, payload: string, obeyed: Obeyed): Parameters<OneQuestion['confirm']>[0] {
    const l10n = this.#l10n;
    return {
      message: l10n.t('Publish on {0}?', displayText(channel, 200)),
      detail: `${obeyedText(obeyed, this.#l10n)}\n\n${displayText(payload, 300)}`,
      action: l10n.t('Publish'),
    };
  }
}
