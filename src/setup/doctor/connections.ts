import { statSync } from 'node:fs';
import { settingsProblem, type Translator } from '../../protocol/reasons.ts';
import type { ConnectionSettings } from '../../redis/settings.ts';
import { UserError } from '../../redis/userError.ts';
import { connectionFor, readConnections, type ConnectionEntry } from '../connections.ts';
import type { Places } from '../places.ts';
import { ok, warning, wrong, type Finding } from './finding.ts';

/** Where a hook finds Redis. */
export interface HookConnection {
  ns: string;
  settings: ConnectionSettings;
}

const usual = 'redis://127.0.0.1:6379';

/**
 * Where a hook finds Redis, and what is wrong with the file that says so. In this order: the environment, the entry of the
 * repository's namespace, the first entry, this machine.
 */
export function connectionFindings(
  recorded: string | null,
  env: NodeJS.ProcessEnv,
  places: Places,
  l10n: Translator,
): { connection: HookConnection; findings: Finding[] } {
  const { entries, findings } = readEntries(places, l10n);
  const named = env['SIGNALBOX_NAMESPACE'] ?? 'auto';
  const wanted = named === 'auto' ? recorded : named;
  const ns = wanted ?? entries[0]?.namespace ?? '';
  const entry = connectionFor(entries, ns);
  const url = env['SIGNALBOX_REDIS_URL'] || '';
  const settings: ConnectionSettings = {
    url: url || entry?.url || usual,
    namespaces: [ns],
    ...(url === '' && entry?.username ? { username: entry.username } : {}),
    ...(url === '' && entry?.password ? { password: entry.password } : {}),
  };
  if (url === '' && findings.length === 0) findings.push(entryFinding(ns, entry, l10n));
  return { connection: { ns, settings }, findings };
}

function entryFinding(ns: string, entry: ConnectionEntry | null, l10n: Translator): Finding {
  const mend = setUpAgain(l10n);
  if (!entry) return warning('connections', l10n.t('connections.json has no entry, so that {0} is used.', usual), mend);
  if (entry.namespace === ns) {
    return ok('connections', l10n.t('connections.json has an entry for this namespace, for your eyes only.'));
  }
  const text = l10n.t('connections.json has no entry for "{0}", so that its first entry is used.', ns);
  return warning('connections', text, mend);
}

interface Entries {
  entries: readonly ConnectionEntry[];
  findings: Finding[];
}

function readEntries({ home, connections: file }: Places, l10n: Translator): Entries {
  let entries: readonly ConnectionEntry[];
  try {
    // As the hook does, whoever else may read them.
    entries = readConnections(home, { anyMode: true });
  } catch (error) {
    if (!(error instanceof UserError) || error.reason.code !== 'bad-settings') throw error;
    return { entries: [], findings: [wrong('connections', settingsProblem(error.reason, l10n), setUpAgain(l10n))] };
  }
  const mode = modeOf(file);
  if (mode === null || (mode & 0o077) === 0) return { entries, findings: [] };
  const text = l10n.t('Others on this machine may read {0}, which holds passwords.', file);
  return { entries, findings: [warning('connections', text, `chmod 600 ${file}`)] };
}

const setUpAgain = (l10n: Translator): string => l10n.t('Run `signalbox setup claude`.');

/** Who may do what with a file; null on Windows, which has no such numbers. */
function modeOf(file: string): number | null {
  return process.platform === 'win32' ? null : (statSync(file, { throwIfNoEntry: false })?.mode ?? null);
}
