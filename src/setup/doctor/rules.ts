import { readBashResources } from '../../protocol/bashResources.ts';
import { displayText } from '../../protocol/displayText.ts';
import type { Translator } from '../../protocol/reasons.ts';
import { gitOutput } from '../gitOutput.ts';
import { ok, warning, type Finding } from './finding.ts';

/** What shell commands claim while they run, by the usual rules and the repository's own. */
export async function rulesFinding(root: string, l10n: Translator): Promise<Finding> {
  const text = (await gitOutput(root, 'config', '--local', '--get', 'signalbox.bashResources')) ?? '';
  const { rules, fault } = readBashResources(text);
  const listed = [...rules].map(([resource, commands]) =>
    commands.length === 0 ? l10n.t('{0} (off)', resource) : `${resource} (${commands.length})`,
  );
  const shown = displayText(listed.join(', '), 400);
  if (fault === null) return ok('rules', l10n.t('Rules for what shell commands claim: {0}.', shown));
  return warning(
    'rules',
    l10n.t(
      'The repository’s own rules for shell commands are none, at {0}; the usual ones hold: {1}.',
      displayText(fault, 100),
      shown,
    ),
    l10n.t(
      'Correct the setting signalbox.claims.bashResources, or `git config signalbox.bashResources`: {0}',
      '{"port:3000":["npm run dev"],"deps":[]}',
    ),
  );
}
