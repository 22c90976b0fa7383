import * as vscode from 'vscode';
import type { Picture } from '../model/picture.ts';
import { displayText } from '../protocol/displayText.ts';
import { eventChannel, stateChannel } from '../protocol/names.ts';
import { payloadProblem } from '../protocol/payload.ts';
import type { Link } from '../redis/link.ts';
import { textOf } from './arguments.ts';
import { forMessage } from './say.ts';
import {
  eventTemplates,
  joinPayloads,
  splitPayloads,
  stateTemplates,
  testAgentId,
  type Template,
} from './templates.ts';

/** Publishes a payload of a person's choice, to see what becomes of it. */
export class Publish {
  readonly #link: Link;
  readonly #picture: Picture;

  constructor(link: Link, picture: Picture) {
    this.#link = link;
    this.#picture = picture;
  }

  /** With `{channel, payload}` it asks nothing and says nothing. `receivers` counts the subscribers reached. */
  async publish(argument?: unknown): Promise<{ receivers: number } | undefined> {
    const channel = textOf(argument, 'channel');
    const payload = textOf(argument, 'payload');
    if (channel !== undefined && payload !== undefined) {
      return { receivers: await this.#link.publish(channel, payload) };
    }
    const chosen = channel ?? (await this.#askChannel());
    if (chosen === undefined) return undefined;
    const payloads = payload === undefined ? await this.#askPayloads(chosen) : [payload];
    if (payloads === undefined) return undefined;
    let receivers = 0;
    for (const each of payloads) receivers = await this.#link.publish(chosen, each);
    say(chosen, payloads.length, receivers);
    return { receivers };
  }

  async #askChannel(): Promise<string | undefined> {
    const other = vscode.l10n.t('Other channel…');
    const namespaces = this.#picture.connection.namespaces;
    const items: vscode.QuickPickItem[] = namespaces.flatMap((ns) => [
      { label: ns + stateChannel, description: vscode.l10n.t('states of agents') },
      { label: ns + eventChannel, description: vscode.l10n.t('events and errors') },
    ]);
    items.push({ label: other });
    const title = vscode.l10n.t('Publish Test Payload (1 of 3)');
    const item = await vscode.window.showQuickPick(items, { title, placeHolder: vscode.l10n.t('Channel') });
    if (item?.label !== other) return item?.label;
    const typed = await vscode.window.showInputBox({ title, prompt: vscode.l10n.t('Channel') });
    return typed === '' ? undefined : typed;
  }

  async #askPayloads(channel: string): Promise<string[] | undefined> {
    const isState = channel.endsWith(stateChannel);
    const ns = isState ? channel.slice(0, -stateChannel.length) : '';
    const ver = this.#picture.agentById(ns, testAgentId)?.ver ?? null;
    const templates = isState ? stateTemplates({ id: testAgentId, ver }) : eventTemplates();
    const items = templates.map((template) => ({ ...words(template), template }));
    const template = await vscode.window.showQuickPick(items, {
      title: vscode.l10n.t('Publish Test Payload (2 of 3)'),
      placeHolder: vscode.l10n.t('What to send; it can still be changed'),
      matchOnDetail: true,
    });
    if (template === undefined) return undefined;
    const text = await vscode.window.showInputBox({
      title: vscode.l10n.t('Publish Test Payload (3 of 3)'),
      prompt: vscode.l10n.t('Payload for {0}', displayText(channel, 80)),
      value: joinPayloads(template.template.payloads),
      ignoreFocusOut: true,
      validateInput: (typed) => (isState ? problemOf(typed) : undefined),
    });
    return text === undefined ? undefined : splitPayloads(text);
  }
}

/** A malformed payload may well be what somebody wants to send, so it is only a warning. */
function problemOf(typed: string): vscode.InputBoxValidationMessage | undefined {
  const problem = splitPayloads(typed)
    .map((payload) => payloadProblem(payload, vscode.l10n))
    .find((each) => each !== null);
  if (problem === undefined || problem === null) return undefined;
  const message = vscode.l10n.t('Agents would drop this: {0}', problem);
  return { message, severity: vscode.InputBoxValidationSeverity.Warning };
}

function words({ name, payloads }: Template): { label: string; detail: string } {
  const detail = payloads.join('  ');
  switch (name) {
    case 'next':
      return { label: vscode.l10n.t('Next state'), detail };
    case 'stale':
      return { label: vscode.l10n.t('Stale state: an older version, to be dropped'), detail };
    case 'burst':
      return { label: vscode.l10n.t('Out of order: three states, the newest first'), detail };
    case 'divergent':
      return { label: vscode.l10n.t('Divergent state: the same version with other content'), detail };
    case 'malformed':
      return { label: vscode.l10n.t('Malformed: cut off in the middle'), detail };
    case 'event':
      return { label: vscode.l10n.t('Event'), detail };
    case 'error':
      return { label: vscode.l10n.t('Error event'), detail };
  }
}

function say(channel: string, count: number, receivers: number): void {
  const where = displayText(channel, 80);
  const reached =
    receivers === 1
      ? vscode.l10n.t('Published on {0}: 1 subscriber received it.', where)
      : vscode.l10n.t('Published on {0}: {1} subscribers received it.', where, receivers);
  const text = count === 1 ? reached : `${vscode.l10n.t('{0} payloads.', count)} ${reached}`;
  void vscode.window.showInformationMessage(forMessage(text));
}
