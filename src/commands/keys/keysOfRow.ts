import type { RunItem } from '../../model/keys/runItems.ts';
import type { Picture } from '../../model/picture.ts';

/** A key that a row shows, by its whole name as the picture has it, and where the row is a field of it, that one's name. */
export interface RowKey {
  readonly ns: string;
  readonly name: string;
  readonly field?: string;
}

/** The keys that a row of Queues or Run shows, first the one that says most; none for any other row. */
export function keysOfRow(row: string, picture: Picture): readonly RowKey[] {
  if (row.startsWith('[')) return keysOfPart(row, picture);
  if (row.startsWith('queue:')) {
    const queue = picture.queue(row.slice('queue:'.length));
    return queue === undefined ? [] : [{ ns: queue.ns, name: queue.ns + queue.name }];
  }
  if (row.startsWith('run:error')) return listsOf(row, picture);
  const item = itemOf(row, picture);
  return item === undefined ? [] : namesOf(item).map((name) => ({ ns: item.ns, name: item.ns + name }));
}

function keysOfPart(row: string, picture: Picture): readonly RowKey[] {
  const [parent, part] = partOf(row);
  const item = itemOf(parent, picture);
  if (item === undefined) return [];
  const { ns } = item;
  if (item.kind === 'pipeline') {
    const step = item.steps.find(({ name }) => name === part);
    const keys = [...(step?.results ? [step.results.name] : []), ...(step?.keys ?? [])];
    return [...new Set(keys)].map((name) => ({ ns, name: ns + name }));
  }
  const field = item.kind === 'shared' && item.content.type === 'hash' ? { field: part } : {};
  return namesOf(item).map((name) => ({ ns, name: ns + name, ...field }));
}

/** The lists of all errors, of those of one agent, or of one; none of what was published. */
function listsOf(row: string, picture: Picture): readonly RowKey[] {
  const names = new Map<string, RowKey>();
  for (const item of picture.run) {
    if (item.kind !== 'errors') continue;
    for (const group of item.groups) {
      for (const { key, list } of group.errors) {
        const isMeant = [item.key, group.key, key].includes(row.slice('run:'.length));
        if (isMeant && list !== null) names.set(group.ns + list, { ns: group.ns, name: group.ns + list });
      }
    }
  }
  return [...names.values()];
}

const itemOf = (row: string, picture: Picture): RunItem | undefined =>
  row.startsWith('run:') ? picture.run.find(({ key }) => `run:${key}` === row) : undefined;

/** A caller may pass anything. */
function partOf(row: string): [parent: string, name: string] {
  try {
    const parts: unknown = JSON.parse(row);
    if (Array.isArray(parts)) return [String(parts[0]), String(parts[1])];
  } catch {
    // It is no row of ours.
  }
  return ['', ''];
}

function namesOf(item: RunItem): readonly string[] {
  switch (item.kind) {
    case 'progress':
      return item.keys;
    case 'pipeline':
      return item.steps.flatMap(({ keys }) => keys);
    case 'counter':
    case 'run':
      return [item.name];
    case 'result':
    case 'shared':
      return [item.content.name];
    case 'errors':
      return [];
  }
}
