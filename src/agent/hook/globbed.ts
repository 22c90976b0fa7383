import { readdirSync } from 'node:fs';
import path from 'node:path';

/** Names that are looked at, and paths that are found, at most. */
const mostNames = 20_000;
const mostFound = 200;
/** Paths that one command is taken to name: each is looked at. */
const mostPaths = 4_000;

/** Looks for what patterns of one command stand for. */
export class Globs {
  readonly #known = new Map<string, readonly string[]>();
  #looked = 0;
  #left = mostPaths;

  /** Of these as many as there is room for. */
  within(paths: readonly string[]): readonly string[] {
    const taken = paths.slice(0, this.#left);
    this.#left -= taken.length;
    return taken;
  }

  /**
   * The paths that a pattern of the shell stands for: at least those that the shell finds, as far as they are within the bounds,
   * since a name that begins with a dot, or that only another kind of shell would take, counts too.
   */
  paths(pattern: string, cwd: string): readonly string[] {
    const whole = path.resolve(cwd, pattern);
    const known = this.#known.get(whole) ?? this.#find(whole);
    this.#known.set(whole, known);
    return known;
  }

  #find(whole: string): readonly string[] {
    let places = [path.parse(whole).root];
    for (const part of whole.split(path.sep).slice(1)) {
      if (!/[*?]/.test(part)) {
        places = places.map((place) => path.join(place, part));
        continue;
      }
      const matches = matcher(part);
      const below: string[] = [];
      for (const place of places) {
        if (this.#looked >= mostNames) return [];
        for (const name of namesIn(place)) {
          if (++this.#looked > mostNames || below.length >= mostFound) break;
          if (matches(name)) below.push(path.join(place, name));
        }
      }
      places = below;
    }
    return places;
  }
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
