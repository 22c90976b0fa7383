import { writtenBy } from './writes.ts';
import { simpleCommands } from './simpleCommands.ts';
import { whereaboutsOf } from './whereabouts.ts';

/**
 * What the library is told of a shell command that is about to run: lines of a letter, a tab and a name. `W` is a path from the
 * repository's root that it writes, a folder's with `/` at its end. The command itself stays here.
 */
export function shellText(command: string, cwd: string, namespace: string | null): string {
  const lines = new Set<string>();
  for (const { file, isFolder } of writtenBy(simpleCommands(command, cwd))) {
    const where = whereaboutsOf(cwd, file, isFolder);
    if (where.rel !== '' && where.namespace === namespace) lines.add(`W\t${where.rel}`);
  }
  return [...lines].filter((line) => !/\p{Cc}/u.test(line.slice(2))).join('\n');
}
