import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { cached } from './paths.mts';

const alive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
};

/** True when the holder is gone: its process has ended, or it never got as far as writing its id. */
function isStale(folder: string): boolean {
  try {
    return !alive(Number(readFileSync(path.join(folder, 'pid'), 'utf8')));
  } catch {
    const made = statSync(folder, { throwIfNoEntry: false })?.mtimeMs ?? Date.now();
    return Date.now() - made > 10_000;
  }
}

/**
 * Runs `work` while no other process of this checkout runs work of the same name; waits for as long as it takes.
 * A holder that died without a word does not block the next one.
 */
export async function oneAtATime<T>(name: string, work: () => Promise<T>): Promise<T> {
  const folder = cached(`${name}.lock`);
  for (let waited = false; ; waited = true) {
    try {
      mkdirSync(folder);
      break;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    if (isStale(folder)) {
      rmSync(folder, { recursive: true, force: true });
      continue;
    }
    if (!waited) console.log(`Another run is busy with "${name}"; waiting for it …`);
    await delay(200);
  }
  try {
    writeFileSync(path.join(folder, 'pid'), String(process.pid));
    return await work();
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
