import * as vscode from 'vscode';
import type { Translator } from '../../protocol/reasons.ts';
import type { MessageDocument } from './documentText.ts';

export const messageScheme = 'signalbox-message';

/** Texts that are kept; an editor that is open has its own already. */
const most = 50;

/** Messages as read-only documents, for VS Code's own editors. */
export class MessageDocuments implements vscode.TextDocumentContentProvider, vscode.Disposable {
  readonly #l10n: Translator;
  readonly #texts = new Map<string, string>();
  readonly #registered: vscode.Disposable;

  constructor(l10n: Translator) {
    this.#l10n = l10n;
    this.#registered = vscode.workspace.registerTextDocumentContentProvider(messageScheme, this);
  }

  provideTextDocumentContent(uri: vscode.Uri): string {
    return this.#texts.get(uri.toString()) ?? this.#l10n.t('This message is not kept any more.');
  }

  /** Shows one message in an editor, or two side by side. */
  async show(one: MessageDocument, other?: MessageDocument): Promise<void> {
    const left = this.#keep(one);
    if (other === undefined) {
      await vscode.commands.executeCommand('vscode.open', left, { preview: true });
      return;
    }
    const title = this.#l10n.t('{0} and {1}', one.title, other.title);
    await vscode.commands.executeCommand('vscode.diff', left, this.#keep(other), title, { preview: true });
  }

  dispose(): void {
    this.#registered.dispose();
    this.#texts.clear();
  }

  #keep({ id, title, text }: MessageDocument): vscode.Uri {
    const uri = vscode.Uri.from({ scheme: messageScheme, path: `/${title}`, query: String(id) });
    const key = uri.toString();
    this.#texts.delete(key);
    this.#texts.set(key, text);
    for (const oldest of this.#texts.keys()) {
      if (this.#texts.size <= most) break;
      this.#texts.delete(oldest);
    }
    return uri;
  }
}
