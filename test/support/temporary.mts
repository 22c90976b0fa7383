import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

const made = new Set<string>();

process.on('exit', () => {
  for (const folder of made) remove(folder);
});

function remove(folder: string): void {
  made.delete(folder);
  rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 });
}

/** Makes an empty folder that is removed when this process exits, or before that by `remove`. */
export function temporaryFolder(name: string): { folder: string; remove(): void } {
  const folder = mkdtempSync(path.join(os.tmpdir(), `signalbox-${name}-`));
  made.add(folder);
  return { folder, remove: () => remove(folder) };
}

/** Has signals end this process as `process.exit` does, so that what is temporary goes. */
export function exitOnSignals(): void {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => process.exit(130));
}
