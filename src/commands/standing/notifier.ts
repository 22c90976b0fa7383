import * as vscode from 'vscode';
import type { Config } from '../../host/config.ts';
import { attentionText } from '../../model/attentionText.ts';
import type { AttentionItem, Picture } from '../../model/picture.ts';
import { every, type Clock } from '../../protocol/clock.ts';
import type { Disposable } from '../../protocol/emitter.ts';
import { forMessage } from '../say.ts';
import { Alerts } from './alerts.ts';

/** Names that a notification has room for. */
const mostNamed = 4;

/** Shows a notification when an agent waits for the person, who does not see it; all that wait at once in one. */
export class Notifier implements Disposable {
  readonly #picture: Picture;
  readonly #config: Config;
  readonly #clock: Clock;
  readonly #isSeen: () => boolean;
  readonly #alerts = new Alerts();
  readonly #ticking: Disposable;

  /** @param isSeen whether the list of what needs attention is in sight */
  constructor(picture: Picture, config: Config, clock: Clock, isSeen: () => boolean) {
    this.#picture = picture;
    this.#config = config;
    this.#clock = clock;
    this.#isSeen = isSeen;
    this.#ticking = every(clock, 1000, () => this.#look());
  }

  #look(): void {
    const { connection, attention } = this.#picture;
    if (connection.state !== 'live' || attention.length === 0) return;
    const wanted = this.#config.get('notifications');
    const due = this.#alerts.due(attention, wanted, this.#isSeen(), this.#clock.now());
    if (due.length > 0) void this.#tell(due);
  }

  async #tell(due: readonly AttentionItem[]): Promise<void> {
    const { l10n } = vscode;
    const [show, never] = [l10n.t('Show'), l10n.t("Don't Show Again")];
    const chosen = await vscode.window.showInformationMessage(forMessage(this.#text(due)), show, never);
    if (chosen === show) await vscode.commands.executeCommand('signalbox.attention.focus');
    if (chosen === never) await this.#config.set('notifications', 'off');
  }

  #text(due: readonly AttentionItem[]): string {
    const { l10n } = vscode;
    const [first] = due;
    if (due.length === 1) return attentionText(first!, l10n, this.#picture, this.#clock.now());
    const names = due.map(({ ns, agent, resource }) => (agent === null ? resource : this.#picture.nameOf(ns, agent)));
    const named = [...new Set(names.filter((name) => name !== null))];
    const list = [...named.slice(0, mostNamed), ...(named.length > mostNamed ? ['…'] : [])].join(', ');
    return due.every(({ kind }) => kind === 'waiting-on-you')
      ? l10n.t('{0} agents wait for you: {1}', due.length, list)
      : l10n.t('{0} things need you: {1}', due.length, list);
  }

  dispose(): void {
    this.#ticking.dispose();
  }
}
