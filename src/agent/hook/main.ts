import { appendFileSync, readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import path from 'node:path';
import { hookVersion } from '../../protocol/hookVersion.ts';
import { namespacePattern, seqKey } from '../../protocol/names.ts';
import { BareError, BareExchange, type BareReply } from '../../redis/bareExchange.ts';
import type { ConnectionSettings } from '../../redis/settings.ts';
import { connectionFor, readConnections, type ConnectionEntry } from '../../setup/connections.ts';
import { CommandTime } from './commandTime.ts';
import { readInput, type Input } from './input.ts';
import { Noted } from './noted.ts';
import { shellText } from './shell.ts';
import { whereaboutsOf, type Whereabouts } from './whereabouts.ts';

/*
 * The hook of Claude Code where `hook.sh` cannot serve, with the same answers: it asks the function library what an event
 * means, and prints its answer or nothing. Whatever fails is noted, nothing of it is printed, and the exit code is 0.
 */

/** An exchange with Redis takes no longer, in ms. */
const limit = 3_000;
/** How long before it is ended this hook gives its answer, whatever the server says, in ms. */
const spare = 1_000;
/** More than Claude Code sends of anything, in bytes. */
const mostInput = 64 * 1024 * 1024;

const refused = (reason: string): string =>
  `{"hookSpecificOutput":{"hookEventName":"PreToolUse","permissionDecision":"deny","permissionDecisionReason":"Signalbox ${reason}"}}`;
const refusal = refused(
  'cannot be reached, and in this repository nobody edits without it. The file was not changed. Tell the person you work for.',
);
const commandRefusal = refused(
  'cannot be reached, and in this repository nobody edits without it. The command was not run. Tell the person you work for.',
);
const pausedRefusal = refused(
  'cannot be reached to ask whether you are still paused by the supervisor. This call was not made, and nothing was changed. Make the same call again later, and do not do it in another way.',
);
const endings = new Set(['PostToolUse', 'PostToolUseFailure', 'Stop', 'StopFailure', 'SubagentStop', 'SessionEnd']);

/** An event, with what is told of the command that it is about. */
type Asking = Input & { shell: string; time: CommandTime };

/** What an exchange came to: what is printed, or that nobody could be asked. */
type Outcome = { answer: string } | { failed: true; isPaused?: boolean };

async function main(): Promise<string> {
  const bytes = await standardInput();
  const input = readInput(bytes);
  if (!input) return '';
  const where = whereaboutsOf(decoded(input.cwd), input.isEdit ? decoded(input.path) : '');
  const entries = knownConnections();
  const ns = process.env['SIGNALBOX_NAMESPACE'] ?? 'auto';
  const namespace = ns === 'auto' ? (where.namespace ?? entries[0]?.namespace ?? '') : ns;
  const noted = new Noted(namespace);
  const shell = input.command === '' ? '' : saidOf(decoded(input.command), decoded(input.cwd), where);
  const time = new CommandTime(input);
  const outcome = namespacePattern.test(namespace)
    ? await asked({ ...input, shell, time }, where, settingsFor(namespace, entries), noted)
    : { failed: true as const };
  if ('answer' in outcome) {
    time.follow(input, outcome.answer.includes('"deny"'));
    if (input.event === 'SessionStart') offerCommandLine();
    return outcome.answer;
  }
  // It is not known to be over.
  if (outcome.isPaused) return pausedRefusal;
  if (where.whenDown === 'deny' && /^W\t/m.test(shell)) return commandRefusal;
  time.follow(input, false);
  if (input.event !== 'PreToolUse' || where.rel === '') return '';
  if (where.whenDown === 'deny') return refusal;
  noted.add(Date.now(), decoded(input.session + input.child), where.rel);
  return '';
}

/** What is told of a command. One that cannot be read is asked for like one that writes nothing, since its agent may be paused. */
function saidOf(command: string, cwd: string, where: Whereabouts): string {
  try {
    return shellText(command, cwd, where);
  } catch {
    return '';
  }
}

async function asked(input: Asking, where: Whereabouts, settings: ConnectionSettings, noted: Noted): Promise<Outcome> {
  const exchange = new BareExchange(settings);
  try {
    return await answered(exchange, input, where, settings, noted);
  } catch {
    return { failed: true };
  } finally {
    exchange.close();
    noted.putBack();
  }
}

/** How long this may still go on before Claude Code ends it and lets the call through, in ms. */
function timeLeft(): number {
  const seconds = /^[1-9]\d{0,2}$/.exec(process.env['SIGNALBOX_HOOK_LIMIT'] ?? '')?.[0] ?? 60;
  // The script that has handed over to this knows how long it took.
  const all = Number(process.env['SIGNALBOX_HOOK_LEFT'] ?? Math.min(Math.max(Number(seconds), 3), 600) * 1_000);
  return Math.floor(all - performance.now());
}

async function answered(
  exchange: BareExchange,
  input: Asking,
  where: Whereabouts,
  settings: ConnectionSettings,
  noted: Noted,
): Promise<Outcome> {
  const ns = settings.namespaces[0]!;
  let isPaused = false;
  const hasEnded =
    input.tool === 'Bash' && input.event.startsWith('PostToolUse') && where.root !== '' && input.time.isKnown;
  /** Tells which of the files that others hold have changed while a command ran. */
  const compare = async (held: string): Promise<void> => {
    const changed = hasEnded && held !== '' ? input.time.changedOf(held, where.root) : [];
    if (changed.length === 0) return;
    const texts = [hostname(), where.root, decoded(input.session + input.child), changed.join('\n')];
    await exchange.ask(['FCALL', 'signalbox_changed', '1', ns + seqKey, ...texts.map(encoded)], limit);
  };
  // The script has asked and printed the answer, and leaves the comparison to this.
  const known = process.env['SIGNALBOX_HELD'];
  if (known !== undefined) {
    await compare(known);
    return { answer: '' };
  }
  const shell = hasEnded ? 'A' : input.shell;
  const question = (text: string): string[] => [
    'FCALL',
    endings.has(input.event) ? 'signalbox_hook_end' : 'signalbox_hook',
    '1',
    ns + seqKey,
    ...[hostname(), where.root, where.rel].map(encoded),
    input.fields,
    process.env['CLAUDE_PID'] ?? String(process.ppid),
    ...[where.branch, `node ${hookVersion}`, text].map(encoded),
    ...[String(timeLeft()), input.team, encoded(shell)],
  ];
  /** Also an answer that never comes leaves time to say so. */
  const ask = (command: string[], ms: number): Promise<BareReply> =>
    exchange.ask(command, Math.max(Math.min(ms, timeLeft() - spare), 1));
  let missed = noted.take(input.event === 'SessionStart');
  for (;;) {
    try {
      let reply = await ask(question(missed), limit);
      if (isMissing(reply) && (await loaded(settings))) reply = await ask(question(missed), limit);
      if (typeof reply !== 'string') break;
      noted.drop();
      missed = '';
      const [, word, key = '', ms] = /^(WAIT|PAUSE) (\S+) ([1-9]\d{0,5})$/.exec(reply) ?? [];
      if (word === undefined && /^(WAIT|PAUSE) /.test(reply)) break;
      if (word === undefined) {
        const [answer = '', ...held] = reply.split('\n');
        // What is no answer of the library comes from something else, and does not end a pause.
        const isOurs = /^(\{"hookSpecificOutput":|signalbox )/.test(answer);
        if (isPaused && answer !== '' && !isOurs) break;
        await compare(Buffer.from(held.join('\n'), 'latin1').toString('utf8')).catch(() => {});
        return { answer: isOurs ? answer : '' };
      }
      isPaused = word === 'PAUSE';
      if (Number(ms) >= timeLeft() - spare) break;
      const wait = ['BLPOP', key, String(Number(ms) / 1_000)];
      const woken = await ask(wait, limit + Number(ms));
      if (woken instanceof BareError) break;
      // A pause has ended before a call that there is nothing more to ask about.
      if (Array.isArray(woken) && key.includes(':wake:pass-')) return { answer: '' };
    } catch {
      break;
    }
  }
  return { failed: true, isPaused };
}

/** Also a library that is older than this hook is as good as none. */
const isMissing = (reply: BareReply): boolean =>
  reply instanceof BareError && /(Function not found|Unknown function|wrong number of arguments)/i.test(reply.message);

/** Has the command line put the library onto the server. */
async function loaded({ url, username, password }: ConnectionSettings): Promise<boolean> {
  const { spawnSync } = await import('node:child_process');
  const address = new URL(url);
  if (username !== undefined) address.username = username;
  if (password !== undefined) address.password = password;
  const env = { ...process.env, SIGNALBOX_REDIS_URL: address.href };
  const args = [path.join(__dirname, 'signalbox.cjs'), 'setup'];
  return spawnSync(process.execPath, args, { env, stdio: 'ignore', timeout: limit }).status === 0;
}

/** So that an agent can run `signalbox wait`. */
function offerCommandLine(): void {
  const file = process.env['CLAUDE_ENV_FILE'];
  if (file) appendFileSync(file, `export PATH="$PATH:${path.join(__dirname, 'bin')}"\n`);
}

function settingsFor(namespace: string, entries: readonly ConnectionEntry[]): ConnectionSettings {
  const url = process.env['SIGNALBOX_REDIS_URL'];
  const namespaces = [namespace];
  if (url !== undefined && url !== '') return { url, namespaces };
  const entry = connectionFor(entries, namespace);
  if (!entry) return { url: 'redis://127.0.0.1:6379', namespaces };
  const { username, password } = entry;
  return {
    url: entry.url,
    namespaces,
    ...(username === '' ? {} : { username }),
    ...(password === '' ? {} : { password }),
  };
}

/** A file that cannot be read is as good as none: the doctor says so. */
function knownConnections(): readonly ConnectionEntry[] {
  try {
    return readConnections(undefined, { anyMode: true });
  } catch {
    return [];
  }
}

/** A text of the input, which stands there with JSON's escapes, a byte a character. */
function decoded(text: string): string {
  const utf8 = Buffer.from(text, 'latin1').toString('utf8');
  if (!utf8.includes('\\')) return utf8;
  try {
    return JSON.parse(`"${utf8}"`) as string;
  } catch {
    return '';
  }
}

/** A text as bytes, one a character. */
const encoded = (text: string): string => Buffer.from(text, 'utf8').toString('latin1');

async function standardInput(): Promise<Buffer> {
  try {
    return readFileSync(0);
  } catch {
    // A pipe that does not block cannot be read at once.
    const chunks: Buffer[] = [];
    let size = 0;
    for await (const chunk of process.stdin) {
      size += (chunk as Buffer).length;
      if (size <= mostInput) chunks.push(chunk as Buffer);
    }
    return Buffer.concat(chunks);
  }
}

main().then(
  (answer) => {
    // Bytes, one a character, as they came.
    if (answer !== '') process.stdout.write(Buffer.from(`${answer}\n`, 'latin1'));
  },
  () => {},
);
