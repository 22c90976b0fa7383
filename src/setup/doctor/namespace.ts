import { execFile } from 'node:child_process';
import path from 'node:path';
import { displayText } from '../../protocol/displayText.ts';
import { namespacePattern } from '../../protocol/names.ts';
import type { Translator } from '../../protocol/reasons.ts';
import type { Repository } from '../repository.ts';
import { ok, warning, wrong, type Finding } from './finding.ts';

/** What the repository recorded, as the hook reads it, and whether that is as it should be. */
export async function namespaceFinding(
  { gitFolder }: Repository,
  env: NodeJS.ProcessEnv,
  l10n: Translator,
): Promise<{ ns: string | null; finding: Finding }> {
  const recorded = await recordedIn(gitFolder);
  const mend = l10n.t('Run `signalbox setup claude`.');
  if (recorded !== '' && !namespacePattern.test(recorded)) {
    const text = l10n.t('The repository recorded "{0}", which is no namespace.', displayText(recorded, 80));
    return { ns: null, finding: wrong('namespace', text, mend) };
  }
  const named = env['SIGNALBOX_NAMESPACE'];
  if (named !== undefined && named !== 'auto') {
    const text = l10n.t('The namespace is "{0}", by SIGNALBOX_NAMESPACE.', displayText(named, 80));
    return { ns: recorded || null, finding: ok('namespace', text) };
  }
  if (recorded === '') {
    const text = l10n.t('The repository recorded no namespace, so that it shares all names with others on its Redis.');
    return { ns: null, finding: warning('namespace', text, mend) };
  }
  return { ns: recorded, finding: ok('namespace', l10n.t('The namespace is {0}.', recorded)) };
}

function recordedIn(gitFolder: string): Promise<string> {
  const args = ['config', '--file', path.join(gitFolder, 'config'), '--get', 'signalbox.namespace'];
  return new Promise((resolve) => {
    execFile('git', args, { timeout: 2_000, windowsHide: true }, (error, stdout) =>
      resolve(error ? '' : stdout.trim()),
    );
  });
}
