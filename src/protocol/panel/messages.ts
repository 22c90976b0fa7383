/**
 * What the panel's page and the extension say to each other. Each side checks all that it gets by these descriptions:
 * the page shows what agents wrote, and what a page says may come from anything that found a way into it.
 */
import * as v from 'valibot';
import { line, linesPerMessage } from './line.ts';
import { bounded, count, listOf } from './parts.ts';
import { hotFile, longestRange, now, second } from './picture.ts';

/** What the charts show. Kept by the page, told to the extension. */
export const view = v.strictObject({
  /** Key of the only agent to show, null for all. */
  agent: v.nullable(bounded(20_000)),
  /** How far back, in seconds. */
  range: v.pipe(count, v.minValue(60), v.maxValue(longestRange)),
});
export type View = v.InferOutput<typeof view>;

/** Longest payload that can be published from the panel, in UTF-16 units. */
export const longestPayload = 65_536;
/** Most channel patterns that are listened to beside the fleet's own channels. */
export const mostPatterns = 16;

const id = v.pipe(v.number(), v.safeInteger());

export const toPage = v.variant('kind', [
  /** The answer to `ready`: what stays the same while the page lives. `words` translates, empty for English. */
  v.strictObject({
    kind: v.literal('hello'),
    words: v.record(v.string(), v.string()),
    language: bounded(32),
    now,
    view,
  }),
  /** All of the range, newest last, instead of what was known: after `hello`, and whenever the view changes. */
  v.strictObject({ kind: v.literal('seconds'), view, seconds: listOf(second, longestRange) }),
  /** The seconds that ended since; usually one. */
  v.strictObject({ kind: v.literal('ended'), seconds: listOf(second, longestRange), hot: listOf(hotFile, 20) }),
  v.strictObject({ kind: v.literal('now'), now }),
  /** New lines, oldest first. The page answers with `taken`; until then no more are sent. */
  v.strictObject({
    kind: v.literal('lines'),
    lines: listOf(line, linesPerMessage),
    /** Lines kept behind the page, and how many had to go since it was opened. */
    kept: count,
    dropped: count,
  }),
  /** The answer to `older`: what comes directly before, oldest first. */
  v.strictObject({
    kind: v.literal('older'),
    lines: listOf(line, linesPerMessage),
    /** Where more may be had: kept in memory, in the history of the server, or nowhere. */
    more: v.picklist(['memory', 'history', 'none']),
    /** Why the history could not be read. */
    problem: v.nullable(bounded(2_048)),
  }),
  /** The connection was changed: nothing that was shown holds any more. */
  v.strictObject({ kind: v.literal('cleared') }),
  /** The channel patterns that are listened to beside the fleet's channels. */
  v.strictObject({
    kind: v.literal('listening'),
    patterns: listOf(bounded(256), mostPatterns),
    problem: v.nullable(bounded(2_048)),
  }),
  v.strictObject({
    kind: v.literal('monitoring'),
    state: v.picklist(['off', 'on']),
    leftMs: count,
    /** Why it ended, or could not begin. */
    problem: v.nullable(bounded(2_048)),
  }),
  /** The answer to `publish`. All null: the person thought better of it. */
  v.strictObject({
    kind: v.literal('published'),
    id,
    receivers: v.nullable(count),
    problem: v.nullable(bounded(2_048)),
  }),
  /** The answer to `copy`. */
  v.strictObject({ kind: v.literal('copied'), lines: count }),
]);
export type ToPage = v.InferOutput<typeof toPage>;

export const toHost = v.variant('kind', [
  /** The page is there and knows nothing. */
  v.strictObject({ kind: v.literal('ready'), view, patterns: listOf(bounded(256), mostPatterns) }),
  v.strictObject({ kind: v.literal('view'), view }),
  v.strictObject({ kind: v.literal('taken') }),
  /** Asks for lines before this one; from the history only where that is said. */
  v.strictObject({ kind: v.literal('older'), before: id, history: v.boolean() }),
  /** Forget all lines. */
  v.strictObject({ kind: v.literal('clear') }),
  v.strictObject({ kind: v.literal('listen'), patterns: listOf(bounded(256), mostPatterns) }),
  v.strictObject({ kind: v.literal('monitor'), on: v.boolean() }),
  v.strictObject({ kind: v.literal('publish'), id, channel: bounded(1_024), payload: bounded(longestPayload) }),
  /** Copies the whole texts of these lines. */
  v.strictObject({ kind: v.literal('copy'), ids: listOf(id, 10_000) }),
  /** Shows one in an editor, well set out, or compares two. */
  v.strictObject({ kind: v.literal('open'), ids: v.pipe(v.array(id), v.minLength(1), v.maxLength(2)) }),
  /** Shows a tree view. */
  v.strictObject({ kind: v.literal('reveal'), what: v.picklist(['attention', 'agents', 'claims', 'queues']) }),
  /** Opens the file that a resource is. */
  v.strictObject({ kind: v.literal('file'), ns: bounded(256), resource: bounded(1_024) }),
  v.strictObject({ kind: v.literal('connect') }),
]);
export type ToHost = v.InferOutput<typeof toHost>;
