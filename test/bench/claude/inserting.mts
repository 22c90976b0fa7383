import { setTimeout as delay } from 'node:timers/promises';
import { Fleet, type FleetOptions } from '../../support/claude/fleet.ts';
import { overlapsOf } from '../../support/claude/holds.ts';
import { firstLine, inserting, type Insertion } from '../../support/claude/inserting.ts';
import { linesOf } from '../../support/claude/workspace.ts';

export interface Insertions extends Omit<FleetOptions, 'files'> {
  readonly sessions: number;
  readonly files: number;
  readonly edits: number;
}

export interface Outcome {
  /** How many lines there were to insert, how many are missing at the end, and of those which a session knew about. */
  readonly lines: number;
  readonly lost: number;
  readonly reported: number;
  /** Edits that were not done at first and tried again. */
  readonly refused: number;
  /** How often an agent stood in line; how long files were held; how many of these overlap; what is left of them. */
  readonly waits: number;
  readonly holds: number;
  readonly overlaps: number;
  readonly left: number;
  readonly ms: number;
}

/** For each line that a session has to insert, it may try so often. */
const attemptsEach = 30;
const limitMs = 15 * 60_000;

/** Has sessions of the real client insert lines into the same files, all at once; each line is another one. */
export async function insertTogether(work: Insertions, isGuarded: boolean): Promise<Outcome> {
  const files = Array.from({ length: work.files }, (_, i) => `part-${String(i)}.md`);
  const content = Object.fromEntries(files.map((file) => [file, `${firstLine}\n`]));
  const fleet = await Fleet.start({ client: work.client, server: work.server, files: content });
  try {
    if (isGuarded) await fleet.setUp();
    const from = performance.now();
    const lists = Array.from({ length: work.sessions }, (_, i) =>
      Array.from({ length: work.edits }, (_each, k) => ({
        file: fleet.file(files[(i + k) % files.length] ?? ''),
        line: `- line ${String(k)} of session ${String(i)}`,
      })),
    );
    const written = new Set<Insertion>();
    let refused = 0;
    const attempts = attemptsEach * work.edits;
    const options = {
      attempts,
      onWritten: (each: Insertion): void => void written.add(each),
      onRefused: (): void => void (refused += 1),
    };
    await Promise.all(lists.map((list, i) => fleet.run(`session-${String(i)}`, inserting(list, options), { limitMs })));
    const ms = performance.now() - from;
    const there = new Set(files.flatMap((file) => linesOf(fleet.folder, file).map((line) => fleet.file(file) + line)));
    const lost = lists.flat().filter(({ file, line }) => !there.has(file + line));
    const counts = { lines: lists.flat().length, lost: lost.length, refused, ms };
    const reported = lost.filter((each) => !written.has(each)).length;
    if (!isGuarded) return { ...counts, reported, waits: 0, holds: 0, overlaps: 0, left: 0 };
    await delay(1_000);
    const left = Object.keys(await fleet.leases()).length;
    const entries = await fleet.history.read();
    const waits = entries.filter(({ kind }) => kind === 'wait').length;
    return { ...counts, reported, waits, ...overlapsOf(entries), left };
  } finally {
    await fleet.stop();
  }
}
