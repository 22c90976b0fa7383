import { displayText } from '../../protocol/displayText.ts';
import { reasonText, type Translator } from '../../protocol/reasons.ts';
import { UserError } from '../../redis/userError.ts';
import { recordedNamespace } from '../namespace.ts';
import type { Repository } from '../repository.ts';
import { ok, warning, wrong, type Finding } from './finding.ts';

/** What the repository recorded, as the hook reads it, and whether that is as it should be. */
export async function namespaceFinding(
  repository: Repository,
  env: NodeJS.ProcessEnv,
  l10n: Translator,
): Promise<{ ns: string | null; finding: Finding }> {
  const mend = l10n.t('Run `signalbox setup claude`.');
  let recorded: string | null;
  try {
    recorded = await recordedNamespace(repository);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return { ns: null, finding: wrong('namespace', reasonText(error.reason, l10n), mend) };
  }
  const named = env['SIGNALBOX_NAMESPACE'];
  if (named !== undefined && named !== 'auto') {
    const text = l10n.t('The namespace is "{0}", by SIGNALBOX_NAMESPACE.', displayText(named, 80));
    return { ns: recorded, finding: ok('namespace', text) };
  }
  if (recorded === null) {
    const text = l10n.t('The repository recorded no namespace, so that it shares all names with others on its Redis.');
    return { ns: null, finding: warning('namespace', text, mend) };
  }
  return { ns: recorded, finding: ok('namespace', l10n.t('The namespace is {0}.', recorded)) };
}
