import * as vscode from 'vscode';
import { Disposables } from '../host/disposables.ts';
import type { ViewDoors, ViewId } from '../host/viewDoors.ts';
import { every } from '../protocol/clock.ts';
import type { Disposable } from '../protocol/emitter.ts';
import { AgentRows } from './agentRows.ts';
import { AttentionView } from './attentionView.ts';
import { ClaimRows } from './claimRows.ts';
import { connectionMessage, looksText } from './connectionText.ts';
import type { Fleet } from './fleetRows.ts';
import { fleetPausedText } from './fleetWords.ts';
import { LiveTree } from './liveTree.ts';
import { Pacer } from './pacer.ts';
import { QueueRows } from './queueRows.ts';
import { RunRows } from './run/runRows.ts';
import type { Projection } from './row.ts';

/** Shortest time between two drawings, in ms. */
const pace = 250;

/** The views of the activity bar's container. They are drawn anew only while somebody can see them. */
export class TreeViews implements vscode.Disposable {
  readonly #fleet: Fleet;
  readonly #doors: ViewDoors;
  readonly #owned = new Disposables();
  readonly #trees: { id: string; tree: LiveTree; view: vscode.TreeView<string> }[] = [];
  readonly #views: vscode.TreeView<string>[] = [];
  readonly #agents: vscode.TreeView<string>;
  readonly #attention: AttentionView;
  readonly #claims: vscode.TreeView<string>;
  /** Those of which the title says how soon a change is seen. */
  readonly #swept: readonly vscode.TreeView<string>[];
  readonly #pacer: Pacer;
  readonly #seen = new vscode.EventEmitter<void>();
  #ticking: Disposable | null = null;

  /** Whether any of the views came into sight or went out of it. */
  readonly onDidChangeVisibility = this.#seen.event;

  /** `onDidFind` says that rows may now know where their files are. */
  constructor(fleet: Fleet, doors: ViewDoors, onDidFind: vscode.Event<void>) {
    this.#fleet = fleet;
    this.#doors = doors;
    this.#owned.add(this.#seen);
    this.#pacer = this.#owned.add(new Pacer(fleet.clock, pace, () => this.#draw()));
    this.#attention = this.#owned.add(
      new AttentionView(fleet, (tree) => this.#follow(doors.open('signalbox.attention', tree))),
    );
    this.#agents = this.#create('signalbox.agents', this.#owned.add(new AgentRows(fleet)));
    this.#claims = this.#create('signalbox.claims', new ClaimRows(fleet));
    this.#swept = [
      this.#create('signalbox.queues', new QueueRows(fleet)),
      this.#create('signalbox.run', this.#owned.add(new RunRows(fleet))),
    ];
    this.#owned.add(fleet.picture.onDidChange(() => this.#pacer.request()));
    this.#owned.add(onDidFind(() => this.#pacer.request()));
    this.#owned.add({ dispose: () => this.#ticking?.dispose() });
  }

  get visible(): boolean {
    return this.#views.some((view) => view.visible);
  }

  /** Whether what needs attention is before the person's eyes. */
  get attentionSeen(): boolean {
    return this.#attention.view.visible && vscode.window.state.focused;
  }

  /** The rows of a view that are selected. */
  selection(id: string): readonly string[] {
    if (id === 'signalbox.attention') return this.#attention.view.selection;
    return this.#trees.find((each) => each.id === id)?.view.selection ?? [];
  }

  #create(id: ViewId, projection: Projection): vscode.TreeView<string> {
    const tree = this.#owned.add(new LiveTree(projection));
    const view = this.#follow(this.#doors.open(id, tree));
    this.#trees.push({ id, tree, view });
    return view;
  }

  #follow(view: vscode.TreeView<string>): vscode.TreeView<string> {
    this.#views.push(view);
    this.#owned.add(
      view.onDidChangeVisibility(() => {
        this.#tickWhileVisible();
        this.#pacer.request();
        this.#seen.fire();
      }),
    );
    return view;
  }

  #draw(): void {
    const { picture, l10n } = this.#fleet;
    if (!this.visible) return;
    describe(this.#agents, countText(picture.agents.length));
    describe(this.#claims, countText(picture.claims.length));
    for (const view of this.#swept) describe(view, looksText(picture.connection, l10n));
    const message = connectionMessage(picture.connection, l10n) ?? fleetPausedText(picture, l10n);
    // Every assignment travels to the window, which lays the tree out anew.
    if ((this.#agents.message ?? '') !== message) this.#agents.message = message;
    for (const { tree, view } of this.#trees) if (view.visible) tree.refresh();
    this.#attention.refresh();
  }

  /** Ages and times left change although nothing happens. */
  #tickWhileVisible(): void {
    if (this.visible) {
      this.#ticking ??= every(this.#fleet.clock, 1000, () => this.#pacer.request());
    } else {
      this.#ticking?.dispose();
      this.#ticking = null;
    }
  }

  dispose(): void {
    this.#owned.dispose();
  }
}

/** What stands beside a view's title, which is seen also while the view is folded up. */
function describe(view: vscode.TreeView<string>, description: string): void {
  if ((view.description ?? '') !== description) view.description = description;
}

const countText = (count: number): string => (count === 0 ? '' : String(count));
