import { limits, resourceKind } from './names.ts';

/** Where all paths are below. */
const root = './';

/**
 * The folders above a resource, nearest first; none above a named thing. The first one of what is no folder is that of
 * its own name, which it may become.
 */
export function foldersAbove(resource: string): string[] {
  if (resource === root || resourceKind(resource) === 'named') return [];
  const folders: string[] = [];
  // `./x:y` is a file of the root that would else pass for a named thing.
  const path = resource.startsWith(root) ? '' : resource;
  // A folder longer than a resource may be is nobody's, and a plain lock may be called anything.
  const end = Math.min(path.length - 1, limits.resource) - 1;
  if (path !== '' && !path.endsWith('/') && path.length < limits.resource) folders.push(`${path}/`);
  for (let at = path.lastIndexOf('/', end); at > 0; at = path.lastIndexOf('/', at - 1)) {
    folders.push(path.slice(0, at + 1));
  }
  return [...folders, root];
}

/** Whether two claims on these resources clash: they are the same, or one is a folder that the other lies in, or will be. */
export function overlaps(a: string, b: string): boolean {
  return a === b || covers(a, b) || covers(b, a);
}

function covers(folder: string, resource: string): boolean {
  if (resourceKind(folder) !== 'folder' || resourceKind(resource) === 'named') return false;
  return folder === root || resource.startsWith(folder) || `${resource}/` === folder;
}

/**
 * The agents that an agent is a child of by its name, nearest first: a child is `<parent>/<child>`. None where the name is
 * longer than the function library takes, since it may then be a book.
 */
export function ancestorsByName(agent: string): string[] {
  const names: string[] = [];
  if (agent.length > limits.agentName) return names;
  for (let at = agent.lastIndexOf('/'); at > 0; at = agent.lastIndexOf('/', at - 1)) names.push(agent.slice(0, at));
  return names;
}

/** Whether what `holder` has is not in the way of `agent`: it is its own, or that of an agent it is a child of. */
export function isOpenTo(holder: string, agent: string): boolean {
  return holder === agent || agent.startsWith(`${holder}/`);
}
