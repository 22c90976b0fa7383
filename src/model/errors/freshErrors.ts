import { idOf } from '../attentionIds.ts';
import type { ErrorGroup, Errors, RunError } from '../keys/runItems.ts';
import type { AttentionItem } from '../picture.ts';

/** What was published is asked to be looked at for this long, in ms. */
const eventAge = 600_000;

/**
 * What nobody has acknowledged: a list is one row that names its newest entry, and an event that is published again and again is
 * one. What comes later makes another row.
 */
export function* freshErrors({ groups, beyond }: Errors, now: number): Generator<AttentionItem> {
  const rows = new Map<string, { group: ErrorGroup; error: RunError }[]>();
  const all = groups.flatMap((group) => group.errors.map((error) => ({ group, error })));
  for (const each of all.sort((a, b) => b.error.order - a.error.order)) {
    const { group, error } = each;
    if (error.isSeen || (error.list === null && now - error.at >= eventAge)) continue;
    const key = JSON.stringify(error.list === null ? [group.key, null, error.said] : [group.ns, error.list]);
    rows.set(key, [...(rows.get(key) ?? []), each]);
  }
  for (const row of rows.values()) {
    const { group, error } = row[0]!;
    const more = beyond.find(({ ns, list }) => ns === group.ns && list === error.list);
    // A row that is about several agents is nobody's.
    const isOne = group.isKnown && row.every((each) => each.group === group);
    yield {
      id: idOf('error', group.ns, error.key),
      kind: 'error',
      ns: group.ns,
      agent: isOne ? group.agent : null,
      resource: error.resource,
      since: error.at,
      detail: isOne ? error.said : error.text,
      errors: [...row.map((each) => each.error.key), ...(more ? [more.key] : [])],
      ...(error.list === null ? {} : { count: row.length + (more?.fresh ?? 0) }),
    };
  }
}
