import { parseArgs, type ParseArgsConfig } from 'node:util';
import { readDuration } from './duration.ts';
import { UsageError } from './exitCodes.ts';
import { hidePassword } from './passwordInUrl.ts';

export type Options = NonNullable<ParseArgsConfig['options']>;

/** What {@link strictly} makes of options. */
export type Values<T extends Options> = ReturnType<
  typeof parseArgs<{ args: string[]; options: T; strict: true; allowPositionals: true }>
>['values'];

/** Reads flags and nothing else. Throws {@link UsageError} for what is not among `options`. */
export function strictly<T extends Options>(options: T, args: readonly string[]): Values<T> {
  return parsed(options, args, false).values;
}

/** Reads flags and what stands between them. Throws {@link UsageError} for flags that are not among `options`. */
export function withWords<T extends Options>(
  options: T,
  args: readonly string[],
): { values: Values<T>; positionals: string[] } {
  return parsed(options, args, true);
}

function parsed<T extends Options>(options: T, args: readonly string[], allowPositionals: boolean) {
  try {
    return parseArgs({ args: [...args], options, strict: true, allowPositionals });
  } catch (error) {
    // Node's sentence quotes what was typed, which may be an address with its password.
    const said = hidePassword(error instanceof Error ? error.message : String(error));
    const misplaced = /'(--(?:url|namespace|agent))\b/.exec(said)?.[1];
    if (misplaced !== undefined && !(misplaced.slice(2) in options)) {
      throw new UsageError(`${misplaced} stands before the command: signalbox ${misplaced} … COMMAND`);
    }
    throw new UsageError(said);
  }
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
    `${flag} takes a time from ${range.least} to ${range.most}, for example ${flag} ${range.example} (a plain number is milliseconds).`,
  );
}

/** Gives a flag that may stand without a value `otherwise` as its own, where what follows is no time. */
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
    result.push(`${flag}=${isTime ? next : otherwise}`);
    if (isTime) i++;
  }
  return result;
}
