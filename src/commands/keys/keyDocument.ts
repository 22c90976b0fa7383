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
  if (text !== null) return yield* valueText(text, level, text.length < (size ?? 0));
  const parts: string[] = [];
  for (const entry of entries) {
    parts.push(yield* entryText(entry, type, level + 1));
    yield;
  }
  return type === 'hash' ? inBraces(parts, level) : inBraces(parts, level, '[]');
}

function* entryText(
  [first = none, second = none, ...rest]: Entry,
  type: string,
  level: number,
): Generator<void, string> {
  if (type === 'hash') return `${nameText(first)}: ${yield* valueText(second, level)}`;
  if (type === 'zset') {
    const score = second.toString();
    const number = /inf|nan/.test(score) ? `"${score}"` : score;
    return inBraces([`"member": ${yield* valueText(first, level + 1)}`, `"score": ${number}`], level);
  }
  if (type !== 'stream') return yield* valueText(first, level);
  const parts = [second, ...rest];
  const fields: string[] = [];
  for (let i = 0; i + 1 < parts.length; i += 2) {
    fields.push(`${nameText(parts[i]!)}: ${yield* valueText(parts[i + 1]!, level + 2)}`);
  }
  return inBraces([`"id": "${first.toString()}"`, `"fields": ${inBraces(fields, level + 1)}`], level);
}

const none = Buffer.alloc(0);

/** Bytes that are no text are said to be such. */
function* valueText(all: Buffer, level: number, isCut = false): Generator<void, string> {
  // The beginning of a character may stand at the end, of which the rest was cut off.
  const whole = isCut ? [0, 1, 2, 3].find((half) => isUtf8(all.subarray(0, all.length - half))) : 0;
  const bytes = all.subarray(0, all.length - (whole ?? 0));
  if (!isUtf8(bytes)) return `{ "base64": "${bytes.toString('base64')}" }`;
  const text = bytes.toString();
  return (yield* setOutInSteps(text, level)) ?? JSON.stringify(text);
}

const nameText = (name: Buffer): string =>
  JSON.stringify(isUtf8(name) ? name.toString() : `base64 ${name.toString('base64')}`);

function inBraces(parts: readonly string[], level: number, braces = '{}'): string {
  if (parts.length === 0) return braces;
  const space = `\n${'  '.repeat(level)}`;
  return `${braces[0] ?? ''}${parts.map((part) => `${space}  ${part}`).join()}${space}${braces[1] ?? ''}`;
}

function leftOut({ type, text, size, entries }: Inspected, l10n: Translator): string | null {
  if (size === null) return type;
  if (text !== null) return text.length >= size ? null : l10n.t('{0} of {1} bytes', size - text.length, size);
  return entries.length >= size ? null : l10n.t('{0} of {1} entries', size - entries.length, size);
}
