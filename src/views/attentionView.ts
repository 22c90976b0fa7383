import type * as vscode from 'vscode';
import { Disposables } from '../host/disposables.ts';
import type { Disposable } from '../protocol/emitter.ts';
import { AttentionRows } from './attentionRows.ts';
import type { Fleet } from './fleetRows.ts';
import { LiveTree } from './liveTree.ts';
import { Pacer } from './pacer.ts';
import { UrgentPacer } from './urgentPacer.ts';

/** How often it is looked whether the list is another one, in ms: most changes of a fleet at work are none of it. */
const lookEvery = 20;

/** The view of what needs a person: it is drawn by itself, since somebody is waiting. Its badge is seen while it is not. */
export class AttentionView implements Disposable {
  readonly #fleet: Fleet;
  readonly #owned = new Disposables();
  readonly #view: vscode.TreeView<string>;
  readonly #pacer: UrgentPacer;
  #ids: ReadonlySet<string> = new Set();

  constructor(fleet: Fleet, open: (tree: LiveTree) => vscode.TreeView<string>) {
    this.#fleet = fleet;
    const tree = this.#owned.add(new LiveTree(this.#owned.add(new AttentionRows(fleet))));
    this.#pacer = this.#owned.add(new UrgentPacer(fleet.clock, () => this.#view.visible && tree.refresh()));
    this.#view = open(tree);
    const looking = this.#owned.add(new Pacer(fleet.clock, lookEvery, () => this.#look()));
    this.#owned.add(fleet.picture.onDidChange(({ attention }) => attention && looking.request()));
    this.#owned.add(this.#view.onDidChangeVisibility(() => this.#pacer.request('row')));
  }

  get view(): vscode.TreeView<string> {
    return this.#view;
  }

  /** Time has passed, or rows may know now where their files are. */
  refresh(): void {
    this.#pacer.request('age');
  }

  #look(): void {
    const { picture, l10n } = this.#fleet;
    const ids = new Set(picture.attention.map(({ id }) => id));
    const before = this.#ids;
    this.#ids = ids;
    const needed = ids.size;
    if ((this.#view.badge?.value ?? 0) !== needed) {
      const tooltip = needed === 1 ? l10n.t('1 thing needs you') : l10n.t('{0} things need you', needed);
      this.#view.badge = needed === 0 ? undefined : { value: needed, tooltip };
    }
    if ([...ids].some((id) => !before.has(id))) this.#pacer.request('row');
    else if (ids.size < before.size) this.#pacer.request('list');
  }

  dispose(): void {
    this.#owned.dispose();
  }
}
