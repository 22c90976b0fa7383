import { readFileSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import { displayText } from '../protocol/displayText.ts';
import { isObject, parseObject, type JsonObject } from '../protocol/json.ts';
import { namespacePattern } from '../protocol/names.ts';
import { badSettings } from '../redis/userError.ts';
import { replaceFile } from './atomicFile.ts';

/** Where a namespace's server is, and who goes there. Empty texts where nothing is said. */
export interface ConnectionEntry {
  namespace: string;
  url: string;
  username: string;
  password: string;
}

const most = { bytes: 64 * 1024, entries: 200, text: 2048 };

export const connectionsFile = (home: string = homedir()): string =>
  path.join(home, '.config', 'signalbox', 'connections.json');

/**
 * The entries of the user's connections file, in order; none where there is no file.
 * @param how `anyMode`: also where others may read the passwords in it, which is for somebody else to say
 * @throws UserError `bad-settings` where it is no such file, or others may read the passwords in it
 */
export function readConnections(home?: string, how: { anyMode?: boolean } = {}): readonly ConnectionEntry[] {
  return read(connectionsFile(home), how.anyMode).map((entry) => entry.known);
}

/** The entry for a namespace, else the first: what the hook takes as well. */
export function connectionFor(entries: readonly ConnectionEntry[], namespace: string): ConnectionEntry | null {
  return entries.find((entry) => entry.namespace === namespace) ?? entries[0] ?? null;
}

/**
 * Writes an entry in the place of the one for its namespace, or behind the others, which stay as they are. Answers whether
 * that changed the file.
 * @throws UserError as {@link readConnections}
 */
export function writeConnection(entry: ConnectionEntry, home?: string): boolean {
  const file = connectionsFile(home);
  const entries = read(file);
  const at = entries.findIndex(({ known }) => known.namespace === entry.namespace);
  const same = entries[at]?.known;
  if (same && (['url', 'username', 'password'] as const).every((key) => same[key] === entry[key])) return false;
  const { username, password, ...rest } = entry;
  const raw = { ...rest, ...(username ? { username } : {}), ...(password ? { password } : {}) };
  const all: object[] = entries.map((each) => each.raw);
  if (at < 0) all.push(raw);
  else all[at] = raw;
  return replaceFile(file, `${JSON.stringify({ v: 1, connections: all }, null, 2)}\n`, 0o600);
}

function read(file: string, anyMode = false): { known: ConnectionEntry; raw: JsonObject }[] {
  const shown = displayText(file, 300);
  const text = textOf(file, shown, anyMode);
  if (text === null) return [];
  const parsed = parseObject(text.replace(/^\uFEFF/, ''), most.bytes);
  if (!parsed.ok) throw badSettings('{0} is unreadable: {1}. Mend it, or remove it.', shown, parsed.reason);
  const { v, connections } = parsed.value;
  if (v !== 1 || !Array.isArray(connections)) {
    throw badSettings('{0} is not of the form {1}. Mend it, or remove it.', shown, '{"v":1,"connections":[…]}');
  }
  return connections.slice(0, most.entries).map((raw: unknown, index) => {
    const known = decode(raw);
    if (known !== null) return { known, raw: raw as JsonObject };
    throw badSettings(
      'entry {0} of {1} is not of the form {2}. Mend it, or remove it.',
      String(index + 1),
      shown,
      '{"namespace":"shop:","url":"redis://…","username":"…","password":"…"}',
    );
  });
}

function textOf(file: string, shown: string, anyMode: boolean): string | null {
  const found = statSync(file, { throwIfNoEntry: false });
  if (!found) return null;
  if (!anyMode && process.platform !== 'win32' && (found.mode & 0o077) !== 0) {
    throw badSettings('others may read the passwords in {0}. Run: chmod 600 {0}', shown);
  }
  try {
    // What is larger is refused by its size before it is read.
    if (found.size <= most.bytes) return readFileSync(file, 'utf8');
  } catch (error) {
    throw badSettings('{0} is unreadable: {1}. Mend it, or remove it.', shown, (error as Error).message);
  }
  throw badSettings('{0} is unreadable: {1}. Mend it, or remove it.', shown, `${String(found.size)} bytes`);
}

function decode(raw: unknown): ConnectionEntry | null {
  if (!isObject(raw)) return null;
  const { namespace, url, username = '', password = '' } = raw;
  const texts = [namespace, url, username, password];
  if (!texts.every((text) => typeof text === 'string' && text.length <= most.text)) return null;
  if (!namespacePattern.test(namespace as string) || url === '') return null;
  return { namespace, url, username, password } as ConnectionEntry;
}
