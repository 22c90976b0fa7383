import { loadLibrary, versionIn, compareVersions } from '../../redis/library/load.ts';
import { exitCodes, UsageError } from '../exitCodes.ts';
import { command, type Desk } from './command.ts';
import { inFleet } from './session.ts';
import { printRules } from './setupAcl.ts';
import { removeClaude, setUpClaude } from './setupClaude.ts';

interface SetupRequest {
  what: 'library' | 'claude' | 'acl';
  json: boolean;
  shared: boolean;
  remove: boolean;
  yes: boolean;
  permission: boolean;
  /** Behind `acl`, as before the command; null where not given. */
  namespace: string | null;
}

/** Which flags belong to which word. */
const flagsOf: Record<SetupRequest['what'], readonly string[]> = {
  library: ['json'],
  claude: ['json', 'shared', 'remove', 'yes', 'no-permission'],
  acl: ['namespace'],
};

export const setup = command({
  summary: 'prepare the server (setup), or a repository for Claude Code (setup claude)',
  help: `usage: signalbox setup [--json]
       signalbox setup claude [--shared] [--remove] [--yes] [--no-permission] [--json]
       signalbox setup acl [--namespace NS]

Loads the function library signalbox into the Redis server, on which all commands that claim or publish rely, unless the
same or a newer version is there, and says which one is there now. All fleets of a server share it. These commands also
load it themselves when they find it missing; the user of Redis that does so needs the right to run FUNCTION LOAD.

  --json   {"v":1,"library":"1.3.0","changed":true}

setup claude makes every Claude Code session of this repository claim what it edits. It shows what it will write and
asks; then it records the repository's namespace (git config signalbox.namespace), writes the address of --url or
SIGNALBOX_REDIS_URL into ~/.config/signalbox/connections.json, puts its programs into ~/.local/share/signalbox, loads
the function library, and adds the hook to .claude/settings.local.json of each working tree, where all else stays as it
is.

  --shared         into .claude/settings.json instead, for everybody who has the repository
  --remove         take out again what it put into settings files; with --shared only from .claude/settings.json
  --yes            ask nothing
  --no-permission  leave out the permission "Bash(signalbox wait:*)", with which agents may wait for a file unasked
  --json           {"v":1,"namespace":"shop-3f2a:","files":["…"],"programs":"1.2.0","library":"1.1.0","guarded":1,
                   "silent":2}

setup acl prints lines with which an administrator of the server lets in who acts as an agent, a supervisor such as VS
Code, and who may only look.

example: signalbox setup claude
example: SIGNALBOX_REDIS_URL=redis://user:password@host:6379 signalbox setup claude`,
  words: 'some',
  options: {
    json: { type: 'boolean' },
    shared: { type: 'boolean' },
    remove: { type: 'boolean' },
    yes: { type: 'boolean' },
    'no-permission': { type: 'boolean' },
    namespace: { type: 'string' },
  },
  read(values, words): SetupRequest {
    const [word, ...more] = words;
    const what = word === undefined ? 'library' : word === 'claude' || word === 'acl' ? word : null;
    if (what === null || more.length > 0) {
      throw new UsageError(
        'Set up what? signalbox setup (the server), signalbox setup claude, or signalbox setup acl.',
      );
    }
    const stray = Object.keys(values).find((flag) => flag !== 'help' && !flagsOf[what].includes(flag));
    if (stray === 'namespace') {
      throw new UsageError('--namespace stands before the command: signalbox --namespace … COMMAND');
    }
    if (stray !== undefined) {
      const line = what === 'library' ? 'setup' : `setup ${what}`;
      throw new UsageError(
        `There is no flag --${stray} for signalbox ${line}. \`signalbox setup --help\` explains it.`,
      );
    }
    return {
      what,
      json: values.json === true,
      shared: values.shared === true,
      remove: values.remove === true,
      yes: values.yes === true,
      permission: values['no-permission'] !== true,
      namespace: values.namespace ?? null,
    };
  },
  run(request, desk) {
    if (request.what === 'acl') return printRules(request.namespace, desk);
    if (request.what === 'library') return loadOnServer(request.json, desk);
    return request.remove ? removeClaude(request, desk) : setUpClaude(request, desk);
  },
});

const loadOnServer = (json: boolean, desk: Desk): Promise<number> =>
  inFleet(desk, async ({ client }) => {
    const { source } = await import('../../redis/library/source.ts');
    const { version, changed } = await loadLibrary(client, source);
    if (json) desk.output.print(JSON.stringify({ v: 1, library: version, changed }));
    else desk.output.print(said(version, changed, versionIn(source)));
    return exitCodes.ok;
  });

function said(version: string, changed: boolean, own: string): string {
  if (changed) return `Version ${version} of the function library signalbox was loaded.`;
  const newer = compareVersions(version, own) > 0 ? `; this program brings version ${own}` : '';
  return `Version ${version} of the function library signalbox was there already${newer}.`;
}
