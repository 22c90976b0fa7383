import { displayText } from '../../protocol/displayText.ts';
import { formatMs } from '../../protocol/durationWords.ts';
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
  const [, flat] = await client.hscan(`${ns}${sidePrefix}guard`, '0', 'COUNT', 100);
  const all: Heard[] = [];
  for (let i = 0; i + 1 < flat.length; i += 2) all.push(heardOf(flat[i]!, flat[i + 1]!));
  const ordered = all.toSorted(
    (a, b) => Number(b.host === host) - Number(a.host === host) || (b.at ?? 0) - (a.at ?? 0),
  );
  const findings = ordered.slice(0, most).map((each) => ok('heard', heardText(each, now, l10n)));
  if (all.some((each) => each.host === host)) return findings;
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
