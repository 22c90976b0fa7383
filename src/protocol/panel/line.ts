import * as v from 'valibot';
import { conflictKinds } from './picture.ts';
import { bounded, count, time } from './parts.ts';

/** Longest text of a line that goes to the page, in UTF-16 units; the whole is kept behind it, for the editors. */
export const shownText = 2_000;
/** Most lines in one message. */
export const linesPerMessage = 2_000;

/** Why a line is marked: it tells of a conflict, or of something else that a person should know. */
export const marks = [...conflictKinds, 'malformed', 'error', 'gap'] as const;
export type Mark = (typeof marks)[number];

/**
 * Where a line comes from: heard as it was published, read from the durable history, heard on a channel that only this
 * console listens to, a command that MONITOR saw, or what the supervisor itself noticed.
 */
export const sources = ['live', 'history', 'heard', 'monitor', 'observed'] as const;
export type Source = (typeof sources)[number];

/** One line of the console. */
export const line = v.strictObject({
  /** Rises with time; what was read from the history after the live ones has lower ones than those, also below zero. */
  id: v.pipe(v.number(), v.safeInteger()),
  /** When it was heard or, from the history, made, in ms by the observer's clock. */
  at: time,
  ns: bounded(256),
  /** Empty where no channel brought it. Of MONITOR: the command. */
  channel: bounded(1_024),
  agent: v.nullable(bounded(512)),
  role: v.nullable(bounded(512)),
  /** What the agent was asked for when it did this, by the id that it gave. */
  request: v.nullable(bounded(512)),
  source: v.picklist(sources),
  /** What happened: a kind of `watch --json`, or `heard`, or `command`. */
  kind: bounded(32),
  mark: v.nullable(v.picklist(marks)),
  /** What the mark means here, or what else is to say of it. */
  reason: v.nullable(bounded(1_024)),
  resource: v.nullable(bounded(1_024)),
  seq: v.nullable(count),
  /** What was published, or the first {@link shownText} of it. */
  text: bounded(shownText),
  /** Length of the whole text. */
  length: count,
});
export type Line = v.InferOutput<typeof line>;
