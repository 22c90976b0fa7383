import path from 'node:path';
import { hookVersion } from '../../protocol/hookVersion.ts';
import { namespacePattern } from '../../protocol/names.ts';
import { english } from '../../protocol/reasons.ts';
import { readAddress } from '../../redis/address.ts';
import { findProgram } from '../../redis/localServer.ts';
import { permission } from '../../setup/claude/entries.ts';
import { programFolder } from '../../setup/claude/programs.ts';
import type { SetUpPlan, SetUpWish } from '../../setup/claude/setUp.ts';
import { repositoryAround, type Repository } from '../../setup/repository.ts';
import { exitCodes, UsageError } from '../exitCodes.ts';
import { defaultUrl } from '../target.ts';
import type { Desk } from './command.ts';

interface Asked {
  shared: boolean;
  permission: boolean;
  yes: boolean;
  json: boolean;
}

/** Shows what will be written, asks, and writes it. */
export async function setUpClaude(asked: Asked, desk: Desk): Promise<number> {
  const { output, env } = desk;
  const { planSetUp, planText, resultText, setUp } = await import('../../setup/index.ts');
  const wish: SetUpWish = {
    repository: repositoryOf(desk),
    namespace: namespaceOf(desk),
    connection: connectionOf(desk),
    shared: asked.shared,
    permission: asked.permission,
    source: { dist: desk.dist, version: hookVersion, env },
  };
  const plan = await planSetUp(wish, defaultUrl);
  const { permission: isWanted, ...rest } = wish;
  const shown = asked.yes ? plan : { ...plan, wish: { ...rest, permission: false } };
  for (const line of planText(shown, english)) output.explain(line);
  const consent = isDone(plan) ? { permission: isWanted } : await consented(asked, desk, 'Write this?', isWanted);
  if (consent === null) return exitCodes.failed;
  const agreed = consent.permission === isWanted ? plan : await planSetUp({ ...wish, ...consent }, defaultUrl);
  const result = await setUp(agreed, desk.clock);
  if (asked.json) {
    const { changed, programs, library, sessions } = result;
    const guarded = sessions?.guarded.length ?? null;
    const silent = sessions?.silent.length ?? null;
    const { namespace } = agreed;
    const found = { programs: programs.version, library: library?.version ?? null, guarded, silent };
    output.print(JSON.stringify({ v: 1, namespace, files: changed, ...found }));
    return exitCodes.ok;
  }
  explainPath(desk);
  for (const line of resultText(result, english)) output.print(line);
  if (result.reason === null) explainNext(desk);
  return exitCodes.ok;
}

/** Takes the entries out again. */
export async function removeClaude(asked: Asked, desk: Desk): Promise<number> {
  const { output } = desk;
  const { leftText, planTakeOut, takeOut, takeOutText } = await import('../../setup/index.ts');
  const changes = planTakeOut(repositoryOf(desk), asked.shared);
  if (!asked.json) for (const line of takeOutText(changes, english)) output.explain(line);
  if (changes.length > 0 && (await consented(asked, desk, 'Remove this?', false)) === null) return exitCodes.failed;
  const files = takeOut(changes);
  if (asked.json) output.print(JSON.stringify({ v: 1, files }));
  else {
    output.print(files.length > 0 ? 'The hook was removed.' : 'There was no hook to remove.');
    output.print(leftText(undefined, programFolder(), english));
  }
  return exitCodes.ok;
}

/** Whether there is nothing left to write, and so nothing to ask. */
const isDone = ({ isNew, isEntryNew, files, programs: { installed, version } }: SetUpPlan): boolean =>
  !isNew && !isEntryNew && installed === version && files.every(({ before, after }) => before === after);

/** What the person agrees to; null for nothing. Throws UsageError where nobody can be asked. */
async function consented(
  asked: Asked,
  { ask, output }: Desk,
  question: string,
  offered: boolean,
): Promise<{ permission: boolean } | null> {
  if (asked.yes) return { permission: asked.permission };
  if (ask === null) {
    throw new UsageError(
      'Nobody is at the terminal to be asked, and nothing was changed. With --yes nothing is asked.',
    );
  }
  if (!(await ask(question))) {
    output.explain('Nothing was changed.');
    return null;
  }
  return {
    permission: offered && (await ask(`Also add the permission ${permission}, so that agents may wait unasked?`)),
  };
}

function repositoryOf({ folder }: Desk): Repository {
  const repository = repositoryAround(folder);
  if (repository !== null) return repository;
  throw new UsageError('This folder is in no git repository. Go to the one that your agents work in, or run git init.');
}

/** What was named on purpose; null otherwise. */
function namespaceOf({ typed, env }: Desk): string | null {
  const text = (typed.namespace ?? env['SIGNALBOX_NAMESPACE'] ?? '').trim();
  if (text === 'auto' || (text === '' && typed.namespace === null)) return null;
  if (text !== '' && namespacePattern.test(text)) return text;
  throw new UsageError(
    `${JSON.stringify(text)} can be no repository's namespace. One looks like shop: — letters, digits and . _ - { }, ending in a colon.`,
  );
}

function connectionOf({ typed, env }: Desk): SetUpWish['connection'] {
  const url = typed.url ?? env['SIGNALBOX_REDIS_URL'] ?? '';
  return url === '' ? null : readAddress(url);
}

/** The permission is for a program that shells have to find. */
function explainPath({ env, output }: Desk): void {
  const folder = path.join(programFolder(), 'bin');
  const found = findProgram(['signalbox'], env);
  if (found !== null) return;
  output.explain(
    `For \`signalbox\` as a command put ${folder} on the PATH, also in the shells that start Claude Code.`,
  );
}

/** Whoever has just set up wants to see that it works, and how to get rid of it. */
function explainNext({ output }: Desk): void {
  output.explain('Go on as usual: sessions claim what they edit, without a word in their prompts.');
  output.explain('  signalbox doctor                 whether the guard works');
  output.explain('  signalbox status                 who works, and who holds which file');
  output.explain('  signalbox setup claude --remove  takes the hook out again');
}
