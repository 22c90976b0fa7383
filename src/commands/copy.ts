import * as vscode from 'vscode';
import type { Picture } from '../model/picture.ts';
import { agentPrompt } from '../protocol/agentPrompt.ts';
import type { Status } from '../protocol/status.ts';
import type { Link } from '../redis/link.ts';
import { addressForOthers } from './address.ts';

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
    const text = agentPrompt({ url: addressForOthers(settings.url, settings.username), namespace });
    await vscode.env.clipboard.writeText(text);
    copied(vscode.l10n.t('Copied the prompt. Paste it into an agent.'));
    return text;
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
