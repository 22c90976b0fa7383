import * as vscode from 'vscode';
import type { Roots } from '../host/roots.ts';
import type { Clock } from '../protocol/clock.ts';
import type { ResourceFinder } from './places.ts';
import { segmentsOf } from './places.ts';

/** How long an answer of "not here" holds before the disk is asked again; agents claim files that they then create. */
const missLifetime = 5_000;
const most = 10_000;

interface Answer {
  place: string | null | undefined;
  at: number;
}

/** Finds resources among the files of the window. An answer comes at once, or later with {@link onDidFind}. */
export class WorkspaceFiles implements ResourceFinder, vscode.Disposable {
  readonly #roots: Roots;
  readonly #clock: Clock;
  readonly #answers = new Map<string, Answer>();
  readonly #found = new vscode.EventEmitter<void>();
  readonly #listening: vscode.Disposable;

  readonly onDidFind = this.#found.event;

  constructor(roots: Roots, clock: Clock) {
    this.#roots = roots;
    this.#clock = clock;
    this.#listening = roots.onDidChange(() => {
      this.#answers.clear();
      this.#found.fire();
    });
  }

  find(ns: string, resource: string): string | null | undefined {
    const key = `${ns.length}:${ns}${resource}`;
    const known = this.#answers.get(key);
    if (known !== undefined && (known.place !== null || this.#clock.now() - known.at < missLifetime))
      return known.place;
    // Old answers are cheap to get again; a map that only grows is not.
    if (this.#answers.size >= most) this.#answers.clear();
    const answer: Answer = { place: known?.place, at: this.#clock.now() };
    this.#answers.set(key, answer);
    void this.#look(this.places(ns, resource)).then((place) => {
      if (answer.place === place) return;
      answer.place = place;
      this.#found.fire();
    });
    return answer.place;
  }

  /** Every address that a resource may have in this window, whether or not something is there. */
  places(ns: string, resource: string): vscode.Uri[] {
    const segments = segmentsOf(resource, process.platform === 'win32');
    if (segments === null) return [];
    return this.#roots.of(ns).map((root) => vscode.Uri.joinPath(root, ...segments));
  }

  async #look(places: readonly vscode.Uri[]): Promise<string | null> {
    for (const place of places) {
      try {
        await vscode.workspace.fs.stat(place);
        return place.toString();
      } catch {
        // Not in this folder.
      }
    }
    return null;
  }

  dispose(): void {
    this.#listening.dispose();
    this.#found.dispose();
  }
}
