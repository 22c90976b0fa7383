import { isUtf8 } from 'node:buffer';
import type { Redis } from '../client.ts';
import bullScript from './bull.lua';
import listScript from './list.lua';
import { answerOf, isRefusal, runScript, type QueueKey, type Refusal } from './queueAt.ts';
import type { GoOn } from './requeueFailed.ts';

/** So many tasks at once, and so many bytes of them; a single one may have more, up to a limit. */
const [batch, batchBytes, largest] = [100, 512 * 1024, 64 * 1024 * 1024];

/** What of a queue of BullMQ waits, by its keys. What is active, failed or completed stays. */
const states = ['wait', 'prioritized', 'delayed'] as const;

export interface Purged {
  /** Tasks that were written down, and those of them that were taken away; workers took the others meanwhile. */
  readonly exported: number;
  readonly removed: number;
}

/** Writes tasks down, for good, before they are taken away. */
export type Keep = (lines: readonly string[]) => Promise<void>;

/** What stands in an export, one JSON text a line. */
type Line = Readonly<Record<string, unknown>>;

/**
 * Takes away all tasks that wait in a queue, each after `keep` has written it down, in small steps: nothing is taken away that is
 * not written down, and what is pushed after the beginning stays.
 */
export async function purgeQueue(
  client: Redis,
  { kind, key }: QueueKey,
  keep: Keep,
  goOn: GoOn,
): Promise<Purged | Refusal> {
  const counted = new Count((lines) => keep(lines.map((line) => JSON.stringify(line))), goOn);
  const purge = kind === 'list' ? purgeList : kind === 'stream' ? purgeStream : purgeBull;
  return (await purge(client, key, counted)) ?? counted;
}

class Count implements Purged {
  exported = 0;
  removed = 0;
  readonly #keep: (lines: readonly Line[]) => Promise<void>;
  readonly #goOn: GoOn;

  constructor(keep: (lines: readonly Line[]) => Promise<void>, goOn: GoOn) {
    this.#keep = keep;
    this.#goOn = goOn;
  }

  async keep(lines: readonly Line[]): Promise<void> {
    await this.#keep(lines);
    this.exported += lines.length;
  }

  /** Counts what was removed, and asks whether to go on. */
  goOn(removed: number): boolean {
    this.removed += removed;
    return this.#goOn(this.exported);
  }
}

async function purgeList(client: Redis, key: Buffer, counted: Count): Promise<Refusal | undefined> {
  for (let left = await client.llen(key); left > 0;) {
    const reply = await runScript(client, listScript, key, 'read', Math.min(batch, left), batchBytes, largest);
    const answer = answerOf(reply);
    if (isRefusal(answer)) return answer;
    if (answer.length === 0) return undefined;
    const entries = answer as Buffer[];
    await counted.keep(entries.map((entry) => ({ task: textOf(entry) })));
    const removed = await runScript(client, listScript, key, 'remove', ...entries);
    left -= entries.length;
    if (!counted.goOn(sum(removed))) return undefined;
  }
  return undefined;
}

async function purgeStream(client: Redis, key: Buffer, counted: Count): Promise<Refusal | undefined> {
  const [length, bytes, last] = await Promise.all([
    client.xlen(key),
    client.call('MEMORY', 'USAGE', key, 'SAMPLES', '5').catch(() => 0),
    // Ids only grow, so what is added later is behind this one.
    client.xrevrange(key, '+', '-', 'COUNT', 1),
  ]);
  const end = last[0]?.[0];
  if (end === undefined) return undefined;
  const each = Number(bytes) / Math.max(length, 1);
  const count = each > batchBytes ? 1 : Math.max(1, Math.min(batch, Math.floor(batchBytes / Math.max(each, 1))));
  const groups = ((await client.callBuffer('XINFO', 'GROUPS', key)) as unknown[][]).map(
    (fields) => fields[1] as Buffer,
  );
  for (let from = '-'; ;) {
    const entries = await client.xrangeBuffer(key, from, end, 'COUNT', count);
    if (entries.length === 0) return undefined;
    await counted.keep(entries.map(([id, fields]) => ({ id: String(id), fields: fields.map(textOf) })));
    const ids = entries.map(([id]) => id);
    const removed = await client.xdel(key, ...(ids as unknown as string[]));
    // Nobody is to be told of them as of something that is still to be done.
    for (const group of groups) await client.call('XACK', key, group, ...ids);
    from = `(${String(ids.at(-1))}`;
    if (!counted.goOn(removed)) return undefined;
  }
}

async function purgeBull(client: Redis, key: Buffer, counted: Count): Promise<Refusal | undefined> {
  // Before anything is written: what is refused is refused at once.
  const known = answerOf(await runScript(client, bullScript, key, 'remove'));
  if (isRefusal(known)) return known;
  const prefix = key.subarray(0, -'meta'.length);
  const at = (name: string | Buffer): Buffer => Buffer.concat([prefix, Buffer.from(name)]);
  for (const state of states) {
    const isList = state === 'wait';
    let left = await (isList ? client.llen(at(state)) : client.zcard(at(state)));
    // Jobs of a scheduler, of which it makes the next one from the last, stay where they are.
    for (let kept = 0; left > 0;) {
      const ids = isList
        ? (await client.lrangeBuffer(at(state), -Math.min(batch, left) - kept, -1 - kept)).reverse()
        : await client.zrangeBuffer(at(state), String(kept), String(kept + Math.min(batch, left) - 1));
      if (ids.length === 0) break;
      left -= ids.length;
      const taken = ids.filter((id) => !id.subarray(0, 7).equals(Buffer.from('repeat:')));
      kept += ids.length - taken.length;
      const read = (end: string): Promise<Line[]> =>
        Promise.all(
          taken.map(async (id) => jobOf(await client.hgetallBuffer(Buffer.concat([at(id), Buffer.from(end)])))),
        );
      // What its children came to goes with a job.
      const [jobs, results] = [await read(''), await read(':processed')];
      await counted.keep(taken.map((id, i) => ({ id: textOf(id), state, job: jobs[i], children: results[i] })));
      const removed = await runScript(client, bullScript, key, 'remove', ...taken.flatMap((id) => [state, id]));
      if (!counted.goOn(sum(removed))) return undefined;
    }
  }
  return undefined;
}

const jobOf = (fields: Record<string, Buffer>): Line =>
  Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, textOf(value)]));

/** A text as it is; other bytes in a form from which they can be had again. */
const textOf = (bytes: Buffer): unknown => (isUtf8(bytes) ? bytes.toString() : { base64: bytes.toString('base64') });

const sum = (reply: unknown): number =>
  (Array.isArray(reply) ? (reply as unknown[]) : []).reduce<number>((total, each) => total + (each === 1 ? 1 : 0), 0);
