import { limits } from './names.ts';

/** A value, or why there is none: decoding never throws. */
export type Decoded<T> = { ok: true; value: T } | { ok: false; reason: string };

export type JsonObject = Record<string, unknown>;

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const utf8 = new TextEncoder();

/** Whether a text is longer than `max` bytes of UTF-8, counted only as far as it takes to know that `max` is passed. */
export function exceedsBytes(text: string, max: number): boolean {
  // A UTF-16 unit is 1 to 3 bytes, so only a text between these bounds has to be counted.
  if (text.length > max) return true;
  return text.length * 3 > max && utf8.encode(text).length > max;
}

/**
 * Parses hostile text as a JSON object of at most `maxBytes` and {@link limits.depth} levels. The object's own
 * `__proto__` is dropped, so that no later copy of it can change a prototype.
 */
export function parseObject(text: string, maxBytes: number): Decoded<JsonObject> {
  if (exceedsBytes(text, maxBytes)) return { ok: false, reason: `larger than ${maxBytes / 1024} KiB` };
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { ok: false, reason: 'not JSON' };
  }
  if (!isObject(value)) return { ok: false, reason: 'not a JSON object' };
  if (deeperThan(value, limits.depth)) return { ok: false, reason: `nested deeper than ${limits.depth} levels` };
  return { ok: true, value: withoutProto(value) };
}

/** Walks level by level instead of recursing, so that depth costs no stack. */
function deeperThan(root: object, max: number): boolean {
  let level: object[] = [root];
  for (let depth = 1; level.length > 0; depth++) {
    if (depth > max) return true;
    const next: object[] = [];
    for (const parent of level) {
      for (const child of Object.values(parent)) {
        if (typeof child === 'object' && child !== null) next.push(child as object);
      }
    }
    level = next;
  }
  return false;
}

export function withoutProto(value: JsonObject): JsonObject {
  if (!Object.hasOwn(value, '__proto__')) return value;
  return Object.fromEntries(Object.entries(value).filter(([key]) => key !== '__proto__'));
}

/**
 * The first `max` characters as a text of their own. A plain `slice` may keep the whole original alive in memory,
 * which would let a few kept samples hold megabytes each.
 */
export function sampleOf(text: string, max = 200): string {
  return new TextDecoder().decode(utf8.encode(text.slice(0, max)));
}
