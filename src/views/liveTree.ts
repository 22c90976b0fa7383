import * as vscode from 'vscode';
import type { Projection } from './row.ts';
import { treeItem, untrusted } from './treeItem.ts';

/**
 * Shows a projection as a tree and, when told to {@link refresh}, fires exactly the rows that would now look different
 * from how they were last drawn. Elements are the ids themselves, so VS Code never meets two objects for one row.
 */
export class LiveTree implements vscode.TreeDataProvider<string>, vscode.Disposable {
  readonly #projection: Projection;
  readonly #changed = new vscode.EventEmitter<undefined | string[]>();
  /** How each row, and each list of children, was last drawn. The root's list stands under the empty text. */
  readonly #rows = new Map<string, { text: string; isOpen: boolean }>();
  readonly #lists = new Map<string, string>();

  readonly onDidChangeTreeData = this.#changed.event;

  constructor(projection: Projection) {
    this.#projection = projection;
  }

  getChildren(id?: string): string[] {
    const children = this.#projection.children(id ?? null);
    this.#lists.set(id ?? '', JSON.stringify(children));
    return [...children];
  }

  getTreeItem(id: string): vscode.TreeItem {
    const row = this.#projection.row(id);
    // It went between being listed and being drawn; the next refresh takes it out of the list.
    if (row === null) return { id, label: '' };
    this.#rows.set(id, { text: JSON.stringify(row), isOpen: row.children === 'expanded' });
    return treeItem(id, row);
  }

  resolveTreeItem(item: vscode.TreeItem, id: string): vscode.TreeItem {
    const tooltip = this.#projection.tooltip(id);
    if (tooltip !== null) item.tooltip = untrusted(tooltip);
    return item;
  }

  /** Answers whether anything looks different. */
  refresh(): boolean {
    if (this.#lists.has('') && this.#stale(null)) return this.#drawAll();
    const changed: string[] = [];
    for (const [id, drawn] of this.#rows) {
      const row = this.#projection.row(id);
      if (row === null) {
        this.#rows.delete(id);
        this.#lists.delete(id);
        continue;
      }
      const isOpen = row.children === 'expanded';
      // Then it has another id in VS Code, which only whoever lists it is told.
      if (isOpen !== drawn.isOpen) return this.#drawAll();
      const text = JSON.stringify(row);
      if (text === drawn.text && !(this.#lists.has(id) && this.#stale(id))) continue;
      this.#rows.set(id, { text, isOpen });
      changed.push(id);
    }
    if (changed.length > 0) this.#changed.fire(changed);
    return changed.length > 0;
  }

  #drawAll(): true {
    this.#rows.clear();
    this.#lists.clear();
    this.#changed.fire(undefined);
    return true;
  }

  #stale(parent: string | null): boolean {
    const now = JSON.stringify(this.#projection.children(parent));
    const key = parent ?? '';
    if (this.#lists.get(key) === now) return false;
    this.#lists.set(key, now);
    return true;
  }

  dispose(): void {
    this.#changed.dispose();
  }
}
