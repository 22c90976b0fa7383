import { statSync } from 'node:fs';
import { isObject, parseObject } from '../../protocol/json.ts';
import type { Translator } from '../../protocol/reasons.ts';
import type { ConnectionSettings } from '../../redis/settings.ts';
import type { Places } from '../places.ts';
import { ok, warning, wrong, type Finding } from './finding.ts';
import { readSmall } from './smallFile.ts';

/** Where a hook finds Redis. */
export interface HookConnection {
  ns: string;
  settings: ConnectionSettings;
}

interface Entry {
  namespace: string;
  url: string;
  username: string;
  password: string;
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
  const { entries, findings } = readEntries(places.connections, l10n);
  const named = env['SIGNALBOX_NAMESPACE'] ?? 'auto';
  const wanted = named === 'auto' ? recorded : named;
  const [first] = entries;
  const ns = wanted ?? first?.namespace ?? '';
  const own = entries.find(({ namespace }) => namespace === ns);
  const entry = own ?? first;
  const url = env['SIGNALBOX_REDIS_URL'] || '';
  const settings: ConnectionSettings = {
    url: url || entry?.url || usual,
    namespaces: [ns],
    ...(url === '' && entry?.username ? { username: entry.username } : {}),
    ...(url === '' && entry?.password ? { password: entry.password } : {}),
  };
  if (url === '' && findings.length === 0) findings.push(entryFinding(ns, own, first, l10n));
  return { connection: { ns, settings }, findings };
}

function entryFinding(ns: string, own: Entry | undefined, first: Entry | undefined, l10n: Translator): Finding {
  const mend = l10n.t('Run `signalbox setup claude`.');
  if (own) return ok('connections', l10n.t('connections.json has an entry for this namespace, for your eyes only.'));
  if (first) {
    const text = l10n.t('connections.json has no entry for "{0}", so that its first entry is used.', ns);
    return warning('connections', text, mend);
  }
  return warning('connections', l10n.t('connections.json has no entry, so that {0} is used.', usual), mend);
}

function readEntries(file: string, l10n: Translator): { entries: Entry[]; findings: Finding[] } {
  const mend = l10n.t('Run `signalbox setup claude`.');
  const read = readSmall(file);
  if (read.kind === 'missing') return { entries: [], findings: [] };
  const broken = (why: string): { entries: Entry[]; findings: Finding[] } => ({
    entries: [],
    findings: [wrong('connections', l10n.t('{0} cannot be used: {1}.', file, why), mend)],
  });
  if (read.kind === 'unreadable') return broken(read.why);
  const parsed = parseObject(read.text, 1024 * 1024);
  if (!parsed.ok) return broken(parsed.reason);
  const list = parsed.value['connections'];
  const entries = (Array.isArray(list) ? list : []).flatMap(entryOf);
  const mode = modeOf(file);
  if (mode === null || (mode & 0o077) === 0) return { entries, findings: [] };
  const text = l10n.t('Others on this machine may read {0}, which holds passwords.', file);
  return { entries, findings: [warning('connections', text, `chmod 600 ${file}`)] };
}

function entryOf(value: unknown): Entry[] {
  if (!isObject(value)) return [];
  const text = (name: string): string => (typeof value[name] === 'string' ? value[name] : '');
  return [{ namespace: text('namespace'), url: text('url'), username: text('username'), password: text('password') }];
}

/** Who may do what with a file; null on Windows, which has no such numbers. */
function modeOf(file: string): number | null {
  return process.platform === 'win32' ? null : (statSync(file, { throwIfNoEntry: false })?.mode ?? null);
}
