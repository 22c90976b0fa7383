import { isUtf8 } from 'node:buffer';
import { displayText } from '../../protocol/displayText.ts';
import type { Translator } from '../../protocol/reasons.ts';
import { setOutInSteps } from '../../protocol/setOut.ts';
import type { Entry, Inspected } from '../../redis/keys/inspect.ts';

/** What an editor shows, with an ending that says what it is. */
export interface KeyText {
  readonly ending: 'json' | 'txt';
  readonly text: string;
}

/** A name as a tab can bear it, which shows what stands after the last slash. */
export const tabTitle = (name: string, { ending }: Pick<KeyText, 'ending'>): string =>
  `${displayText(name, 60).replace(/[/\\]/g, '∕')}.${ending}`;

/** All that there is to know of a key as JSON, with what it holds last, and before that what is left out of it. */
export function* keyFacts(key: string, found: Inspected, l10n: Translator): Generator<void, KeyText> {
  const { type, ttlMs, bytes, encoding, size } = found;
  const left = leftOut(found, l10n);
  const facts = { key, type, ttlMs, bytes, encoding, size, ...(left === null ? {} : { leftOut: left }) };
  const lines = Object.entries(facts).map(([name, value]) => `  ${JSON.stringify(name)}: ${JSON.stringify(value)},\n`);
  return { ending: 'json', text: `{\n${lines.join('')}  "value": ${yield* keyValue(found, 1)}\n}\n` };
}

/** Nothing but what stands in a key, as it is where it is no JSON; null where that cannot be all of it. */
export function* keyContent(found: Inspected, l10n: Translator): Generator<void, KeyText | null> {
  if (leftOut(found, l10n) !== null) return null;
  if (found.text === null) return { ending: 'json', text: yield* keyValue(found, 0) };
  return yield* plainContent(found.text);
}

/** As {@link keyContent}, of a text alone; null where it is none. */
export function* plainContent(bytes: Buffer): Generator<void, KeyText | null> {
  if (!isUtf8(bytes)) return null;
  const text = bytes.toString();
  const laidOut = yield* setOutInSteps(text);
  return laidOut === null ? { ending: 'txt', text } : { ending: 'json', text: laidOut };
}

/** What stands in a key as the text of a JSON value, `level` levels deep in another: texts that are JSON themselves as such. */
export function* keyValue({ text, size, type, entries }: Inspected, level: number): Generator<void, string> {
  if (text !== null) return yield* valueText(text.length < (size ?? 0) ? withoutHalf(text) : text, level);
  const parts: string[] = [];
  for (const entry of entries) {
    parts.push(yield* entryText(entry, level + 1));
    yield;
  }
  if (type === 'hash') return inBraces(parts, level);
  return parts.length === 0 ? '[]' : `[\n${indented(parts, level)}\n${'  '.repeat(level)}]`;
}

function* entryText(entry: Entry, level: number): Generator<void, string> {
  if ('name' in entry) return `${nameText(entry.name)}: ${yield* valueText(entry.value, level)}`;
  if ('value' in entry) return yield* valueText(entry.value, level);
  if ('member' in entry) {
    const score = Number.isFinite(Number(entry.score)) ? entry.score : JSON.stringify(entry.score);
    return inBraces([`"member": ${yield* valueText(entry.member, level + 1)}`, `"score": ${score}`], level);
  }
  const fields: string[] = [];
  for (const [name, value] of entry.fields) fields.push(`${nameText(name)}: ${yield* valueText(value, level + 2)}`);
  return inBraces([`"id": ${JSON.stringify(entry.id)}`, `"fields": ${inBraces(fields, level + 1)}`], level);
}

/** Bytes that are no text are said to be such. */
function* valueText(bytes: Buffer, level: number): Generator<void, string> {
  if (!isUtf8(bytes)) return `{ "base64": "${bytes.toString('base64')}" }`;
  const text = bytes.toString();
  return (yield* setOutInSteps(text, level)) ?? JSON.stringify(text);
}

const nameText = (name: Buffer): string =>
  JSON.stringify(isUtf8(name) ? name.toString() : `base64 ${name.toString('base64')}`);

const inBraces = (parts: readonly string[], level: number): string =>
  parts.length === 0 ? '{}' : `{\n${indented(parts, level)}\n${'  '.repeat(level)}}`;

const indented = (parts: readonly string[], level: number): string =>
  parts.map((part) => '  '.repeat(level + 1) + part).join(',\n');

/** Without the beginning of a character at the end, of which the rest was cut off. */
function withoutHalf(bytes: Buffer): Buffer {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back] ?? 0;
    if (byte < 0x80) return bytes;
    if (byte >= 0xc0) {
      const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
      return length > back ? bytes.subarray(0, -back) : bytes;
    }
  }
  return bytes;
}

function leftOut({ type, text, size, entries }: Inspected, l10n: Translator): string | null {
  if (size === null) return l10n.t('Values of the type {0} are not shown.', type);
  if (text !== null) return text.length >= size ? null : l10n.t('{0} of {1} bytes', size - text.length, size);
  return entries.length >= size ? null : l10n.t('{0} of {1} entries', size - entries.length, size);
}
