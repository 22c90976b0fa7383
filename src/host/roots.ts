import * as vscode from 'vscode';
import { repositoryRootAbove } from './repositoryRoot.ts';

/**
 * Where the repository-relative names of a namespace begin: the window's folders, and the repositories around them for a
 * window that was opened on a part of one, unless a namespace has a root of its own.
 */
export class Roots implements vscode.Disposable {
  readonly #given = new Map<string, vscode.Uri>();
  readonly #changed = new vscode.EventEmitter<void>();
  readonly #listening = vscode.workspace.onDidChangeWorkspaceFolders(() => {
    this.#changed.fire();
    void this.#lookAround();
  });
  /** Roots of repositories that the window shows only a part of. */
  #around: readonly vscode.Uri[] = [];

  readonly onDidChange = this.#changed.event;

  constructor() {
    void this.#lookAround();
  }

  of(ns: string): readonly vscode.Uri[] {
    const own = this.#given.get(ns);
    return own ? [own] : [...folders(), ...this.#around];
  }

  /** The namespaces that have a root of their own, and which. */
  get own(): ReadonlyMap<string, vscode.Uri> {
    return this.#given;
  }

  /** Gives a namespace a root of its own until disposed. */
  give(ns: string, root: vscode.Uri): vscode.Disposable {
    this.#given.set(ns, root);
    this.#changed.fire();
    return {
      dispose: () => {
        if (this.#given.get(ns) !== root) return;
        this.#given.delete(ns);
        this.#changed.fire();
      },
    };
  }

  /** Never rejects. */
  async #lookAround(): Promise<void> {
    const known = new Set(folders().map(String));
    const found = await Promise.all(folders().map(repositoryRootAbove));
    const around = found.filter((root) => root !== null).filter((root) => !known.has(root.toString()));
    const distinct = [...new Map(around.map((root) => [root.toString(), root])).values()];
    if (distinct.map(String).join('\n') === this.#around.map(String).join('\n')) return;
    this.#around = distinct;
    this.#changed.fire();
  }

  dispose(): void {
    this.#listening.dispose();
    this.#changed.dispose();
  }
}

const folders = (): vscode.Uri[] => (vscode.workspace.workspaceFolders ?? []).map((folder) => folder.uri);
