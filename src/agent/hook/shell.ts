import { readBashResources, usualBashResources } from '../../protocol/bashResources.ts';
import { matchedBy } from './rules.ts';
import { simpleCommands } from './simpleCommands.ts';
import { whereaboutsOf, type Recorded } from './whereabouts.ts';
import { writtenBy } from './writes.ts';

/**
 * What the library is told of a shell command that is about to run in a repository: lines of a letter, a tab and a name. `R` is a
 * resource whose rule the command matches, `W` a path from the repository's root that it writes, a folder's with `/` at its end. The
 * command itself stays here.
 */
export function shellText(command: string, cwd: string, here: Recorded): string {
  const commands = simpleCommands(command, cwd);
  const lines = new Set<string>();
  const { rules } = readBashResources(here.bashResources);
  for (const resource of matchedBy(commands, rules)) lines.add(`R\t${inTree(resource, here.tree)}`);
  for (const { file, isFolder } of writtenBy(commands)) {
    const where = whereaboutsOf(cwd, file, isFolder);
    if (where.rel !== '' && where.namespace === here.namespace) lines.add(`W\t${where.rel}`);
  }
  return [...lines].filter((line) => !/\p{Cc}/u.test(line.slice(2))).join('\n');
}

/** Each working tree has an index and dependencies of its own: in all but the first its name is behind them. */
const inTree = (resource: string, tree: string): string =>
  tree !== '' && usualBashResources.has(resource) ? `${resource}:${tree}` : resource;
