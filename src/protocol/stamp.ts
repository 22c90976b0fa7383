import type { JsonObject } from './json.ts';

/** Where something stands in a namespace's history. */
export interface Stamp {
  /** The number of the change; of what has none (a denial, a refused circle) the number of the change before it. */
  seq: number;
  /** 0 for what has a number; else which of those that follow `seq` it is, from 1. */
  sub: number;
  /** The server's clock in microseconds since 1970. */
  atUs: number;
}

/**
 * The stamp of a broadcast that says to be the library's; undefined where it has none, as plain agents' have not.
 * Anybody can write one: only the history confirms it.
 */
export function stampOf(broadcast: JsonObject): Stamp | undefined {
  const { at, seq, id } = broadcast;
  const atUs = typeof at === 'string' ? count(at) : undefined;
  if (atUs === undefined) return undefined;
  if (typeof seq === 'number') return count(seq) === undefined ? undefined : { seq, sub: 0, atUs };
  return typeof id === 'string' ? placeOf(id, atUs) : undefined;
}

/** The place that an entry's id in the history names. */
export function placeOf(id: string, atUs: number): Stamp | undefined {
  const [, seq, sub] = /^(\d{1,16})-(\d{1,9})$/.exec(id) ?? [];
  const number = count(seq);
  return number === undefined ? undefined : { seq: number, sub: Number(sub), atUs };
}

/** Negative, 0 or positive, as `a` stands before, at or after `b`. */
export const compareStamps = (a: Stamp, b: Stamp): number => a.seq - b.seq || a.sub - b.sub;

/** A whole number, also as digits in a text; undefined for anything else. */
export function count(value: unknown): number | undefined {
  const number = typeof value === 'string' && /^\d{1,16}$/.test(value) ? Number(value) : value;
  return typeof number === 'number' && Number.isSafeInteger(number) && number >= 0 ? number : undefined;
}
