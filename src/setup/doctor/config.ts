import { displayText } from '../../protocol/displayText.ts';
import type { Translator } from '../../protocol/reasons.ts';
import { ok, warning, type Finding } from './finding.ts';

/** What agents have to obey, with what holds where nothing is set and what there can be at most, in ms. */
const settings = {
  'claims.ttl': { usual: 120_000, most: 86_400_000 },
  'claims.keep': { usual: 600_000, most: 86_400_000 },
  'claims.yieldAfter': { usual: 5_000, most: 86_400_000 },
  'claims.wait': { usual: 20_000, most: 50_000 },
} as const;

/** What the fleet set in the hash `agent:config`. */
export function configFinding(config: Readonly<Record<string, string>>, l10n: Translator): Finding {
  const bad: string[] = [];
  const values: string[] = [];
  for (const [name, { usual, most }] of Object.entries(settings)) {
    const text = config[name];
    const isRight = text === undefined || (/^\d{1,9}$/.test(text) && Number(text) <= most);
    if (!isRight) bad.push(`${name} ${displayText(text, 40)}`);
    values.push(`${name} ${isRight ? (text ?? usual) : usual}`);
  }
  if (bad.length > 0) {
    const mend = l10n.t('Set whole numbers of milliseconds: {0}', 'HSET agent:config claims.wait 20000');
    return warning(
      'config',
      l10n.t('These settings of the fleet are not what they should be: {0}.', bad.join(', ')),
      mend,
    );
  }
  return ok('config', l10n.t('The fleet’s settings in ms: {0}.', values.join(', ')));
}
