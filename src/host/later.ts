import type * as vscode from 'vscode';

/** A part that is made when it is first asked for, and disposed only if it was. */
export class Later<T extends vscode.Disposable> implements vscode.Disposable {
  readonly #make: () => Promise<T>;
  #making: Promise<T> | undefined;
  #made: T | undefined;
  #disposed = false;

  constructor(make: () => Promise<T>) {
    this.#make = make;
  }

  /** The part; one that could not be made is tried again by whoever asks next. */
  get(): Promise<T> {
    return (this.#making ??= this.#begin().catch((error: unknown) => {
      this.#making = undefined;
      throw error;
    }));
  }

  async #begin(): Promise<T> {
    this.#made = await this.#make();
    if (this.#disposed) this.#made.dispose();
    return this.#made;
  }

  /** At once, since a host that ends waits for nobody. */
  dispose(): void {
    this.#disposed = true;
    this.#made?.dispose();
  }
}
