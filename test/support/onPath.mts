import { accessSync, constants } from 'node:fs';
import path from 'node:path';

/** Where programs are put that are not on everyone's PATH. */
const usualFolders = [
  '/usr/bin',
  '/usr/sbin',
  '/usr/local/bin',
  '/usr/local/sbin',
  '/opt/homebrew/bin',
  '/opt/local/bin',
];

/** The executable of this name on PATH, or with `usual` also in the folders where such things are put. */
export function onPath(program: string, usual = false): string | undefined {
  const folders = (process.env['PATH'] ?? '').split(path.delimiter);
  const names = process.platform === 'win32' ? [`${program}.exe`, `${program}.cmd`] : [program];
  return [...folders, ...(usual ? usualFolders : [])]
    .filter((folder) => path.isAbsolute(folder))
    .flatMap((folder) => names.map((name) => path.join(folder, name)))
    .find((file) => {
      try {
        accessSync(file, constants.X_OK);
        return true;
      } catch {
        return false;
      }
    });
}
