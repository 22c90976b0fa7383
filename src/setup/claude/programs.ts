import { chmodSync, existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import { compareVersions } from '../../redis/library/load.ts';
import { findProgram } from '../../redis/localServer.ts';
import { replaceFile } from '../atomicFile.ts';
import { setUpProblem } from '../problem.ts';
import { findNode, type NodeProgram } from './node.ts';

/** What is installed. What they load beside themselves comes along. */
const programs = ['hook.sh', 'hook.cjs', 'signalbox.cjs'] as const;

/** Where programs lie that outlive an update of the extension. */
export const programFolder = (home: string = homedir()): string => path.join(home, '.local', 'share', 'signalbox');

/** The bundles of a version, and where they go. */
export interface Source {
  /** The folder with the bundles. */
  dist: string;
  version: string;
  env: NodeJS.ProcessEnv;
  home?: string;
}

/** The version that is installed; null where none is. */
export function installedPrograms(home?: string): string | null {
  try {
    const text = readFileSync(path.join(programFolder(home), 'hook.conf'), 'utf8');
    return /^version='?(\d+\.\d+\.\d+)'?$/m.exec(text)?.[1] ?? null;
  } catch {
    return null;
  }
}

/**
 * Puts hook and command line where the hook's entries expect them; each file is replaced at once, and those that are the
 * same already are left. A newer version that is there stays. Answers the version that is there then, and whether anything changed.
 * @throws UserError `set-up` where it cannot be written
 */
export async function installPrograms(source: Source): Promise<{ version: string; changed: boolean }> {
  const { dist, version, env, home } = source;
  const installed = installedPrograms(home);
  if (installed !== null && compareVersions(installed, version) > 0) return { version: installed, changed: false };
  const node = await findNode(env);
  const folder = programFolder(home);
  try {
    let changed = false;
    const put = (name: string, content: string | Buffer, mode: number): void => {
      if (replaceFile(path.join(folder, name), content, mode)) changed = true;
    };
    // The version comes last, so that what was interrupted is done again.
    for (const name of filesOf(dist)) {
      const content = readFileSync(path.join(dist, name));
      if (name === 'hook.sh') put(installedName(name), hookScript(String(content), folder, env), 0o755);
      else put(installedName(name), content, name === 'signalbox.cjs' ? 0o755 : 0o644);
    }
    put(path.join('bin', 'signalbox'), commandLine(folder), 0o755);
    put('hook.conf', configuration(version, env, node), 0o644);
    if (changed && process.platform !== 'win32') chmodSync(folder, 0o755);
    return { version, changed };
  } catch (error) {
    throw setUpProblem('The programs could not be put into {0}: {1}', folder, (error as Error).message);
  }
}

/**
 * Replaces installed programs by those of this version where another, not a newer one, is there. Does nothing where none is.
 * @throws UserError as {@link installPrograms}
 */
export async function refreshPrograms(source: Source): Promise<boolean> {
  if (installedPrograms(source.home) === null) return false;
  return (await installPrograms(source)).changed;
}

/** The programs that a build has and all bundles that these load, what is loaded before what loads it. */
export function filesOf(dist: string): string[] {
  const found = new Set<string>();
  const visit = (name: string): void => {
    if (found.has(name) || !existsSync(path.join(dist, name))) return;
    const text = name.endsWith('.cjs') ? readFileSync(path.join(dist, name), 'utf8') : '';
    for (const [, other = ''] of text.matchAll(/["'`]\.\/(\w+\.cjs)["'`]/g)) if (other !== name) visit(other);
    found.add(name);
  };
  for (const name of programs) visit(name);
  return [...found];
}

/** What a file of a build is called where it is installed. */
export const installedName = (name: string): string => (name === 'hook.sh' ? 'hook' : name);

/** A text as one word of a shell. */
export const shellQuoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

/** What the hook's script reads instead of looking for it each time. */
function configuration(version: string, env: NodeJS.ProcessEnv, node: NodeProgram | null): string {
  const values = {
    version,
    cli: absolute(findProgram(['redis-cli', 'valkey-cli'], env)),
    node: node?.path ?? '',
    ...(node?.isElectron === true ? { node_is_electron: '1' } : {}),
  };
  return Object.entries(values)
    .map(([name, value]) => `${name}=${value === '' ? '' : shellQuoted(value)}\n`)
    .join('');
}

/** A folder of the PATH that is relative leads somewhere else each time. */
const absolute = (file: string | null): string => (file !== null && path.isAbsolute(file) ? file : '');

/**
 * The hook as Claude Code runs it: the script with the bash that it is for, named so that nobody looks for it at each event, else
 * Node. A shell that does not understand the script must not get it: it would end with 2, by which Claude Code stops the session.
 */
function hookScript(script: string, folder: string, env: NodeJS.ProcessEnv): string {
  const bash = absolute(findProgram(['bash'], env));
  const cli = findProgram(['redis-cli', 'valkey-cli'], env);
  // A first line of a script takes no path with spaces, and some systems no long one.
  if (/^\S{1,100}$/.test(bash) && cli !== null) return `#!${bash} -p\n${script}`;
  return byNode('The hook of Claude Code, where there is no bash or no redis-cli.', folder, 'exit 0', 'hook.cjs');
}

const commandLine = (folder: string): string =>
  byNode(
    'The command line of Signalbox, as set-up put it here.',
    folder,
    "echo 'signalbox: there is no node on the PATH' >&2\n  exit 127",
    'signalbox.cjs',
  );

/** A script that runs a bundle with the node that there is, else with the one that set-up found, and does `otherwise` without any. */
const byNode = (about: string, folder: string, otherwise: string, bundle: string): string => `#!/bin/sh
# ${about}
here=${shellQuoted(folder)}
node= node_is_electron=
[ ! -r "$here/hook.conf" ] || . "$here/hook.conf"
if found=$(command -v node); then
  node=$found node_is_electron=
elif [ ! -x "$node" ]; then
  ${otherwise}
fi
[ -z "$node_is_electron" ] || export ELECTRON_RUN_AS_NODE=1
exec "$node" "$here/${bundle}" "$@"
`;
