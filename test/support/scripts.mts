import path from 'node:path';
import { filesIn } from './paths.mts';
import { say, seconds } from './progress.mts';
import type { Tally } from './tally.mts';

/** Something that a picture can be taken of. */
export interface Pictured {
  picture(name: string): Promise<string>;
}

/** What every script gets: it exports `run(given): Promise<void>`. */
export interface Checking {
  /** Has something done when the script ends, last given first done. */
  atEnd(work: () => unknown): void;
  /** One check with a name. A failure is counted and shown, and the script goes on. */
  check(name: string, work: () => unknown): Promise<void>;
  /** Has a picture taken of this too whenever a check fails. */
  watch(shown: Pictured): void;
}

interface Script<Given> {
  run(given: Given): Promise<void>;
}

async function runScript<Given>(file: string, tally: Tally, give: (checking: Checking) => Given): Promise<void> {
  const name = path.basename(file, '.mts');
  const ends: (() => unknown)[] = [];
  const watched: Pictured[] = [];
  const failed = async (title: string, error: unknown): Promise<void> => {
    tally.failed += 1;
    console.log(`    ✗ ${title}\n${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
    for (const [index, shown] of watched.entries()) {
      const file = await shown
        .picture(`failed-${name}-${String(tally.failed)}-${String(index)}`)
        .catch(() => undefined);
      if (file !== undefined) console.log(`      picture: ${file}`);
    }
  };
  const checking: Checking = {
    atEnd: (work) => ends.push(work),
    watch: (shown) => watched.push(shown),
    async check(title, work) {
      const from = performance.now();
      try {
        await work();
        tally.passed += 1;
        console.log(`    ✓ ${title} (${seconds(from)})`);
      } catch (error) {
        await failed(title, error);
      }
    },
  };
  console.log(`\n  ${name}`);
  const before = tally.passed + tally.failed;
  try {
    const script = (await import(file)) as Script<Given>;
    await script.run(give(checking));
    if (tally.passed + tally.failed === before) throw new Error('The script checked nothing.');
  } catch (error) {
    await failed('the script runs to its end', error);
  } finally {
    for (const end of ends.toReversed()) await Promise.resolve(end()).catch((error: unknown) => say(String(error)));
  }
}

/** Runs each script of a folder, or those that are named, one after the other. Each gets what `give` makes for it. */
export async function runScripts<Given>(
  folder: string,
  names: readonly string[],
  tally: Tally,
  give: (checking: Checking) => Given,
): Promise<void> {
  const files = filesIn(folder, '.mts').filter(
    (file) => names.length === 0 || names.includes(path.basename(file, '.mts')),
  );
  if (files.length === 0) throw new Error(`No script of ${folder} was run.`);
  for (const file of files) await runScript(file, tally, give);
}
