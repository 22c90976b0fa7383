import { parseArgs, type ParseArgsConfig } from 'node:util';
import { displayText } from '../protocol/displayText.ts';
import { nearest } from './nearest.ts';
import { hidePassword, passwordInFlag } from './passwordInUrl.ts';

export type Options = NonNullable<ParseArgsConfig['options']>;

/** What people call a password, none of which is a flag here. */
const passwords = new Set(['password', 'passwd', 'pass', 'pw', 'auth']);

/**
 * Why a line cannot be read as flags, in a sentence; null where nothing is seen that is wrong. What was typed is repeated
 * only as far as it cannot be a password.
 */
export function flagText(options: Options, args: readonly string[], takesWords: boolean): string | null {
  const { tokens } = parseArgs({ args: [...args], options, strict: false, allowPositionals: true, tokens: true });
  for (const token of tokens) {
    if (token.kind === 'positional' && !takesWords) {
      return `There is no place for "${displayText(hidePassword(token.value), 80)}" here.`;
    }
    if (token.kind !== 'option') continue;
    const option = Object.hasOwn(options, token.name) ? options[token.name] : undefined;
    if (option === undefined) return unknownText(options, token.name, args[token.index] ?? '', takesWords);
    const { rawName, value, inlineValue } = token;
    if (option.type === 'boolean') {
      if (value !== undefined) return `${rawName} takes no value.`;
    } else if (value === undefined) {
      return `${rawName} needs a value.`;
    } else if (inlineValue !== true && value.length > 1 && value.startsWith('-')) {
      return `${rawName} needs a value; one that begins with - is written behind =, as in ${rawName}=-x.`;
    }
  }
  return null;
}

/** The flags among the words of a line that are not among `options`, in order. */
export function unknownFlags(options: Options, args: readonly string[]): string[] {
  const { tokens } = parseArgs({ args: [...args], options, strict: false, allowPositionals: true, tokens: true });
  return tokens.flatMap((token) =>
    token.kind === 'option' && !Object.hasOwn(options, token.name) ? [token.name] : [],
  );
}

function unknownText(options: Options, name: string, arg: string, takesWords: boolean): string {
  if (passwords.has(name)) return passwordInFlag;
  const isLong = arg.startsWith('--');
  // `-ttl` is read as three flags of one letter each, which nobody means.
  const word = isLong ? name : (/^-+([^=]*)/.exec(arg)?.[1] ?? name);
  const near = word.length === 1 ? otherCase(options, word) : nearest(word, Object.keys(options));
  const shown = isLong ? `--${displayText(hidePassword(name), 40)}` : `-${near === undefined ? name : word}`;
  if (near !== undefined) return `There is no flag ${shown}; did you mean --${near}?`;
  return `There is no flag ${shown}.${takesWords ? ' What begins with - and is no flag stands behind --.' : ''}`;
}

/** The flag whose letter is this one in the other case. */
const otherCase = (options: Options, letter: string): string | undefined =>
  Object.entries(options).find(([, { short }]) => short?.toLowerCase() === letter.toLowerCase())?.[0];
