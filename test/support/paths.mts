import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import path from 'node:path';

/** The repository's root folder. */
export const root = path.resolve(import.meta.dirname, '..', '..');

/** A path in the git-ignored folder for what is made once and kept (`.cache/`); its parent folder exists. */
export function cached(...parts: string[]): string {
  const file = path.join(root, '.cache', ...parts);
  mkdirSync(path.dirname(file), { recursive: true });
  return file;
}

/** A picture's path in the git-ignored `pictures/` folder, which exists. */
export function picture(name: string): string {
  const folder = path.join(root, 'pictures');
  mkdirSync(folder, { recursive: true });
  return path.join(folder, `${name}.png`);
}

/** The files below a folder of the repository, in every depth, whose names end so; sorted. */
export function filesIn(folder: string, ending: string): string[] {
  const at = path.join(root, folder);
  if (!existsSync(at)) return [];
  return readdirSync(at, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith(ending))
    .map((file) => path.join(at, file))
    .toSorted();
}
