import { exceedsBytes } from './json.ts';
import { limits, named } from './names.ts';

/** Which commands of the shell claim what while they run: by resource the commands, each by its first words. */
export type BashResources = ReadonlyMap<string, readonly string[]>;

const most = { resources: limits.resourcesPerCall, commands: 100, letters: 200 };

/** Installations that change what all use in a working tree; alone, `yarn` and `bundle` install. */
const installs: Readonly<Record<string, string>> = {
  npm: 'install i ci add update up upgrade uninstall remove rm un dedupe prune link',
  pnpm: 'install i add update up upgrade remove rm uninstall dedupe prune link import',
  yarn: '$ install add remove upgrade up dedupe link',
  bun: 'install i add update remove rm link',
  pip: 'install uninstall',
  pip3: 'install uninstall',
  uv: 'sync add remove lock pip',
  poetry: 'install add remove update lock sync',
  pipenv: 'install uninstall update sync lock',
  cargo: 'add remove rm update install fetch',
  bundle: '$ install update add remove',
  go: 'get',
  composer: 'install update require remove',
};

/**
 * What holds where nobody says otherwise. All of git's that move the index or HEAD of a working tree stand in each other's way in the
 * same way, so they are one resource; `git add` does so for an instant only, and git itself has it wait or fail.
 */
export const usualBashResources: BashResources = new Map([
  [
    'git:index',
    [
      ...'commit checkout switch restore stash rebase merge reset cherry-pick revert am pull rm mv'
        .split(' ')
        .map((word) => `git ${word}`),
      ...['!git stash list', '!git stash show', 'git read-tree'],
    ],
  ],
  [
    'deps',
    [
      ...Object.entries(installs).flatMap(([program, words]) => words.split(' ').map((word) => `${program} ${word}`)),
      ...['python -m pip install', 'python3 -m pip install', 'go mod tidy'],
    ],
  ],
]);

/**
 * The rules that hold with a table of somebody's own, of which each resource replaces or adds to the usual ones, and an empty list
 * switches its rule off. With what is no table the usual ones hold, and `fault` says where it is none.
 */
export function bashResourcesOf(table: unknown): { rules: BashResources; fault: string | null } {
  const wrong = (fault: string): { rules: BashResources; fault: string } => ({ rules: usualBashResources, fault });
  if (typeof table !== 'object' || table === null || Array.isArray(table))
    return wrong(JSON.stringify(table)?.slice(0, 100) ?? '');
  const rules = new Map(usualBashResources);
  const entries = Object.entries(table);
  if (entries.length > most.resources) return wrong(`> ${String(most.resources)}`);
  for (const [resource, commands] of entries) {
    if (!isResource(resource)) return wrong(JSON.stringify(resource.slice(0, 100)));
    if (!Array.isArray(commands) || commands.length > most.commands || !commands.every(isCommand)) {
      return wrong(JSON.stringify(resource));
    }
    rules.set(resource, commands as string[]);
  }
  return { rules, fault: null };
}

/** The same of a table as it stands in a repository's configuration, as JSON; empty where there is none. */
export function readBashResources(text: string): { rules: BashResources; fault: string | null } {
  if (text === '') return { rules: usualBashResources, fault: null };
  try {
    return bashResourcesOf(JSON.parse(text));
  } catch {
    return { rules: usualBashResources, fault: 'JSON' };
  }
}

const isCommand = (value: unknown): boolean =>
  typeof value === 'string' && /^!?[^\s!]/.test(value) && value.length <= most.letters && !/\p{Cc}/u.test(value);

function isResource(name: string): boolean {
  if (name === '' || exceedsBytes(name, limits.resource) || /[\p{Cc}\p{Cs}]/u.test(name)) return false;
  return named.test(name) || !name.split('/').some((part) => part === '' || part === '.' || part === '..');
}
