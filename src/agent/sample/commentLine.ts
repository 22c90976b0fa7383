import { extname } from 'node:path/posix';

/** What starts the lines that simulated agents add, so that they can be found and thinned out. */
const mark = 'demo:';

/** How many such lines a file keeps. */
export const linesKept = 12;

const comment: Readonly<Record<string, readonly [string, string]>> = {
  '.ts': ['// ', ''],
  '.py': ['# ', ''],
  '.sql': ['-- ', ''],
  '.css': ['/* ', ' */'],
};

/** The file with one more comment line at its end; null for a kind of file that takes none. Older such lines make room. */
export function withCommentLine(path: string, text: string, who: string, note: string): string | null {
  const around = comment[extname(path)];
  if (around === undefined) return null;
  const [open, close] = around;
  const isOurs = (line: string): boolean => line.startsWith(`${open}${mark}`);
  const lines = text.replace(/\n$/, '').split('\n');
  const excess = lines.filter(isOurs).length - (linesKept - 1);
  let dropped = 0;
  const kept = lines.filter((line) => !(isOurs(line) && dropped++ < excess));
  return [...kept, `${open}${mark} ${who}, ${note}${close}`, ''].join('\n');
}
