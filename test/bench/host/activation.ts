import * as vscode from 'vscode';
import { quiet } from './quiet.ts';

/** Extension ids with what loading and activating each took. */
export type Activation = Record<string, Took>;

export interface Took {
  readonly ms: number;
  /** Of the processor, which others that run on this machine take none of. */
  readonly cpuMs: number;
}

/** Activates these extensions one after the other, each when the host has nothing else to do. */
export async function run(ids: readonly string[]): Promise<Activation> {
  const took: Activation = {};
  for (const id of ids) {
    const extension = vscode.extensions.getExtension(id);
    if (!extension) throw new Error(`${id} is not there`);
    if (extension.isActive) throw new Error(`${id} has been activated before it could be measured`);
    await quiet();
    const cpu = process.cpuUsage();
    const from = performance.now();
    await extension.activate();
    const ms = performance.now() - from;
    const { user, system } = process.cpuUsage(cpu);
    took[id] = { ms, cpuMs: (user + system) / 1000 };
  }
  return took;
}
