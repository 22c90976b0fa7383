import { isUtf8 } from 'node:buffer';

/**
 * A key as a person types it: as it stands, or between double quotes with `\xff`, `\n`, `\t`, `\r`, `\"` and `\\`, as redis-cli
 * takes and prints what is no text.
 */
export function keyOfText(text: string): Buffer {
  if (!isQuoted(text)) return Buffer.from(text);
  const parts = text.slice(1, -1).match(/\\x[0-9a-f]{2}|\\.|[^\\]+|\\/gis) ?? [];
  return Buffer.concat(parts.map(bytesOf));
}

/** A key as {@link keyOfText} reads it, with quotes only where it needs them. */
export function textOfKey(key: Buffer): string {
  const text = key.toString();
  if (isUtf8(key) && !isQuoted(text) && !/\p{Cc}/u.test(text)) return text;
  return `"${Array.from(key, (byte) => printed(byte)).join('')}"`;
}

const isQuoted = (text: string): boolean => text.length > 1 && text.startsWith('"') && text.endsWith('"');

const escapes: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', a: '\u0007', b: '\b' };

function bytesOf(part: string): Buffer {
  if (/^\\x./i.test(part)) return Buffer.from(part.slice(2), 'hex');
  const after = part.startsWith('\\') ? part.slice(1) : null;
  return Buffer.from(after === null ? part : (escapes[after] ?? (after || '\\')));
}

function printed(byte: number): string {
  const text = String.fromCharCode(byte);
  if (text === '"' || text === '\\') return `\\${text}`;
  return byte >= 0x20 && byte < 0x7f ? text : `\\x${byte.toString(16).padStart(2, '0')}`;
}
