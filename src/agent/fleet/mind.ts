/**
 * What a simulated agent does next, as a pure function of what it knows, what it was last answered, and chance. It
 * keeps to the manners of plain redis-cli agents: read your state at start, publish with a version, lock before work,
 * wait while another holds the lock, release only your own.
 */
import { chooseFault, failureChance, noExpiryChance } from './faults.ts';
import { parseJob, type Job } from './job.ts';
import { notesFor, troubleFor } from './notes.ts';
import { between, pick, type Random } from './random.ts';

export type AgentState = Readonly<Record<string, string | number | null>> & { readonly ver: number };

/** Something to do that needs no answer. */
export type Act =
  /** Publish the state and store it under the agent's name. */
  | { do: 'say'; state: AgentState }
  /** Publish only: an old state again, or one overtaken. */
  | { do: 'sayLate'; state: AgentState }
  | { do: 'garble'; text: string }
  | { do: 'edit'; path: string; note: string }
  | { do: 'finish'; job: Job; result: string }
  | { do: 'fail'; job: Job; trouble: string }
  /** Put a job back, so that the next one who asks gets it. */
  | { do: 'giveBack'; job: Job }
  | { do: 'unlock'; path: string }
  /** Lose the connection without a word. */
  | { do: 'drop' };

/** Something whose answer decides what comes next. */
export type Ask =
  | { ask: 'boot' }
  | { ask: 'job' }
  /** `ttlMs` null: a lock without an expiry. */
  | { ask: 'lock'; path: string; ttlMs: number | null }
  | { ask: 'renew'; path: string; ttlMs: number };

export type Answer =
  | { to: 'nothing' }
  /** What the hash held; `ver` 0 where there was nothing. */
  | { to: 'boot'; ver: number; task: string | null; status: string | null }
  | { to: 'job'; job: Job | null }
  | { to: 'lock'; got: boolean }
  | { to: 'renew'; ours: boolean };

export type Mind =
  | { phase: 'boot'; ver: number }
  | { phase: 'seek'; ver: number }
  | { phase: 'claim'; ver: number; job: Job; expires: boolean; waitedMs: number }
  | { phase: 'work'; ver: number; job: Job; expires: boolean; totalMs: number; leftMs: number; renewInMs: number };

/** First the acts, then the question, then the wait; then the next step with the answer. */
export interface Step {
  mind: Mind;
  acts: Act[];
  ask: Ask | null;
  waitMs: number;
}

export const newborn: Mind = { phase: 'boot', ver: 0 };
export const nothing: Answer = { to: 'nothing' };

const lockTtlMs = 20_000;
const renewEveryMs = 8_000;
const patienceMs = 45_000;

export function nextStep(mind: Mind, answer: Answer, random: Random): Step {
  switch (mind.phase) {
    case 'boot':
      return boot(mind, answer, random);
    case 'seek':
      return seek(mind, answer, random);
    case 'claim':
      return claim(mind, answer, random);
    case 'work':
      return work(mind, answer, random);
  }
}

type In<P extends Mind['phase']> = Extract<Mind, { phase: P }>;

function boot(mind: In<'boot'>, answer: Answer, random: Random): Step {
  if (answer.to !== 'boot') return { mind, acts: [], ask: { ask: 'boot' }, waitMs: between(random, 0, 1200) };
  const ver = answer.ver + 1;
  const acts: Act[] = [];
  // What it was at when it was lost is for whoever asks next.
  const lost =
    answer.task === null || answer.status === 'done' || answer.status === 'failed' ? null : parseJob(answer.task);
  acts.push({ do: 'say', state: idle(ver, answer.ver === 0 ? 'just started' : 'back after a crash') });
  if (lost !== null) acts.push({ do: 'unlock', path: lost.path }, { do: 'giveBack', job: lost });
  return { mind: { phase: 'seek', ver }, acts, ask: null, waitMs: between(random, 300, 1500) };
}

function seek(mind: In<'seek'>, answer: Answer, random: Random): Step {
  if (answer.to !== 'job') return { mind, acts: [], ask: { ask: 'job' }, waitMs: 0 };
  if (answer.job === null) {
    const ver = mind.ver + 1;
    const acts: Act[] = [{ do: 'say', state: idle(ver, 'nothing to do') }];
    return { mind: { phase: 'seek', ver }, acts, ask: null, waitMs: between(random, 3000, 6000) };
  }
  const expires = random() >= noExpiryChance;
  return toClaim({ phase: 'claim', ver: mind.ver, job: answer.job, expires, waitedMs: 0 });
}

function toClaim(mind: In<'claim'>): Step {
  const ask: Ask = { ask: 'lock', path: mind.job.path, ttlMs: mind.expires ? lockTtlMs : null };
  return { mind, acts: [], ask, waitMs: 0 };
}

function claim(mind: In<'claim'>, answer: Answer, random: Random): Step {
  if (answer.to !== 'lock') return toClaim(mind);
  const ver = mind.ver + 1;
  const { job, expires } = mind;
  if (answer.got) {
    // A lock that nobody will ever expire is cleaned up by hand soon.
    const totalMs = expires ? between(random, 8_000, 40_000) : 15_000;
    const started: Mind = { phase: 'work', ver, job, expires, totalMs, leftMs: totalMs, renewInMs: renewEveryMs };
    return {
      mind: started,
      acts: [{ do: 'say', state: working(started, random) }],
      ask: null,
      waitMs: between(random, 1000, 2500),
    };
  }
  if (mind.waitedMs >= patienceMs) {
    const acts: Act[] = [
      { do: 'say', state: idle(ver, `gave up waiting for ${job.path}`) },
      { do: 'giveBack', job },
    ];
    return { mind: { phase: 'seek', ver }, acts, ask: null, waitMs: between(random, 2000, 4000) };
  }
  const state: AgentState = {
    ...blank(ver),
    task: job.text,
    status: 'waiting',
    file: job.path,
    waiting_for: job.path,
    waited_s: Math.round(mind.waitedMs / 1000),
    note: `waiting for the lock on ${job.path}`,
  };
  const waitMs = between(random, 1500, 3000);
  return { mind: { ...mind, ver, waitedMs: mind.waitedMs + waitMs }, acts: [{ do: 'say', state }], ask: null, waitMs };
}

function work(mind: In<'work'>, answer: Answer, random: Random): Step {
  if (answer.to === 'renew' && !answer.ours) return end(mind, `lost the lock on ${mind.job.path}`, random);
  if (mind.leftMs < 1) return end(mind, random() < failureChance ? pick(random, troubleFor(mind.job)) : null, random);

  const fault = chooseFault(random);
  // Not with a lock that never expires: nobody would be left to clean it up.
  if (fault === 'crash' && mind.expires) {
    return { mind: newborn, acts: [{ do: 'drop' }], ask: null, waitMs: between(random, 25_000, 45_000) };
  }
  const waitMs = Math.min(between(random, 1500, 5000), mind.leftMs);
  const renews = mind.expires && mind.renewInMs <= waitMs;
  const next: In<'work'> = {
    ...mind,
    ver: mind.ver + (fault === 'swapped' ? 2 : 1),
    leftMs: mind.leftMs - waitMs,
    renewInMs: renews ? renewEveryMs : mind.renewInMs - waitMs,
  };
  const now = { ...next, leftMs: mind.leftMs };
  const acts: Act[] = [{ do: 'say', state: working(now, random) }];
  if (fault === 'swapped') acts.push({ do: 'sayLate', state: working({ ...now, ver: now.ver - 1 }, random) });
  if (fault === 'stale')
    acts.push({ do: 'sayLate', state: working({ ...now, ver: Math.max(0, now.ver - 3) }, random) });
  if (fault === 'garbled') acts.push({ do: 'garble', text: `{"state":{"task":"${mind.job.text}","status":` });
  if (mind.job.verb === 'edit' && random() < 0.3)
    acts.push({ do: 'edit', path: mind.job.path, note: pick(random, notesFor(mind.job)) });
  return { mind: next, acts, ask: renews ? { ask: 'renew', path: mind.job.path, ttlMs: lockTtlMs } : null, waitMs };
}

/** Says first how it ended and releases then, so that no other is seen at the same task before. */
function end(mind: In<'work'>, trouble: string | null, random: Random): Step {
  const { job } = mind;
  const ver = mind.ver + 1;
  const state = { ...blank(ver), task: job.text, file: job.path };
  const acts: Act[] =
    trouble === null
      ? [
          { do: 'say', state: { ...state, status: 'done', progress: 100 } },
          {
            do: 'finish',
            job,
            result: JSON.stringify({
              lines: Math.floor(between(random, 20, 220)),
              findings: Math.floor(between(random, 0, 5)),
            }),
          },
        ]
      : [
          { do: 'say', state: { ...state, status: 'failed', note: trouble } },
          { do: 'fail', job, trouble },
        ];
  acts.push({ do: 'unlock', path: job.path });
  return { mind: { phase: 'seek', ver }, acts, ask: null, waitMs: between(random, 1000, 4000) };
}

/** Every state names every field: a plain state is merged into what is known, so a field left out would stay. */
function blank(ver: number): AgentState {
  return { task: null, status: null, ver, file: null, progress: null, waiting_for: null, waited_s: null, note: null };
}

function idle(ver: number, note: string): AgentState {
  return { ...blank(ver), status: 'idle', note };
}

function working(mind: In<'work'>, random: Random): AgentState {
  const progress = Math.round(100 * (1 - mind.leftMs / mind.totalMs));
  return {
    ...blank(mind.ver),
    task: mind.job.text,
    status: 'working',
    file: mind.job.path,
    progress,
    note: pick(random, notesFor(mind.job)),
  };
}
