import * as vscode from 'vscode';

/** A text as an editor shows it. */
export interface ShownText {
  /** Names it among all of its scheme: what is shown again under it stands in the same editor. */
  readonly id: string;
  /** Fit for a tab, without a slash, with an ending that says what the text is. */
  readonly title: string;
  readonly text: string;
}

/** Texts that are kept; an editor that is open has its own already. */
const most = 50;

/** Texts as read-only documents, for VS Code's own editors. They are forgotten when these are closed. */
export class TextDocuments implements vscode.TextDocumentContentProvider, vscode.Disposable {
  readonly #scheme: string;
  readonly #gone: string;
  readonly #texts = new Map<string, string>();
  readonly #changed = new vscode.EventEmitter<vscode.Uri>();
  readonly #owned: vscode.Disposable;

  readonly onDidChange = this.#changed.event;

  /** `gone` is what an editor shows that was open longer than its text was kept. */
  constructor(scheme: string, gone: string) {
    this.#scheme = scheme;
    this.#gone = gone;
    const forget = ({ uri }: vscode.TextDocument): unknown => this.#texts.delete(uri.toString());
    this.#owned = vscode.Disposable.from(
      this.#changed,
      vscode.workspace.registerTextDocumentContentProvider(scheme, this),
      vscode.workspace.onDidCloseTextDocument(forget),
    );
  }

  provideTextDocumentContent(uri: vscode.Uri): string {
    return this.#texts.get(uri.toString()) ?? this.#gone;
  }

  /** Shows one text in an editor, or two side by side, of which `title` says what they are. */
  async show(one: ShownText, other?: ShownText, title = ''): Promise<void> {
    const left = this.#keep(one);
    if (other === undefined) await vscode.commands.executeCommand('vscode.open', left, { preview: true });
    else await vscode.commands.executeCommand('vscode.diff', left, this.#keep(other), title, { preview: true });
  }

  dispose(): void {
    this.#owned.dispose();
    this.#texts.clear();
  }

  #keep({ id, title, text }: ShownText): vscode.Uri {
    const uri = vscode.Uri.from({ scheme: this.#scheme, path: `/${title}`, query: id });
    const key = uri.toString();
    this.#texts.delete(key);
    this.#texts.set(key, text);
    for (const oldest of this.#texts.keys()) {
      if (this.#texts.size <= most) break;
      this.#texts.delete(oldest);
    }
    this.#changed.fire(uri);
    return uri;
  }
}
