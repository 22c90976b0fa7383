import Module from 'node:module';
import type * as vscode from 'vscode';

type Tree = vscode.TreeDataProvider<string>;
type TreeOptions = vscode.TreeViewOptions<string>;

/** What happened to one view, from {@link TreeSpy.begin} on. */
export interface TreeSeen {
  readonly visible: boolean;
  /** When each refresh was fired, in ms. */
  readonly firedAt: readonly number[];
  /** Refreshes of the whole tree, and those after which its topmost list was the same as before. */
  readonly whole: number;
  readonly wholeInVain: number;
  /** Rows fired one by one, and those that VS Code drew again and got exactly what it had. */
  readonly rows: number;
  readonly rowsInVain: number;
}

class Seen {
  firedAt: number[] = [];
  whole = 0;
  wholeInVain = 0;
  rows = 0;
  rowsInVain = 0;
}

/** Stands between one extension and `vscode.window.createTreeView`, and sees what VS Code is told and what it asks for. */
export class TreeSpy {
  readonly #views = new Map<string, { view: vscode.TreeView<string>; seen: Seen }>();

  /** To be made before the extension in `folder` is loaded. */
  constructor(folder: string) {
    // VS Code answers `require('vscode')` there, with an API object of each extension's own.
    const loader = Module as unknown as {
      _load(request: string, parent?: { filename?: string }, main?: boolean): unknown;
    };
    const load = loader._load.bind(loader);
    let spied: typeof vscode | undefined;
    loader._load = (request, parent, main) => {
      const loaded = load(request, parent, main);
      if (request !== 'vscode' || !parent?.filename?.startsWith(folder)) return loaded;
      return (spied ??= this.#around(loaded as typeof vscode));
    };
  }

  /** Forgets what was seen so far. */
  begin(): void {
    for (const entry of this.#views.values()) entry.seen = new Seen();
  }

  seen(): Record<string, TreeSeen> {
    return Object.fromEntries([...this.#views].map(([id, { view, seen }]) => [id, { visible: view.visible, ...seen }]));
  }

  #around(api: typeof vscode): typeof vscode {
    const create = (id: string, options: TreeOptions): vscode.TreeView<string> => {
      const entry = { seen: new Seen() };
      const provider = watched(options.treeDataProvider, () => entry.seen);
      const view = api.window.createTreeView(id, { ...options, treeDataProvider: provider });
      this.#views.set(id, Object.assign(entry, { view }));
      return view;
    };
    const window = Object.create(api.window, { createTreeView: { value: create } }) as typeof vscode.window;
    return Object.create(api, { window: { value: window } }) as typeof vscode;
  }
}

function watched(tree: Tree, seen: () => Seen): Tree {
  const rows = new Map<string, string>();
  const lists = new Map<string, string>();
  const fired = new Set<string>();
  let wholeFired = false;
  tree.onDidChangeTreeData?.((ids) => {
    seen().firedAt.push(performance.now());
    if (Array.isArray(ids)) {
      seen().rows += ids.length;
      for (const id of ids) fired.add(id);
    } else {
      seen().whole++;
      wholeFired = true;
    }
  });
  return {
    ...(tree.onDidChangeTreeData ? { onDidChangeTreeData: tree.onDidChangeTreeData } : {}),
    async getChildren(id) {
      const children = (await tree.getChildren(id)) ?? [];
      const list = JSON.stringify(children);
      if (id === undefined && wholeFired) {
        wholeFired = false;
        if (lists.get('') === list) seen().wholeInVain++;
      } else if (id !== undefined && lists.get(id) !== list) {
        fired.delete(id);
      }
      lists.set(id ?? '', list);
      return children;
    },
    async getTreeItem(id) {
      const item = await tree.getTreeItem(id);
      const row = JSON.stringify(item);
      if (fired.delete(id) && rows.get(id) === row) seen().rowsInVain++;
      rows.set(id, row);
      return item;
    },
    resolveTreeItem: (item, id, token) => tree.resolveTreeItem?.(item, id, token),
  };
}
