import * as vscode from 'vscode';
import { exists } from '../host/exists.ts';
import type { Roots } from '../host/roots.ts';
import type { Clock } from '../protocol/clock.ts';
import type { ResourceFinder } from './places.ts';
import { segmentsOf } from './places.ts';

/** How long an answer holds before the disk is asked again: agents claim files that they then create, and delete some. */
const lifetime = { miss: 5_000, hit: 20_000 };
const most = 10_000;

interface Answer {
  places: readonly string[] | undefined;
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

  find(ns: string, resource: string): readonly string[] | undefined {
    const key = `${ns.length}:${ns}${resource}`;
    const known = this.#answers.get(key);
    if (known !== undefined) {
      const limit = known.places?.length === 0 ? lifetime.miss : lifetime.hit;
      if (this.#clock.now() - known.at < limit) return known.places;
    }
    // Old answers are cheap to get again; a map that only grows is not.
    if (this.#answers.size >= most) this.#answers.clear();
    const answer: Answer = { places: known?.places, at: this.#clock.now() };
    this.#answers.set(key, answer);
    void this.look(ns, resource).then((found) => {
      const places = found.map((place) => place.toString());
      const same = answer.places !== undefined && answer.places.join('\n') === places.join('\n');
      answer.places = places;
      if (!same) this.#found.fire();
    });
    return answer.places;
  }

  /** The places where the resource now is, in the order of the window's folders. Never rejects. */
  async look(ns: string, resource: string): Promise<vscode.Uri[]> {
    const places = this.places(ns, resource);
    const there = await Promise.all(places.map(exists));
    return places.filter((_place, index) => there[index]);
  }

  /** Every address that a resource may have in this window, whether or not something is there. */
  places(ns: string, resource: string): vscode.Uri[] {
    const segments = segmentsOf(resource, process.platform === 'win32');
    if (segments === null) return [];
    return this.#roots.of(ns).map((root) => vscode.Uri.joinPath(root, ...segments));
  }

  dispose(): void {
    this.#listening.dispose();
    this.#found.dispose();
  }
}
