import { displayText } from '../../protocol/displayText.ts';
import { formatMs } from '../../protocol/durationWords.ts';
import { isOldHook } from '../../protocol/hookVersion.ts';
import { parseObject } from '../../protocol/json.ts';
import { limits, sidePrefix } from '../../protocol/names.ts';
import type { Translator } from '../../protocol/reasons.ts';
import type { Redis } from '../../redis/client.ts';
import { ok, warning, type Finding } from './finding.ts';

/** So many hosts are told of. */
const most = 10;

/** What a host's hooks have done, as the library counts it. */
export interface Heard {
  host: string;
  /** When the last call came, in ms by the server's clock; null where that is not said. */
  at: number | null;
  by: string;
  calls: number;
  edits: number;
  denied: number;
  missed: number;
}

/** When the hooks of each host were last heard, and what they did. @throws the client's error */
export async function heardFindings(client: Redis, ns: string, host: string, l10n: Translator): Promise<Finding[]> {
  const [seconds, micros] = await client.time();
  const now = Number(seconds) * 1_000 + Number(micros) / 1_000;
  const key = `${ns}${sidePrefix}guard`;
  const own = await client.hget(key, host);
  const [, flat] = await client.hscan(key, '0', 'COUNT', 100);
  const others: Heard[] = [];
  for (let i = 0; i + 1 < flat.length; i += 2) if (flat[i] !== host) others.push(heardOf(flat[i]!, flat[i + 1]!));
  const latest = others.toSorted((a, b) => (b.at ?? 0) - (a.at ?? 0)).slice(0, most);
  const shown = own === null ? latest : [heardOf(host, own), ...latest];
  const findings = shown.map((each) => heardFinding(each, now, l10n));
  if (own !== null) return findings;
  const text = l10n.t('No hook of this machine ({0}) has called yet.', displayText(host, 64));
  return [warning('heard', text, l10n.t('Let a session do something, then look again.')), ...findings];
}

export function heardOf(host: string, text: string): Heard {
  const parsed = parseObject(text, limits.payload);
  const value = parsed.ok ? parsed.value : {};
  const count = (name: string): number => {
    const number = Number(value[name]);
    return Number.isSafeInteger(number) && number > 0 ? number : 0;
  };
  const by = value['by'];
  return {
    host,
    at: count('at') > 0 ? count('at') / 1_000 : null,
    by: typeof by === 'string' ? by : '?',
    calls: count('calls'),
    edits: count('edits'),
    denied: count('denied'),
    missed: count('missed'),
  };
}

function heardFinding(heard: Heard, now: number, l10n: Translator): Finding {
  const text = heardText(heard, now, l10n);
  if (!isOldHook(heard.by)) return ok('heard', text);
  const mend = l10n.t('That hook is older than this program: run `signalbox setup claude` there.');
  return warning('heard', text, mend);
}

function heardText({ host, at, by, calls, edits, denied, missed }: Heard, now: number, l10n: Translator): string {
  const ago = at === null ? '?' : formatMs(Math.max(0, now - at), 'en');
  return l10n.t(
    '{0} was last heard {1} ago, by {2}: calls {3}, edits {4}, denied {5}, unguarded {6}.',
    displayText(host, 64),
    ago,
    displayText(by, 40),
    calls,
    edits,
    denied,
    missed,
  );
}
