import type { Job, Verb } from './job.ts';
import { pick, type Random } from './random.ts';

/** What the lead knows of the run that it hands out, between two looks at Redis. */
export interface Run {
  readonly number: number;
  readonly total: number;
  readonly pushed: number;
  /** What was completed at the last look, and for how many looks in a row nothing changed. */
  readonly completed: number;
  readonly quiet: number;
  /** The last few jobs that were handed out, by their texts. */
  readonly recent: readonly string[];
}

export interface Look {
  /** Jobs in the queues. */
  waiting: number;
  completed: number;
}

export interface Plan {
  run: Run;
  /** The run that has just ended, if one has. */
  ended: Run | null;
  started: boolean;
  jobs: Job[];
}

/** So many looks without any change mean that a job was lost with an agent, and the run is closed as it is. */
const givesUpAfter = 25;
/** A job comes again only after so many others: who crashed still says that it is at one that another has by now. */
const othersBetween = 25;

/** Starts runs, and keeps the queues filled a little beyond what the team can take at once, never more. */
export function plan(run: Run | null, look: Look, team: number, files: readonly string[], random: Random): Plan {
  const current = run === null ? null : watched(run, look);
  const isOver = current !== null && (current.completed >= current.total || current.quiet >= givesUpAfter);
  const open =
    current === null || isOver
      ? {
          number: (current?.number ?? 0) + 1,
          total: 5 * team + 5,
          pushed: 0,
          completed: 0,
          quiet: 0,
          recent: current?.recent ?? [],
        }
      : current;
  const room = Math.max(0, team + 4 - look.waiting);
  const count = Math.min(room, open.total - open.pushed, 5);
  let { recent } = open;
  const jobs = Array.from({ length: count }, () => {
    const next = job(files, recent, random);
    recent = [...recent, next.text].slice(-othersBetween);
    return next;
  });
  return {
    run: { ...open, pushed: open.pushed + count, recent },
    ended: isOver ? current : null,
    started: open !== current,
    jobs,
  };
}

function watched(run: Run, look: Look): Run {
  const isQuiet = look.completed === run.completed && look.waiting === 0 && run.pushed === run.total;
  return { ...run, completed: look.completed, quiet: isQuiet ? run.quiet + 1 : 0 };
}

/** Edits are what most jobs are; the first few files are the ones that everybody needs at once. */
const verbWeights: readonly Verb[] = ['edit', 'edit', 'edit', 'analyze', 'analyze', 'test', 'review'];

function job(files: readonly string[], recent: readonly string[], random: Random): Job {
  for (;;) {
    const verb = pick(random, verbWeights);
    const path = pick(random, random() < 0.35 ? files.slice(0, 3) : files);
    const text = `${verb}:${path}`;
    if (!recent.includes(text)) return { text, verb, path };
  }
}
