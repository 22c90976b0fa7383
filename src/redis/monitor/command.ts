import { sampleOf } from '../../protocol/json.ts';
import type { Line } from './lines.ts';

/** A command that the server was given. All texts are printable ASCII. */
export interface MonitorCommand {
  /** By the server's clock, in ms since 1970 with fractions. */
  atMs: number;
  /** The address of who gave it, or `lua` for a script; at most 200 characters. */
  client: string;
  db: number;
  /** Its name in capitals, at most 64 characters. */
  command: string;
  /** All of it as redis-cli shows it, at most 2,000 characters, the last of them `…` where something was cut. */
  text: string;
}

const longest = { client: 200, command: 64, text: 2_000 } as const;

const shape = /^\+(\d{1,12}\.\d{1,6}) \[(\d{1,9}) (.*?)\] (?=")/;
/** Escapes hold quotes and backslashes only in pairs with a backslash. The last argument of a cut line has no end. */
const argument = /"((?:[^"\\]|\\.)*)(?:"|\\?$)/g;

/** Reads a line of MONITOR; undefined for anything else. */
export function commandOf({ text: line, isCut }: Line): MonitorCommand | undefined {
  const [head, time, db, client = ''] = shape.exec(line) ?? [];
  if (head === undefined) return undefined;
  const args = withoutSecrets(Array.from(line.slice(head.length).matchAll(argument), ([, arg = '']) => arg));
  const text = args.map((arg) => `"${arg}"`).join(' ');
  return {
    atMs: Number(time) * 1_000,
    client: own(printable(client).slice(0, longest.client)),
    db: Number(db),
    command: own(printable(args[0] ?? '').slice(0, longest.command)).toUpperCase(),
    text: own(isCut || text.length > longest.text ? `${printable(text).slice(0, longest.text - 1)}…` : printable(text)),
  };
}

/** A server escapes whatever is not; one that does not is not to be trusted. */
const printable = (text: string): string => text.replace(/[^\x20-\x7e]/g, '?');

/** As a text of its own: a part of a line, or one put together of such parts, would keep the whole line in memory. */
const own = (text: string): string => sampleOf(text, longest.text);

const hidden = '(redacted)';

/**
 * Current servers show neither passwords nor commands of administration. Older ones and others may, so what could hold
 * a password is left out here as well.
 */
function withoutSecrets(args: readonly string[]): readonly string[] {
  const [name = '', sub = ''] = args.map((arg) => arg.toUpperCase());
  const hide = (isSecret: (arg: string, index: number) => boolean): string[] =>
    args.map((arg, index) => (isSecret(arg, index) ? hidden : arg));
  const after = (word: RegExp, index: number, count = 1): boolean =>
    args.slice(Math.max(1, index - count), index).some((arg) => word.test(arg));
  switch (name) {
    case 'AUTH':
      return hide((_, index) => index > 0);
    case 'HELLO':
    case 'MIGRATE':
      return hide((_, index) => after(/^auth2?$/i, index, 2));
    case 'ACL':
      return sub === 'SETUSER' ? hide((_, index) => index > 2) : args;
    case 'CONFIG':
    case 'SENTINEL':
      return hide((_, index) => after(/pass|auth/i, index));
    default:
      return args;
  }
}
