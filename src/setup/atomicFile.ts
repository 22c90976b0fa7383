import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';

/** Links that lead further than this lead in a circle. */
const deepest = 16;

/**
 * Puts a whole file in place at once: nobody ever reads half of it. A link is written through. Does nothing, and answers
 * false, where the file has this content and mode already.
 */
export function replaceFile(file: string, content: string | Buffer, mode: number): boolean {
  const place = targetOf(file);
  const bytes = Buffer.isBuffer(content) ? content : Buffer.from(content);
  const isPosix = process.platform !== 'win32';
  const there = statSync(place, { throwIfNoEntry: false });
  if (there?.isFile() && there.size === bytes.length && readFileSync(place).equals(bytes)) {
    if (!isPosix || (there.mode & 0o777) === mode) return false;
    chmodSync(place, mode);
    return true;
  }
  mkdirSync(path.dirname(place), { recursive: true, mode: mode === 0o600 ? 0o700 : 0o755 });
  const beside = `${place}.${randomBytes(6).toString('hex')}.tmp`;
  try {
    writeFileSync(beside, bytes, { mode, flag: 'wx' });
    // What the process's mask took away is part of what was asked for.
    if (isPosix) chmodSync(beside, mode);
    renameSync(beside, place);
  } catch (error) {
    rmSync(beside, { force: true });
    throw error;
  }
  return true;
}

/** Where a file really is, or would be: links are followed, also one that leads to nothing yet. */
export function targetOf(file: string, depth = 0): string {
  try {
    return realpathSync(file);
  } catch {
    const isLink = lstatSync(file, { throwIfNoEntry: false })?.isSymbolicLink() === true;
    if (isLink && depth < deepest) return targetOf(path.resolve(path.dirname(file), readlinkSync(file)), depth + 1);
    const folder = path.dirname(file);
    return folder === file ? file : path.join(targetOf(folder, depth), path.basename(file));
  }
}
