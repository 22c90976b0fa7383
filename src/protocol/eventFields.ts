import { label } from './decode.ts';
import { limits } from './names.ts';
import { count } from './stamp.ts';

/** A word of an event; empty where there is none. */
export const word = (value: unknown): string => label(value) ?? '';

/** A resource, which is never cut: half a name would be another's. Bytes that are no UTF-8 have become a unit each. */
export function resourceOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' && value.length <= limits.resource ? value : undefined;
}

export function resourcesOf(value: unknown): string[] {
  return listOf(value).flatMap((each) => resourceOf(each) ?? []);
}

export const listOf = (value: unknown): unknown[] =>
  Array.isArray(value) ? value.slice(0, limits.resourcesPerCall) : [];

/** The time of a lease in ms; undefined for what none can have. */
export function spanOf(value: unknown): number | undefined {
  const ms = count(value);
  return ms !== undefined && ms <= limits.ttl ? ms : undefined;
}

/** A time in ms; the beginning of all where it is none that a Date can hold. */
export function timeOf(value: unknown): number {
  const ms = count(value) ?? 0;
  return ms <= 8.64e15 ? ms : 0;
}
