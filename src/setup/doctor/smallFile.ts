import { closeSync, openSync, readSync } from 'node:fs';

/** What was read of a file: its text, that there is none, or why it cannot be read. */
export type Read = { kind: 'text'; text: string } | { kind: 'missing' } | { kind: 'unreadable'; why: string };

/** No file that matters here is larger, in bytes. */
const most = 1024 * 1024;

/** Reads a file that ought to be small. Never throws. */
export function readSmall(file: string): Read {
  let handle: number;
  try {
    handle = openSync(file, 'r');
  } catch (error) {
    return refused(error);
  }
  try {
    const buffer = Buffer.alloc(most + 1);
    let length = 0;
    for (;;) {
      const read = readSync(handle, buffer, length, buffer.length - length, null);
      length += read;
      if (length > most) return { kind: 'unreadable', why: 'larger than 1 MiB' };
      if (read === 0) return { kind: 'text', text: buffer.toString('utf8', 0, length) };
    }
  } catch (error) {
    return refused(error);
  } finally {
    closeSync(handle);
  }
}

function refused(error: unknown): Read {
  const { code, message } = error as NodeJS.ErrnoException;
  return code === 'ENOENT' || code === 'ENOTDIR' ? { kind: 'missing' } : { kind: 'unreadable', why: code ?? message };
}
