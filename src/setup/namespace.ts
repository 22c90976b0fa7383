import { randomUUID } from 'node:crypto';
import path from 'node:path';
import { displayText } from '../protocol/displayText.ts';
import { namespacePattern } from '../protocol/names.ts';
import { gitOutput } from './gitOutput.ts';
import { namespaceName } from './namespaceName.ts';
import { worktreesOf, type Repository } from './repository.ts';
import { setUpProblem } from './problem.ts';

const key = 'signalbox.namespace';

/**
 * The namespace that the repository recorded for all its working trees; null without one.
 * @throws UserError where what is recorded can be none
 */
export async function recordedNamespace({ gitFolder }: Repository): Promise<string | null> {
  const text = await gitOutput(gitFolder, 'config', '--file', path.join(gitFolder, 'config'), '--get', key);
  if (text === null || text === '') return null;
  if (namespacePattern.test(text)) return text;
  throw setUpProblem(
    'The repository recorded "{0}" as its namespace, which is none. Run git config {1} NAME: with a name such as shop:, or git config --unset {1}.',
    displayText(text, 80),
    key,
  );
}

/** Records the namespace where the hook looks for it. @throws UserError where git does not */
export async function recordNamespace({ gitFolder }: Repository, namespace: string): Promise<void> {
  const done = await gitOutput(gitFolder, 'config', '--file', path.join(gitFolder, 'config'), key, namespace);
  if (done === null) {
    throw setUpProblem('git could not record the namespace in {0}.', displayText(path.join(gitFolder, 'config'), 300));
  }
}

/** The namespace that the repository gets where it has recorded none. */
export async function ownNamespace(repository: Repository): Promise<string> {
  const { gitFolder, root } = repository;
  const origin = await gitOutput(
    gitFolder,
    'config',
    '--file',
    path.join(gitFolder, 'config'),
    '--get',
    'remote.origin.url',
  );
  // Of several beginnings that were merged the last one listed is the oldest.
  const first = origin ? null : await gitOutput(root, 'rev-list', '--max-parents=0', 'HEAD');
  return namespaceName({
    origin: origin === '' ? null : origin,
    folder: path.basename(worktreesOf(repository)[0] ?? root),
    // Nothing tells an empty repository from others, but what is recorded of it.
    fallback: first?.split('\n').at(-1) || randomUUID(),
  });
}
