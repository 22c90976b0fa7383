import { parseArgs } from 'node:util';
import { displayText } from '../protocol/displayText.ts';
import { readDuration, timeLooks } from '../protocol/readDuration.ts';
import { UsageError } from './exitCodes.ts';
import { flagText, unknownFlags, type Options } from './flagText.ts';
import { hidePassword } from './passwordInUrl.ts';

export type { Options };

/** A line that the help of its command explains. */
export class FlagError extends UsageError {}

/** What to say of a flag that is none here but somewhere else; null of any other. */
export type Elsewhere = (flag: string) => string | null;

/** What {@link strictly} makes of options. */
export type Values<T extends Options> = ReturnType<
  typeof parseArgs<{ args: string[]; options: T; strict: true; allowPositionals: true }>
>['values'];

/** Reads flags and nothing else. Throws {@link UsageError} for what is not among `options`. */
export function strictly<T extends Options>(
  options: T,
  args: readonly string[],
  elsewhere: Elsewhere = beforeCommand,
): Values<T> {
  return parsed(options, args, false, elsewhere).values;
}

/** Reads flags and what stands between them. Throws {@link UsageError} for flags that are not among `options`. */
export function withWords<T extends Options>(
  options: T,
  args: readonly string[],
): { values: Values<T>; positionals: string[] } {
  return parsed(options, args, true, beforeCommand);
}

function parsed<T extends Options>(
  options: T,
  args: readonly string[],
  allowPositionals: boolean,
  elsewhere: Elsewhere,
) {
  try {
    return parseArgs({ args: [...args], options, strict: true, allowPositionals });
  } catch (error) {
    for (const flag of unknownFlags(options, args)) {
      const place = elsewhere(flag);
      if (place !== null) throw new UsageError(place);
    }
    // Node's sentence quotes what was typed, which may be an address with its password.
    const said = (): string => hidePassword(error instanceof Error ? error.message : String(error));
    throw new FlagError(flagText(options, args, allowPositionals) ?? said());
  }
}

function beforeCommand(flag: string): string | null {
  if (['url', 'namespace', 'agent'].includes(flag)) {
    return `--${flag} stands before the command: signalbox --${flag} … COMMAND`;
  }
  return flag === 'version' || flag === 'V' ? 'The version is told by signalbox --version, without a command.' : null;
}

/** A flag that takes a number within a range. Throws {@link UsageError} for any other. */
export function numberFlag(
  flag: string,
  text: string | undefined,
  otherwise: number,
  range: { from: number; to: number; whole: boolean },
): number {
  if (text === undefined) return otherwise;
  const value = Number(text);
  if (text.trim() === '' || !(value >= range.from && value <= range.to) || (range.whole && !Number.isInteger(value))) {
    const what = range.whole ? 'a whole number' : 'a number';
    throw new UsageError(`${flag} takes ${what} from ${range.from} to ${range.to}, for example ${flag} ${otherwise}.`);
  }
  return value;
}

/** A flag that takes a time within a range, in ms; `least` and `most` are how people write its ends. */
export function timeFlag(flag: string, text: string, range: { least: string; most: string; example: string }): number {
  const ms = readDuration(text);
  if (ms !== null && ms >= (readDuration(range.least) ?? 0) && ms <= (readDuration(range.most) ?? 0)) return ms;
  throw new UsageError(
    `${flag} takes a time from ${range.least} to ${range.most}, for example ${flag} ${range.example}: ${timeLooks}.`,
  );
}

/**
 * Gives a flag that may stand without a value `otherwise` as its own, where what follows is no time. Throws
 * {@link UsageError} for what was probably meant as one.
 */
export function withOptionalTime(args: readonly string[], flag: string, otherwise: string): string[] {
  const result: string[] = [];
  for (let i = 0; i < args.length; i++) {
    const arg = args[i]!;
    if (arg === '--') return [...result, ...args.slice(i)];
    if (arg !== flag) {
      result.push(arg);
      continue;
    }
    const next = args[i + 1];
    const isTime = next !== undefined && readDuration(next) !== null;
    if (!isTime && next !== undefined && /^\d/.test(next)) {
      throw new UsageError(
        `"${displayText(next, 80)}" behind ${flag} is no time, as ${otherwise} is: ${timeLooks}. A name that begins with a digit stands before ${flag}.`,
      );
    }
    result.push(`${flag}=${isTime ? next : otherwise}`);
    if (isTime) i++;
  }
  return result;
}
