import { parseArgs } from 'node:util';
import { ensureClient } from '../support/claude/client.mts';
import { type Bench, type Figure, never } from '../support/figures.mts';
import { loadAverage } from '../support/machine.mts';
import { during } from '../support/progress.mts';
import { ensureRedis, withRedis } from '../support/redisBinary.mts';
import { type Insertions, insertTogether, type Outcome } from './claude/inserting.mts';

/** The real client: what a fleet loses that edits the same files, and that it loses nothing once it is guarded. */
export const bench: Bench = {
  about: 'sessions of the real Claude Code that insert lines into the same files, unguarded and guarded',
  async run(args) {
    const { values } = parseArgs({
      args: [...args],
      options: {
        sessions: { type: 'string', default: '20' },
        files: { type: 'string', default: '10' },
        edits: { type: 'string', default: '10' },
      },
    });
    const size = { sessions: count(values.sessions), files: count(values.files), edits: count(values.edits) };
    const redis = await ensureRedis();
    Object.assign(process.env, withRedis(redis));
    const work: Insertions = { ...size, client: await ensureClient(), server: redis.server };
    const unguarded = await during('Without the hook', () => insertTogether(work, false));
    const guarded = await during('With the hook', () => insertTogether(work, true));
    return [
      { name: 'sessions, files, edits of each', value: Object.values(size).join(', ') },
      ...unguardedFigures(unguarded),
      ...guardedFigures(guarded),
      loadAverage(),
    ];
  },
};

function count(text: string): number {
  const number = Number(text);
  if (!/^\d+$/.test(text) || number < 1 || number > 200) throw new Error(`A number from 1 to 200, not ${text}.`);
  return number;
}

const seconds = (ms: number): string => `${(ms / 1000).toFixed(0)} s`;

function unguardedFigures({ lost, lines, reported, ms }: Outcome): Figure[] {
  return [
    { name: 'without the hook: lines lost', value: `${String(lost)} of ${String(lines)}` },
    { name: '  of which a session was told', value: String(reported) },
    { name: '  took', value: seconds(ms) },
  ];
}

function guardedFigures({ lost, lines, holds, overlaps, left, refused, waits, ms }: Outcome): Figure[] {
  return [
    never('with the hook: lines lost', lost, lines),
    never('  holds that overlap', overlaps, holds),
    { name: '  leases 1 s after the end', value: String(left), bound: { text: 'none', holds: left === 0 } },
    { name: '  edits that waited, were refused', value: `${String(waits)}, ${String(refused)}` },
    { name: '  took', value: seconds(ms) },
  ];
}
