import type { KeyRole } from './keyTable.ts';

/** A key of plain agents as it was read, with no more of its content than is shown. */
export interface KeySeen {
  /** Behind the namespace. */
  name: string;
  role: KeyRole;
  /** Its name says so little that it counts only where agents or queues are known. */
  isGeneric: boolean;
  type: 'string' | 'hash' | 'list';
  /** Time left in ms; null without an expiry. */
  ttlMs: number | null;
  /** Bytes of a text, entries of anything else. */
  size: number;
  /** What it takes of the server's memory, in bytes; null where that may not be asked. */
  bytes: number | null;
  /** The beginning of a text. */
  text: string | null;
  /** The first fields of a hash, in alphabetical order, or entries of a list, with their names. None of a key that is too large to read. */
  entries: readonly (readonly [string, string])[];
}
