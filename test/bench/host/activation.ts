import * as vscode from 'vscode';
import { quiet } from './quiet.ts';

/** Extension ids with the ms that loading and activating each took. */
export type Activation = Record<string, number>;

/** Activates these extensions one after the other, each when the host has nothing else to do. */
export async function run(ids: readonly string[]): Promise<Activation> {
  const took: Activation = {};
  for (const id of ids) {
    const extension = vscode.extensions.getExtension(id);
    if (!extension) throw new Error(`${id} is not there`);
    if (extension.isActive) throw new Error(`${id} has been activated before it could be measured`);
    await quiet();
    const from = performance.now();
    await extension.activate();
    took[id] = performance.now() - from;
  }
  return took;
}
