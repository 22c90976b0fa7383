import * as vscode from 'vscode';
import { Disposables } from './disposables.ts';

const viewIds = [
  'signalbox.attention',
  'signalbox.agents',
  'signalbox.claims',
  'signalbox.queues',
  'signalbox.run',
] as const;
export type ViewId = (typeof viewIds)[number];
type Tree = vscode.TreeDataProvider<string>;

/**
 * The views as VS Code has them from the start. What stands in them is made when one of them is first looked at, or before,
 * and comes in through {@link open}.
 */
export class ViewDoors implements vscode.Disposable {
  readonly #owned = new Disposables();
  readonly #doors = new Map<ViewId, { door: Door; view: vscode.TreeView<string> }>();

  /** `ready` has opened them all when it is done. */
  constructor(ready: () => Promise<unknown>) {
    for (const id of viewIds) {
      const door = this.#owned.add(new Door(ready));
      const view = this.#owned.add(vscode.window.createTreeView(id, { treeDataProvider: door }));
      this.#doors.set(id, { door, view });
    }
  }

  /** Shows a tree in a view from now on. */
  open(id: ViewId, tree: Tree): vscode.TreeView<string> {
    const { door, view } = this.#doors.get(id)!;
    door.open(tree);
    return view;
  }

  dispose(): void {
    this.#owned.dispose();
  }
}

/** A tree that is there before its content. */
class Door implements Tree, vscode.Disposable {
  readonly #ready: () => Promise<unknown>;
  readonly #changed = new vscode.EventEmitter<undefined | string[]>();
  #tree: Tree | undefined;
  #listening: vscode.Disposable | undefined;

  readonly onDidChangeTreeData = this.#changed.event;

  constructor(ready: () => Promise<unknown>) {
    this.#ready = ready;
  }

  open(tree: Tree): void {
    this.#tree = tree;
    this.#listening = tree.onDidChangeTreeData?.((changed) => this.#changed.fire(changed as string[] | undefined));
  }

  getChildren(id?: string): vscode.ProviderResult<string[]> {
    if (this.#tree) return this.#tree.getChildren(id);
    return this.#ready().then(() => this.#tree?.getChildren(id));
  }

  getTreeItem(id: string): vscode.TreeItem | Thenable<vscode.TreeItem> {
    return this.#tree?.getTreeItem(id) ?? { id, label: '' };
  }

  resolveTreeItem(
    item: vscode.TreeItem,
    id: string,
    token: vscode.CancellationToken,
  ): vscode.ProviderResult<vscode.TreeItem> {
    return this.#tree?.resolveTreeItem?.(item, id, token) ?? item;
  }

  dispose(): void {
    this.#listening?.dispose();
    this.#changed.dispose();
  }
}
