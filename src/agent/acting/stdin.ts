import { UsageError } from '../exitCodes.ts';

/** Nothing that is sent is larger than this, in bytes. */
const most = 256 * 1024;

/** The argument itself, or for `-` all of standard input. Throws UsageError for what is too much or no text. */
export async function textOrStdin(argument: string): Promise<string> {
  if (argument !== '-') return argument;
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of process.stdin) {
    parts.push(part as Buffer);
    size += (part as Buffer).length;
    if (size > most) throw new UsageError(`There is more than ${most / 1024} KiB on standard input.`);
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(parts));
  } catch {
    throw new UsageError('What comes on standard input is not UTF-8.');
  }
}
