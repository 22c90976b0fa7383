import { displayText } from '../protocol/displayText.ts';

/**
 * Text of others as Markdown that shows exactly it: no markup, no link and no line of its own. Every ASCII punctuation
 * character is escaped, which CommonMark allows and which also keeps bare addresses from becoming links.
 */
export function plain(text: string, max: number): string {
  return displayText(text, max).replace(/[!-/:-@[-`{-~]/g, '\\$&');
}

/** A block that shows `text` as it is, at most `lines` lines of it, and cannot be left from within. */
export function codeBlock(text: string, lines: number, language = ''): string {
  const all = text.split('\n');
  const shown = all.slice(0, lines).map((line) => displayText(line, 100));
  if (all.length > lines) shown.push('…');
  const body = shown.join('\n');
  const longest = Math.max(2, ...(body.match(/`+/g) ?? []).map((run) => run.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}${language}\n${body}\n${fence}`;
}

/** Text as a part of a link's address, which a bracket would end. */
export const inLink = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*~]/g, (char) => `%${char.charCodeAt(0).toString(16)}`);
