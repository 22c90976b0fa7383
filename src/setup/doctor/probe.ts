import { spawn } from 'node:child_process';
import { formatMs } from '../../protocol/durationWords.ts';
import { displayText } from '../../protocol/displayText.ts';
import { redisCli } from '../../protocol/redisCli.ts';
import type { Translator } from '../../protocol/reasons.ts';
import type { HookConnection } from './connections.ts';
import { ok, wrong, type Finding } from './finding.ts';

/** What the library takes for a question whether all works, of which it keeps nothing. */
const input = (root: string): string =>
  JSON.stringify({ session_id: 'signalbox-probe', hook_event_name: 'SignalboxProbe', cwd: root });

/** The best of so many says what it costs; the others had something in their way. */
const rounds = 5;
/** A hook ends sooner, in ms. */
const limit = 8_000;
/** After so long in all nobody wants another round, in ms. */
const patience = 4_000;

interface Ran {
  code: number | null;
  stdout: string;
  stderr: string;
  ms: number;
}

/** What is run, and how. */
export interface Probe {
  /** The installed hook. A settings file's own line is not run: it may come with the repository, and say anything. */
  program: readonly string[];
  root: string;
  env: NodeJS.ProcessEnv;
  connection: HookConnection;
  /** Null without one, and then nothing is measured beside. */
  cli: string | null;
}

/** Runs the hook as Claude Code does, with a question that leaves no trace, and says whether the library answered. */
export async function probeFinding({ program, root, env, connection, cli }: Probe, l10n: Translator): Promise<Finding> {
  const own = { ...env, CLAUDE_PROJECT_DIR: root, CLAUDE_PID: String(process.pid) };
  const until = performance.now() + patience;
  const first = await run(program, input(root), root, own);
  const again = l10n.t('Run `signalbox setup claude`.');
  if (first.code !== 0) {
    const said = displayText(first.stderr.trim() || String(first.code), 200);
    return wrong('hook', l10n.t('The hook cannot be run: {0}', said), again);
  }
  if (!first.stdout.startsWith('signalbox ')) {
    const text = l10n.t('The hook runs, but nothing comes back through it from the function library.');
    return wrong('hook', text, l10n.t('Mend what is said above; then run `signalbox setup claude`.'));
  }
  const times = [first.ms];
  const pings: number[] = [];
  const ping = pingOf(connection, cli);
  for (let round = 1; round < rounds && performance.now() < until; round++) {
    times.push((await run(program, input(root), root, own)).ms);
    if (ping === null) continue;
    const { code, stdout, ms } = await run(['sh', '-c', ping.command], '', root, { ...own, ...ping.env });
    if (code === 0 && stdout.startsWith('PONG')) pings.push(ms);
  }
  const best = formatMs(Math.min(...times), 'en');
  if (pings.length === 0) return ok('hook', l10n.t('The hook was run and answered; it takes {0}.', best));
  return ok(
    'hook',
    l10n.t(
      'The hook was run and answered; it takes {0}, where redis-cli PING takes {1}.',
      best,
      formatMs(Math.min(...pings), 'en'),
    ),
  );
}

/** The bare call beside which the hook's cost is to be seen; the password goes by the environment. */
function pingOf({ settings }: HookConnection, cli: string | null): { command: string; env: NodeJS.ProcessEnv } | null {
  if (cli === null || process.platform === 'win32') return null;
  const { command } = redisCli(settings.url, settings.username ?? '');
  let password = settings.password ?? '';
  if (password === '') {
    try {
      password = decodeURIComponent(new URL(settings.url).password);
    } catch {
      // Then there is none in it.
    }
  }
  const asProgram = `exec '${cli.replaceAll("'", `'\\''`)}'${command.slice('redis-cli'.length)} PING`;
  return { command: asProgram, env: password === '' ? {} : { REDISCLI_AUTH: password } };
}

/** Runs a program; never rejects. */
function run(
  [file = '', ...args]: readonly string[],
  stdin: string,
  cwd: string,
  env: NodeJS.ProcessEnv,
): Promise<Ran> {
  return new Promise((resolve) => {
    const from = performance.now();
    let stdout = '';
    let stderr = '';
    const child = spawn(file, args, { cwd, env, timeout: limit, killSignal: 'SIGKILL', windowsHide: true });
    const end = (code: number | null): void => resolve({ code, stdout, stderr, ms: performance.now() - from });
    child.once('error', (error) => {
      stderr += error.message;
      end(null);
    });
    child.once('close', end);
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout = (stdout + text).slice(0, 4096)));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr = (stderr + text).slice(0, 4096)));
    child.stdin.on('error', () => {});
    child.stdin.end(stdin);
  });
}
