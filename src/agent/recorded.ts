import { execFileSync } from 'node:child_process';
import { readConnections } from '../setup/connections.ts';
import type { Recorded } from './target.ts';

/** What is written down for whoever works in `folder`. */
export const recordedAt = (folder: string): Recorded => ({
  namespace: () => repositoryNamespace(folder),
  connections: () => readConnections(),
});

/** The namespace that the repository around `folder` recorded for all its worktrees; null without one, or without git. */
function repositoryNamespace(folder: string): string | null {
  try {
    const text = execFileSync('git', ['config', '--get', 'signalbox.namespace'], {
      cwd: folder,
      encoding: 'utf8',
      timeout: 2000,
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    return text.trim() === '' ? null : text.trim();
  } catch {
    return null;
  }
}
