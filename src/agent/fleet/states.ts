import type { AgentState } from './acts.ts';
import type { Job } from './job.ts';

/** Every state names every field: a plain state is merged into what is known, so a field left out would stay. */
function blank(ver: number): AgentState {
  return { task: null, status: null, ver, file: null, progress: null, waiting_for: null, waited_s: null, note: null };
}

export function idle(ver: number, note: string): AgentState {
  return { ...blank(ver), status: 'idle', note };
}

export function waiting(ver: number, job: Job, waitedMs: number): AgentState {
  const { text: task, path } = job;
  const note = `waiting for the lock on ${path}`;
  const waited_s = Math.round(waitedMs / 1000);
  return { ...blank(ver), task, status: 'waiting', file: path, waiting_for: path, waited_s, note };
}

export function working(ver: number, job: Job, progress: number, note: string): AgentState {
  return { ...blank(ver), task: job.text, status: 'working', file: job.path, progress: Math.round(progress), note };
}

export function done(ver: number, job: Job): AgentState {
  return { ...blank(ver), task: job.text, status: 'done', file: job.path, progress: 100 };
}

export function failed(ver: number, job: Job, trouble: string): AgentState {
  return { ...blank(ver), task: job.text, status: 'failed', file: job.path, note: trouble };
}
