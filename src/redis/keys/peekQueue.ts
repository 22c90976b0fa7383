import type { Redis } from '../client.ts';
import script from './peek.lua';
import { runScript, type QueueKey } from './queueAt.ts';

/** Bytes of one text, and of all that is looked at. */
const [longest, mostBytes] = [64 * 1024, 4 * 1024 * 1024];

/** A task as its queue has it: an entry of a list, fields of a stream's entry, or the name and data of a job. */
export type Task =
  | string
  | { readonly id: string; readonly fields: Readonly<Record<string, string>> }
  | { readonly id: string; readonly name: string; readonly data: string };

/** Up to `count` tasks, the next one first, without taking them; of a stream what its slowest consumer group was not given yet. */
export async function peekQueue(client: Redis, { kind, key }: QueueKey, count: number): Promise<Task[]> {
  const from = kind === 'stream' ? await nextId(client, key) : '-';
  const reply = await runScript(client, script, key, kind, count, longest, mostBytes, from);
  const found = Array.isArray(reply) ? (reply as unknown[]) : [];
  return found.flatMap((task) => (Array.isArray(task) ? [taskOf(kind, task as unknown[])] : []));
}

function taskOf(kind: QueueKey['kind'], [id, ...rest]: readonly unknown[]): Task {
  if (kind === 'list') return String(id);
  const texts = rest.map(String);
  if (kind === 'bullmq') return { id: String(id), name: texts[0] ?? '', data: texts[1] ?? '' };
  const fields = texts.flatMap((name, i) => (i % 2 === 0 ? [[name, texts[i + 1] ?? ''] as const] : []));
  return { id: String(id), fields: Object.fromEntries(fields) };
}

/** From where on the slowest group of a stream has not read; all of it where there is none. */
async function nextId(client: Redis, key: Buffer): Promise<string> {
  const groups = (await client.xinfo('GROUPS', key)) as unknown[][];
  const ids = groups.map((fields) => String(fields[fields.indexOf('last-delivered-id') + 1]));
  const [first] = ids.sort((a, b) => (isBefore(a, b) ? -1 : 1));
  return first === undefined ? '-' : `(${first}`;
}

function isBefore(a: string, b: string): boolean {
  const [[ms = '', n = ''], [otherMs = '', otherN = '']] = [a.split('-'), b.split('-')];
  const [first, second] = [BigInt(ms), BigInt(otherMs)];
  return first === second ? BigInt(n) < BigInt(otherN) : first < second;
}
