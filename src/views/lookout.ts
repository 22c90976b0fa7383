import * as vscode from 'vscode';
import { Disposables } from '../host/disposables.ts';
import type { TreeViews } from './treeViews.ts';

/**
 * Knows whether anybody looks. Reading locks and queues costs the server something, so it is done only then: while one
 * of our views or the panel is in sight, which may be on a screen of its own, or while the window has the focus, since
 * badges, marks and the status bar are everywhere.
 */
export class Lookout implements vscode.Disposable {
  readonly #views: TreeViews;
  readonly #watch: (on: boolean) => void;
  readonly #owned = new Disposables();
  #on: boolean | null = null;
  #panel = false;

  constructor(views: TreeViews, watch: (on: boolean) => void) {
    this.#views = views;
    this.#watch = watch;
    this.#owned.add(views.onDidChangeVisibility(() => this.#look()));
    this.#owned.add(vscode.window.onDidChangeWindowState(() => this.#look()));
    this.#look();
  }

  /** The panel came into sight, or went out of it. */
  seePanel(on: boolean): void {
    this.#panel = on;
    this.#look();
  }

  #look(): void {
    const on = this.#views.visible || this.#panel || vscode.window.state.focused;
    if (on === this.#on) return;
    this.#on = on;
    this.#watch(on);
  }

  dispose(): void {
    this.#owned.dispose();
  }
}
