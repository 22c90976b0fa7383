import type * as vscode from 'vscode';

/** Collects what must end together. Things end in the reverse order of their arrival; one that throws stops no other. */
export class Disposables implements vscode.Disposable {
  readonly #kept: { dispose(): unknown }[] = [];

  add<T extends { dispose(): unknown }>(thing: T): T {
    this.#kept.push(thing);
    return thing;
  }

  dispose(): void {
    const failures: unknown[] = [];
    for (const thing of this.#kept.splice(0).toReversed()) {
      try {
        thing.dispose();
      } catch (error) {
        failures.push(error);
      }
    }
    if (failures.length > 0) throw failures[0];
  }
}
