/**
 * What a simulated agent does next, as a pure function of who it is, what it knows, what it was last answered, and
 * chance. All read their state at start, publish with a version, lock before work and release only their own. A plain
 * agent asks again and again for a lock that another holds; one with the library waits in line, and where it is
 * somebody's child it has a look at what its parent works on.
 */
import { type Act, type Answer, type Ask } from './acts.ts';
import { chooseFault, goesWrong, noExpiryChance } from './faults.ts';
import { parseJob, type Job } from './job.ts';
import { notesFor, troubles, verdicts } from './notes.ts';
import { between, pick, type Random } from './random.ts';
import type { Member } from './roster.ts';
import { done, failed, idle, waiting, working } from './states.ts';

/** What of a member decides how it acts. */
export type Habits = Pick<Member, 'plain' | 'parent'>;

/** `jobs`: how many it has taken in all its runs. */
export type Mind = { readonly ver: number; readonly jobs: number } & (
  | { readonly phase: 'boot' | 'seek' }
  | ({ readonly phase: 'claim'; readonly waitedMs: number } & Task)
  | ({ readonly phase: 'work'; readonly totalMs: number; readonly leftMs: number; readonly renewInMs: number } & Task)
);

interface Task {
  readonly job: Job;
  readonly expires: boolean;
  /** Whether it came from a queue, and not of the agent's own accord. */
  readonly queued: boolean;
}

/** First the acts, then the question, then the wait; then the next step with the answer. */
export interface Step {
  mind: Mind;
  acts: Act[];
  ask: Ask | null;
  waitMs: number;
}

export const newborn: Mind = { phase: 'boot', ver: 0, jobs: 0 };

const lockTtlMs = 20_000;
const renewEveryMs = 8_000;
const patienceMs = 45_000;
/** How often one with the library waits where a lock is taken; else it does something else. */
const lineChance = 0.8;
/** How often a child looks first at what its parent does. */
const lookChance = 0.25;

export function nextStep(who: Habits, mind: Mind, answer: Answer, random: Random): Step {
  switch (mind.phase) {
    case 'boot':
      return boot(mind, answer, random);
    case 'seek':
      return seek(who, mind, answer, random);
    case 'claim':
      return who.plain ? askAgain(mind, answer, random) : inLine(mind, answer, random);
    case 'work':
      return work(who, mind, answer, random);
  }
}

type In<P extends Mind['phase']> = Extract<Mind, { phase: P }>;

/** A step that asks nothing. */
const then = (mind: Mind, acts: Act[], waitMs: number): Step => ({ mind, acts, ask: null, waitMs });

function boot(mind: Mind, answer: Answer, random: Random): Step {
  if (answer.to !== 'boot') return { mind, acts: [], ask: { ask: 'boot' }, waitMs: between(random, 0, 1200) };
  const ver = answer.ver + 1;
  const acts: Act[] = [];
  // What it was at when it was lost is for whoever asks next.
  const lost =
    answer.task === null || answer.status === 'done' || answer.status === 'failed' ? null : parseJob(answer.task);
  acts.push({ do: 'say', state: idle(ver, answer.ver === 0 ? 'just started' : 'back after a crash') });
  if (lost !== null) acts.push({ do: 'unlock', path: lost.path }, { do: 'giveBack', job: lost });
  return then({ phase: 'seek', ver, jobs: mind.jobs }, acts, between(random, 300, 1500));
}

function seek(who: Habits, mind: Mind, answer: Answer, random: Random): Step {
  const { ver, jobs } = mind;
  if (answer.to === 'parent' && answer.path !== null) {
    const job: Job = { text: `review:${answer.path}`, verb: 'review', path: answer.path };
    return claim({ phase: 'claim', ver, jobs, job, expires: true, queued: false, waitedMs: 0 }, false);
  }
  if (answer.to !== 'job') {
    const looks = !who.plain && who.parent !== null && answer.to !== 'parent' && random() < lookChance;
    return { mind, acts: [], ask: { ask: looks ? 'parent' : 'job' }, waitMs: 0 };
  }
  if (answer.job === null) {
    const state = idle(ver + 1, answer.paused ? 'paused' : 'nothing to do');
    return then({ phase: 'seek', ver: ver + 1, jobs }, [{ do: 'say', state }], between(random, 3000, 6000));
  }
  const expires = !who.plain || random() >= noExpiryChance;
  const lines = !who.plain && random() < lineChance;
  return claim({ phase: 'claim', ver, jobs: jobs + 1, job: answer.job, expires, queued: true, waitedMs: 0 }, lines);
}

/** Asks for the lock of a job; what is said in line has a version of its own, whether it comes to that or not. */
function claim(mind: In<'claim'>, lines: boolean): Step {
  const { job, expires } = mind;
  const ver = lines ? mind.ver + 1 : mind.ver;
  const line = lines ? { ms: patienceMs, meanwhile: waiting(ver, job, 0) } : null;
  const ask: Ask = { ask: 'lock', path: job.path, task: job.text, ttlMs: expires ? lockTtlMs : null, line };
  return { mind: { ...mind, ver }, acts: [], ask, waitMs: 0 };
}

function askAgain(mind: In<'claim'>, answer: Answer, random: Random): Step {
  if (answer.to !== 'lock') return claim(mind, false);
  if (answer.got) return begin(mind, random);
  if (mind.waitedMs >= patienceMs) return giveUp(mind, random);
  const ver = mind.ver + 1;
  const waitMs = between(random, 1500, 3000);
  const next = { ...mind, ver, waitedMs: mind.waitedMs + waitMs };
  return then(next, [{ do: 'say', state: waiting(ver, mind.job, mind.waitedMs) }], waitMs);
}

function inLine(mind: In<'claim'>, answer: Answer, random: Random): Step {
  return answer.to === 'lock' && answer.got ? begin(mind, random) : giveUp(mind, random);
}

function giveUp({ ver: last, jobs, job, queued }: In<'claim'>, random: Random): Step {
  const ver = last + 1;
  const acts: Act[] = [{ do: 'say', state: idle(ver, `did not get ${job.path}`) }];
  if (queued) acts.push({ do: 'giveBack', job });
  return then({ phase: 'seek', ver, jobs }, acts, between(random, 2000, 4000));
}

function begin({ ver: last, jobs, job, expires, queued }: In<'claim'>, random: Random): Step {
  const ver = last + 1;
  // A lock that nobody will ever expire is cleaned up by hand soon.
  const totalMs = !queued ? between(random, 6_000, 12_000) : expires ? between(random, 8_000, 40_000) : 15_000;
  const task = { job, expires, queued };
  const mind: Mind = { phase: 'work', ver, jobs, ...task, totalMs, leftMs: totalMs, renewInMs: renewEveryMs };
  const state = working(ver, job, 0, pick(random, notesFor(job)));
  return then(mind, [{ do: 'say', state }], between(random, 1000, 2500));
}

function work(who: Habits, mind: In<'work'>, answer: Answer, random: Random): Step {
  const { job } = mind;
  if (answer.to === 'renew' && !answer.ours) return end(mind, `lost the lock on ${job.path}`, random);
  if (mind.leftMs < 1) {
    const isWrong = mind.queued && goesWrong(who.plain, mind.jobs, random);
    return end(mind, isWrong ? pick(random, troubles) : null, random);
  }

  const fault = chooseFault(who.plain, random);
  // Not with a lock that never expires: nobody would be left to clean it up.
  if (fault === 'crash' && mind.expires) {
    return then({ ...newborn, jobs: mind.jobs }, [{ do: 'drop' }], between(random, 25_000, 45_000));
  }
  const waitMs = Math.min(between(random, 1500, 5000), mind.leftMs);
  const renews = mind.expires && mind.renewInMs <= waitMs;
  const ver = mind.ver + (fault === 'swapped' ? 2 : 1);
  const next: In<'work'> = {
    ...mind,
    ver,
    leftMs: mind.leftMs - waitMs,
    renewInMs: renews ? renewEveryMs : mind.renewInMs - waitMs,
  };
  const progress = 100 * (1 - mind.leftMs / mind.totalMs);
  const now = (at: number) => working(at, job, progress, pick(random, notesFor(job)));
  const acts: Act[] = [{ do: 'say', state: now(ver) }];
  if (fault === 'swapped') acts.push({ do: 'sayLate', state: now(ver - 1) });
  if (fault === 'stale') acts.push({ do: 'sayLate', state: now(Math.max(0, ver - 3)) });
  if (fault === 'garbled') acts.push({ do: 'garble', text: `{"state":{"task":"${job.text}","status":` });
  if (job.verb === 'edit' && random() < 0.3)
    acts.push({ do: 'edit', path: job.path, note: pick(random, notesFor(job)) });
  return { mind: next, acts, ask: renews ? { ask: 'renew', path: job.path, ttlMs: lockTtlMs } : null, waitMs };
}

/** Says first how it ended and releases then, so that no other is seen at the same task before. */
function end(mind: In<'work'>, trouble: string | null, random: Random): Step {
  const { job, jobs, queued } = mind;
  const ver = mind.ver + 1;
  const acts: Act[] = [{ do: 'say', state: trouble === null ? done(ver, job) : failed(ver, job, trouble) }];
  if (!queued) acts.push({ do: 'report', job, verdict: trouble ?? pick(random, verdicts) });
  else if (trouble !== null) acts.push({ do: 'fail', job, trouble });
  else acts.push({ do: 'finish', job, result: found(random) });
  acts.push({ do: 'unlock', path: job.path });
  return then({ phase: 'seek', ver, jobs }, acts, between(random, 1000, 4000));
}

function found(random: Random): string {
  const lines = Math.floor(between(random, 20, 220));
  return JSON.stringify({ lines, findings: Math.floor(between(random, 0, 5)) });
}
