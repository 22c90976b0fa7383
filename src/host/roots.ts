import * as vscode from 'vscode';

/** Where the repository-relative names of a namespace begin: the window's folders, unless a namespace has its own. */
export class Roots implements vscode.Disposable {
  readonly #own = new Map<string, vscode.Uri>();
  readonly #changed = new vscode.EventEmitter<void>();
  readonly #listening = vscode.workspace.onDidChangeWorkspaceFolders(() => this.#changed.fire());

  readonly onDidChange = this.#changed.event;

  of(ns: string): readonly vscode.Uri[] {
    const own = this.#own.get(ns);
    return own ? [own] : (vscode.workspace.workspaceFolders ?? []).map((folder) => folder.uri);
  }

  /** Gives a namespace a root of its own until disposed. */
  give(ns: string, root: vscode.Uri): vscode.Disposable {
    this.#own.set(ns, root);
    this.#changed.fire();
    return {
      dispose: () => {
        if (this.#own.get(ns) !== root) return;
        this.#own.delete(ns);
        this.#changed.fire();
      },
    };
  }

  dispose(): void {
    this.#listening.dispose();
    this.#changed.dispose();
  }
}
