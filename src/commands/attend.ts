import * as vscode from 'vscode';
import { agentKey, attentionItemId, errorKey } from '../host/rowIds.ts';
import { attentionText, healthReason } from '../model/attentionText.ts';
import type { FleetModel } from '../model/fleetModel.ts';
import type { Clock } from '../protocol/clock.ts';
import { displayText } from '../protocol/displayText.ts';
import { reasonText } from '../protocol/reasons.ts';
import { isAsked, textOf } from './arguments.ts';
import { inPassing } from './say.ts';

/** What a person answers to something that needs attention. */
export class Attend {
  readonly #model: FleetModel;
  readonly #clock: Clock;

  constructor(model: FleetModel, clock: Clock) {
    this.#model = model;
    this.#clock = clock;
  }

  /**
   * Takes an item, given by its row, as `{id}` or by choice, off the list; answers whether it was there. It comes back when the
   * same happens anew. Of a row of errors all that it stands for is acknowledged.
   */
  async dismiss(argument?: unknown): Promise<{ dismissed: boolean } | undefined> {
    const errors = errorKey(argument) ?? errorKey(textOf(argument, 'id'));
    if (errors !== undefined) return { dismissed: this.#model.acknowledge([errors]) > 0 };
    const id = attentionItemId(argument) ?? textOf(argument, 'id') ?? (await this.#pick());
    if (id === undefined) return undefined;
    const dismissed = this.#model.attention.some((item) => item.id === id);
    if (dismissed) this.#model.dismiss(id);
    return { dismissed };
  }

  /**
   * Takes the next state of an agent, given by its row in either list or as `{agent, ns?}`, as the first of a new run.
   * Answers whether there is such an agent with a state.
   */
  acceptNewRun(argument?: unknown): boolean {
    const isAccepted = this.#accept(argument);
    if (!isAccepted && !isAsked(argument)) inPassing(vscode.l10n.t('It has sent no state: there is no run to accept.'));
    return isAccepted;
  }

  #accept(argument: unknown): boolean {
    const key = agentKey(argument);
    const row = key === undefined ? undefined : this.#model.agent(key);
    if (row !== undefined) return this.#model.acceptNewRun(row.ns, row.id);
    const id = attentionItemId(argument);
    const item = id === undefined ? undefined : this.#model.attention.find((each) => each.id === id);
    const agent = item?.agent ?? textOf(argument, 'agent');
    if (agent === undefined) return false;
    return this.#model.acceptNewRun(item?.ns ?? textOf(argument, 'ns') ?? '', agent);
  }

  async #pick(): Promise<string | undefined> {
    const { attention } = this.#model;
    if (attention.length === 0) throw new Error(vscode.l10n.t('Nothing needs you.'));
    const now = this.#clock.now();
    const items = attention.map((item) => {
      // What happened is enough to know it by; what it means stands in the row's hover.
      const text =
        item.kind === 'health'
          ? reasonText(healthReason(item), vscode.l10n)
          : attentionText(item, vscode.l10n, this.#model, now);
      const [what = ''] = text.split(/(?<=\.) (?=\p{Lu})/u);
      return { label: displayText(what, 200).replaceAll('$(', '$ ('), id: item.id };
    });
    const [title, placeHolder] = [vscode.l10n.t('Dismiss'), vscode.l10n.t('What needs you no more?')];
    return (await vscode.window.showQuickPick(items, { title, placeHolder }))?.id;
  }
}
