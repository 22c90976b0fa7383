import { readdirSync } from 'node:fs';
import path from 'node:path';

/** Names that are looked at, and paths that are found, at most. */
const mostNames = 20_000;
const mostFound = 200;

/**
 * The paths that a pattern of the shell stands for: at least those that the shell finds, as far as they are within the bounds,
 * since a name that begins with a dot, or that only another kind of shell would take, counts too.
 */
export function globbed(pattern: string, cwd: string): string[] {
  const parts = path.resolve(cwd, pattern).split(path.sep);
  let places = [path.parse(path.resolve(cwd)).root];
  let looked = 0;
  for (const part of parts.slice(1)) {
    if (!/[*?]/.test(part)) {
      places = places.map((place) => path.join(place, part));
      continue;
    }
    const matches = matcher(part);
    const below: string[] = [];
    for (const place of places) {
      for (const name of namesIn(place)) {
        if (++looked > mostNames || below.length >= mostFound) return below;
        if (matches(name)) below.push(path.join(place, name));
      }
    }
    places = below;
  }
  return places;
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** Each star is tried at the first place that fits, and moved on only where the rest does not: never more than length by length. */
function matcher(part: string): (name: string) => boolean {
  return (name) => {
    let [at, i, star, mark] = [0, 0, -1, 0];
    while (at < name.length) {
      if (part[i] === '*') [star, mark, i] = [i, at, i + 1];
      else if (part[i] === '?' || part[i] === name[at]) [at, i] = [at + 1, i + 1];
      else if (star >= 0) [mark, at, i] = [mark + 1, mark + 1, star + 1];
      else return false;
    }
    return /^\**$/.test(part.slice(i));
  };
}
