import path from 'node:path';
import { displayText } from '../../protocol/displayText.ts';
import type { Translator } from '../../protocol/reasons.ts';
import type { Places } from '../places.ts';
import { ok, warning, wrong, type Finding } from './finding.ts';
import { eventNames } from '../claude/entries.ts';
import { readHookSettings, type HookSettings } from './hookEntries.ts';

/** What Claude Code reads where it is started in a working tree. */
export interface TreeSettings {
  tree: string;
  files: readonly HookSettings[];
}

/** Reads the settings of all working trees, the first being the one that is asked about. */
export function readTrees(trees: readonly string[], places: Places): TreeSettings[] {
  const everywhere = [places.managedSettings, places.userSettings].map(readHookSettings);
  return trees.map((tree) => {
    const own = ['settings.json', 'settings.local.json'].map((name) =>
      readHookSettings(path.join(tree, '.claude', name)),
    );
    return { tree, files: [...everywhere, ...own].filter((file) => file !== null) };
  });
}

/** The commands that a working tree's sessions call, each once. */
const commandsOf = ({ files }: TreeSettings): string[] => [
  ...new Set(files.flatMap(({ commands }) => [...commands.values()].flat())),
];

/** Whether Claude Code calls the hook at all events, in each working tree. */
export function entryFindings(trees: readonly TreeSettings[], programs: string, l10n: Translator): Finding[] {
  const [here, ...others] = trees;
  if (!here) return [];
  const files = new Map(trees.flatMap((tree) => tree.files.map((file) => [file.file, file])));
  const unreadable = [...files.values()].filter(({ problem }) => problem !== null);
  return [
    ...unreadable.map(({ file, problem }) =>
      warning(
        'settings',
        l10n.t('Claude Code reads nothing of {0}: {1}.', shown(file), problem ?? ''),
        l10n.t('Mend the file by hand.'),
      ),
    ),
    ...disabledFindings(here, l10n),
    entriesFinding(here, programs, l10n),
    ...limitFindings(here, l10n),
    ...worktreeFindings(others, l10n),
  ];
}

/** A hook that Claude Code ends before it knows lets the call through that it was to keep waiting. */
function limitFindings({ files }: TreeSettings, l10n: Translator): Finding[] {
  const told = files.findLast(({ limit }) => limit !== null)?.limit ?? process.env['SIGNALBOX_HOOK_LIMIT'] ?? '';
  const believed = /^[1-9]\d{0,2}$/.test(told) ? Math.min(Math.max(Number(told), 3), 600) : 60;
  return files.flatMap(({ file, timeouts }) => {
    const other = timeouts.find((timeout) => timeout !== believed);
    if (other === undefined) return [];
    return [
      warning(
        'timeout',
        l10n.t('The hook is ended after {0} s by {1}, and believes that it has {2} s.', other, shown(file), believed),
        l10n.t('Set both to the same: `timeout` of the entry, and SIGNALBOX_HOOK_LIMIT under `env` in that file.'),
      ),
    ];
  });
}

function disabledFindings({ files }: TreeSettings, l10n: Translator): Finding[] {
  return files.flatMap(({ file, isDisabled, isManagedOnly }) => {
    if (isDisabled) {
      const mend = l10n.t('Take {0} out of that file.', '"disableAllHooks": true');
      return [wrong('disabled', l10n.t('All hooks are turned off in {0}.', shown(file)), mend)];
    }
    if (!isManagedOnly) return [];
    const mend = l10n.t('Ask your administrator to add the hook there.');
    return [wrong('disabled', l10n.t('{0} lets only hooks of its own run.', shown(file)), mend)];
  });
}

function entriesFinding(tree: TreeSettings, programs: string, l10n: Translator): Finding {
  const called = calledEvents(tree);
  const again = l10n.t('Run `signalbox setup claude`.');
  if (called.size === 0) {
    return wrong(
      'entries',
      l10n.t('No settings file makes Claude Code call the hook in {0}.', shown(tree.tree)),
      again,
    );
  }
  const lacking = eventNames.filter((event) => !called.has(event));
  if (lacking.length > 0) {
    return warning('entries', l10n.t('The hook is not called at {0}.', lacking.join(', ')), again);
  }
  const places = [programs, '$HOME/.local/share/signalbox'];
  const elsewhere = commandsOf(tree).find((command) => !places.some((place) => command.includes(place)));
  if (elsewhere !== undefined) {
    return warning(
      'entries',
      l10n.t('An entry calls another hook than the installed one: {0}', shown(elsewhere)),
      again,
    );
  }
  const by = tree.files.filter(({ commands }) => commands.size > 0).map(({ file }) => shown(file));
  return ok(
    'entries',
    l10n.t('Claude Code calls the hook at all {0} events, by {1}.', eventNames.length, by.join(', ')),
  );
}

function worktreeFindings(trees: readonly TreeSettings[], l10n: Translator): Finding[] {
  const open = trees.filter(
    (tree) =>
      tree.files.some(({ isDisabled }) => isDisabled) || eventNames.some((event) => !calledEvents(tree).has(event)),
  );
  if (open.length === 0) return [];
  const list = open.map(({ tree }) => shown(tree)).join(', ');
  return [
    warning(
      'worktrees',
      l10n.t('Sessions that are started in these working trees are not guarded: {0}.', list),
      l10n.t('Run `signalbox setup claude` in each of them.'),
    ),
  ];
}

const calledEvents = ({ files }: TreeSettings): Set<string> =>
  new Set(files.flatMap(({ commands }) => [...commands.keys()]));

const shown = (text: string): string => displayText(text, 200);
