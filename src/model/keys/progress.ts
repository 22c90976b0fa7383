import { keyOf } from '../sorting.ts';
import type { KeyRecord } from './keyBook.ts';
import type { Counter, Progress } from './runItems.ts';

/** What counts towards a total of the same name, first the likeliest. */
const doneWords = ['current', 'completed', 'processed'];

/** Pairs of `…:total` and what is done of it; whatever else is a number is a counter. */
export function progressItems(numbers: readonly KeyRecord[], now: number): (Progress | Counter)[] {
  const byKey = new Map(numbers.map((record) => [keyOf(record.ns, record.seen.name), record]));
  const items: (Progress | Counter)[] = [];
  const paired = new Set<KeyRecord>();
  for (const record of numbers) {
    const { ns, seen } = record;
    const base = baseOf(seen.name, 'total');
    if (base === null || record.number === null || record.number <= 0) continue;
    const done = doneWords.map((word) => byKey.get(keyOf(ns, base === '' ? word : `${base}:${word}`))).find(Boolean);
    paired.add(record);
    if (done !== undefined) paired.add(done);
    const perMinute = done?.rate.perMinute(now) ?? null;
    const [value, total] = [done?.number ?? 0, record.number];
    const left = Math.max(total - value, 0);
    const leftMs = perMinute === null || perMinute <= 0 ? null : (left / perMinute) * 60_000;
    const name = base === '' ? seen.name : base;
    items.push({
      kind: 'progress',
      key: keyOf(ns, `progress ${name}`),
      ns,
      name,
      done: value,
      total,
      keys: [seen.name, ...(done === undefined ? [] : [done.seen.name])],
      perMinute,
      leftMs,
    });
  }
  for (const record of numbers) {
    if (paired.has(record) || record.number === null) continue;
    const { ns, seen } = record;
    const key = keyOf(ns, `counter ${seen.name}`);
    items.push({
      kind: 'counter',
      key,
      ns,
      name: seen.name,
      value: record.number,
      perMinute: record.rate.perMinute(now),
    });
  }
  return items;
}

/** What stands before the last word of a name, if that is this word; empty where nothing does. */
function baseOf(name: string, word: string): string | null {
  if (name === word) return '';
  return name.endsWith(`:${word}`) ? name.slice(0, -word.length - 1) : null;
}
