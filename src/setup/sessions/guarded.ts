import { hostname } from 'node:os';
import path from 'node:path';
import { displayText } from '../../protocol/displayText.ts';
import { parseObject } from '../../protocol/json.ts';
import { limits } from '../../protocol/names.ts';
import type { Translator } from '../../protocol/reasons.ts';
import { repositoryAround, type Repository } from '../repository.ts';
import { claudeProcesses, type ClaudeProcess } from './processes.ts';

/** The Claude Code sessions that run in a repository on this machine. */
export interface GuardedSessions {
  /** Their hook was heard. */
  guarded: ClaudeProcess[];
  /** Of them nothing was heard yet. */
  silent: ClaudeProcess[];
}

/** So many are named; of the others it is said how many there are. */
const mostNamed = 5;

/**
 * Which of the sessions that run in a repository on this machine have called; null where it cannot be told who runs.
 * `agents` are the values of the hash `signalbox:agents`. Takes 2 s at most and never rejects.
 */
export async function guardedSessions(
  repository: Repository,
  agents: Iterable<string>,
  running: Promise<ClaudeProcess[] | null> = claudeProcesses(),
): Promise<GuardedSessions | null> {
  const found = await running;
  if (found === null) return null;
  const heard = pidsHeard(agents, hostname());
  const here = found
    .filter(({ folder }) => repositoryAround(folder)?.gitFolder === repository.gitFolder)
    .toSorted((a, b) => a.pid - b.pid);
  return {
    guarded: here.filter(({ pid }) => heard.has(pid)),
    silent: here.filter(({ pid }) => !heard.has(pid)),
  };
}

/** The processes on a host in whose name a hook has called. */
export function pidsHeard(agents: Iterable<string>, host: string): Set<number> {
  const pids = new Set<number>();
  for (const text of agents) {
    const parsed = parseObject(text, limits.payload);
    if (!parsed.ok || parsed.value['host'] !== host.slice(0, limits.label)) continue;
    const pid = Number(parsed.value['pid']);
    if (Number.isInteger(pid) && pid > 0) pids.add(pid);
  }
  return pids;
}

/** How many are guarded, and which are not, in a sentence or two. */
export function guardedText(sessions: GuardedSessions | null, l10n: Translator): string {
  if (sessions === null) return l10n.t('Which sessions of Claude Code run here cannot be told on this system.');
  const { guarded, silent } = sessions;
  const all = guarded.length + silent.length;
  if (all === 0) return l10n.t('No session of Claude Code runs in this repository on this machine.');
  if (silent.length === 0) {
    return all === 1 ? l10n.t('Guarding the one session that runs here.') : l10n.t('Guarding all {0} sessions.', all);
  }
  const named = silent.slice(0, mostNamed).map(placeOf).join(', ');
  const more = silent.length - mostNamed;
  const which = more > 0 ? l10n.t('{0} and {1} more', named, more) : named;
  return silent.length === 1
    ? l10n.t('Guarding {0} of {1} sessions; this one has not called yet: {2}.', guarded.length, all, which)
    : l10n.t(
        'Guarding {0} of {1} sessions; these {2} have not called yet: {3}.',
        guarded.length,
        all,
        silent.length,
        which,
      );
}

/** A process for whoever looks for its window. */
const placeOf = ({ pid, folder }: ClaudeProcess): string => `${pid} (${displayText(path.normalize(folder), 200)})`;
