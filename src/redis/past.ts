import type { FeedMessage } from '../protocol/messages.ts';
import { historyKey } from '../protocol/names.ts';
import type { Redis } from './client.ts';
import { entryOf, messageOf } from './course/history.ts';

/** A piece of the history. */
export interface Past {
  /** `accepted`, `change` and `malformed`, all of them recovered; oldest first. */
  messages: FeedMessage[];
  /** Where what comes directly before begins; null where there is no more. */
  next: string | null;
}

/** How much is given at once: entries, and UTF-16 units of their text. */
export const pastLimits = { entries: 1_000, text: 8 * 2 ** 20 } as const;

/** Entries that are read at once, and how much text that should be: an entry may be as large as a state can be. */
const mostInPage = 200;
const firstPage = 20;
const pageText = 2 ** 20;

/**
 * Reads the history of a namespace backwards: what is older than a number, or than where an earlier piece says that it
 * goes on; from its end where neither is given. At least one entry is read where there is one.
 * @throws the client's error
 */
export async function readPast(
  client: Redis,
  ns: string,
  before: number | string | null,
  count: number,
): Promise<Past> {
  const messages: FeedMessage[] = [];
  const most = Math.max(1, Math.min(count, pastLimits.entries));
  let taken = 0;
  let size = 0;
  let next = typeof before === 'number' ? `${before}-0` : before;
  // Nothing is older than the first, and Redis takes that for an error.
  if (next === '0-0') return { messages, next: null };
  for (;;) {
    const average = taken === 0 ? pageText / firstPage : Math.max(1, size / taken);
    const asked = Math.max(1, Math.min(mostInPage, Math.floor(pageText / average), most - taken + 1));
    const rows = await client.xrevrange(ns + historyKey, next === null ? '+' : `(${next}`, '-', 'COUNT', asked);
    for (const [id, flat] of rows) {
      const length = flat.reduce((sum, part) => sum + part.length, 0);
      if (taken > 0 && (taken === most || size + length > pastLimits.text)) {
        return { messages: messages.reverse(), next };
      }
      taken++;
      size += length;
      next = id;
      const entry = entryOf(id, flat);
      if (entry) messages.push(messageOf(ns, entry, 'recovered'));
    }
    if (rows.length < asked) return { messages: messages.reverse(), next: null };
  }
}
