import { accessSync, constants, existsSync, statSync } from 'node:fs';
import path from 'node:path';
import type { Translator } from '../../protocol/reasons.ts';
import type { Places } from '../places.ts';
import { ok, warning, wrong, type Finding } from './finding.ts';
import { readSmall } from './smallFile.ts';

/** What is installed for the hook. */
export interface Installed {
  findings: Finding[];
  /** The redis-cli that it uses; null without one. */
  cli: string | null;
  /** How it is run; null where it is not there. */
  program: readonly string[] | null;
}

/** Whether the hook's programs are there, of which version, and what they need. */
export function programFindings(
  { programs }: Places,
  env: NodeJS.ProcessEnv,
  version: string,
  l10n: Translator,
): Installed {
  const again = l10n.t('Run `signalbox setup claude`.');
  const isWindows = process.platform === 'win32';
  const names = isWindows ? ['hook.cjs'] : ['hook', 'hook.cjs'];
  const missing = names.filter((name) => !existsSync(path.join(programs, name)));
  const conf = confOf(path.join(programs, 'hook.conf'));
  const cli = programAt(conf.get('cli') || 'redis-cli', env);
  const node = programAt(conf.get('node') || 'node', env);
  const script = (name: string): string => path.join(programs, name);
  const program = isWindows ? [node ?? 'node', script('hook.cjs')] : [script('hook')];
  return { cli, program: missing.length > 0 ? null : program, findings: [installed(), ...tools()] };

  function installed(): Finding {
    if (missing.length > 0) {
      return wrong('programs', l10n.t('Missing in {0}: {1}.', programs, missing.join(', ')), again);
    }
    const there = conf.get('version') ?? '?';
    if (there !== version) {
      const text = l10n.t('The hook in {0} is of version {1}; this program brings {2}.', programs, there, version);
      return warning('programs', text, again);
    }
    return ok('programs', l10n.t('The hook in {0} is of version {1}.', programs, there));
  }

  function tools(): Finding[] {
    if (cli === null && node === null) {
      const text = l10n.t('There is neither redis-cli nor node, of which the hook needs one.');
      return [wrong('tools', text, l10n.t('Install one of them, then run `signalbox setup claude`.'))];
    }
    if (cli === null) {
      const text = l10n.t('There is no redis-cli, so that each event starts Node, which takes longer.');
      return [warning('tools', text, l10n.t('Install redis-tools, then run `signalbox setup claude`.'))];
    }
    if (node === null) {
      const text = l10n.t('There is no node, which the hook needs for TLS, clusters and paths with links.');
      return [warning('tools', text, l10n.t('Install Node, then run `signalbox setup claude`.'))];
    }
    return [ok('tools', l10n.t('The hook finds {0} and {1}.', cli, node))];
  }
}

/** What set-up noted for the shell: lines of `name=value`, the value maybe in single quotes. */
function confOf(file: string): Map<string, string> {
  const read = readSmall(file);
  const known = new Map<string, string>();
  for (const line of read.kind === 'text' ? read.text.split('\n') : []) {
    const [, name, value = ''] = /^(\w+)=(.*)$/.exec(line.trim()) ?? [];
    if (name !== undefined) known.set(name, value.replace(/^'(.*)'$/, '$1').replaceAll(`'\\''`, "'"));
  }
  return known;
}

/** Where a program is that a shell would start by this name; null where it would find none. */
function programAt(name: string, env: NodeJS.ProcessEnv): string | null {
  if (name.includes('/') || name.includes('\\')) return isProgram(name) ? name : null;
  const endings = process.platform === 'win32' ? ['.exe', '.cmd', ''] : [''];
  for (const folder of (env['PATH'] ?? '').split(path.delimiter)) {
    for (const ending of endings) {
      const file = path.join(folder || '.', name + ending);
      if (isProgram(file)) return file;
    }
  }
  return null;
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}
