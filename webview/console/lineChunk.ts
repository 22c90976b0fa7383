import type { Word } from './words.ts';

/** How many lines a chunk holds: a power of two, so that a position's place in it is its low bits, also below zero. */
export const chunkSize = 4_096;
/** What of a position is its place in a chunk. */
export const inChunk = chunkSize - 1;

/** A stretch of lines in columns, by their places. */
export type LineChunk = ReturnType<typeof makeChunk>;

export function makeChunk() {
  return {
    id: new Float64Array(chunkSize),
    at: new Float64Array(chunkSize),
    seq: new Float64Array(chunkSize),
    length: new Float64Array(chunkSize),
    mark: new Int8Array(chunkSize),
    source: new Int8Array(chunkSize),
    ns: filled<Word | null>(null),
    kind: filled<Word | null>(null),
    channel: filled<Word | null>(null),
    agent: filled<Word | null>(null),
    role: filled<Word | null>(null),
    request: filled<Word | null>(null),
    reason: filled<Word | null>(null),
    resource: filled<Word | null>(null),
    text: filled(''),
  };
}

/** By pushing: ten times as fast as what makes one of a length. */
function filled<T>(value: T): T[] {
  const made: T[] = [];
  for (let i = 0; i < chunkSize; i++) made.push(value);
  return made;
}
