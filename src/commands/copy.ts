import * as vscode from 'vscode';
import { attentionItemId } from '../host/rowIds.ts';
import { healthReason } from '../model/attentionText.ts';
import type { Picture } from '../model/picture.ts';
import { agentPrompt } from '../protocol/agentPrompt.ts';
import { aclLine, mendOf } from '../protocol/reasons.ts';
import type { Status } from '../protocol/status.ts';
import type { Link } from '../redis/link.ts';
import { addressForOthers } from '../redis/address.ts';

/** What a person takes along to somewhere else. */
export class Copy {
  readonly #link: Link;
  readonly #picture: Picture;

  constructor(link: Link, picture: Picture) {
    this.#link = link;
    this.#picture = picture;
  }

  /** Copies, and answers, the text that makes an agent with a shell take part. Null while nothing is configured. */
  async agentPrompt(): Promise<string | null> {
    const { settings } = this.#link;
    if (settings === null) {
      void vscode.window.showInformationMessage(
        vscode.l10n.t('Connect to Redis first, so that the prompt can name the server.'),
      );
      return null;
    }
    // The first is the repository's own where it has one.
    const namespace = settings.namespaces[0] ?? '';
    const url = addressForOthers(settings.url, settings.username);
    const text = agentPrompt({ url, namespace, library: this.#picture.connection.library !== null });
    await vscode.env.clipboard.writeText(text);
    copied(vscode.l10n.t('Copied the prompt. Paste it into an agent.'));
    return text;
  }

  /** Copies, and answers, what an administrator types to mend what a row of the attention list says of the server. */
  async mend(row?: unknown): Promise<string | null> {
    const id = attentionItemId(row);
    const item = this.#picture.attention.find((each) => each.id === id && each.kind === 'health');
    const reason = item === undefined ? null : healthReason(item);
    if (reason === null) return null;
    const line = reason.code === 'missing-right' ? aclLine(reason) : mendOf(reason);
    if (line === null) return null;
    await vscode.env.clipboard.writeText(line);
    copied(vscode.l10n.t('Copied the line for the administrator of the server.'));
    return line;
  }

  /** Copies, and answers, the picture as `signalbox status --json` prints it. */
  async status(): Promise<Status> {
    const status = this.#picture.status();
    await vscode.env.clipboard.writeText(JSON.stringify(status, null, 2));
    copied(vscode.l10n.t('Copied the status as JSON.'));
    return status;
  }
}

function copied(text: string): void {
  vscode.window.setStatusBarMessage(`$(check) ${text}`, 4000);
}
