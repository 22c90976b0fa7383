import { metaEnd } from '../../protocol/keyTable.ts';
import type { QueueKind } from '../../protocol/status.ts';
import type { Redis } from '../client.ts';
import { isForbidden } from '../rights.ts';
import { keysLike } from './findKeys.ts';

/** A queue by its key: of BullMQ the one with what the queue is. */
export interface QueueKey {
  readonly kind: QueueKind;
  readonly key: Buffer;
}

/** Why something was not done with a queue: what is of that name is none, or is not written by a version that is known here. */
export type Refusal =
  | { readonly refused: 'name' }
  | { readonly refused: 'type'; readonly type: string }
  | { readonly refused: 'version'; readonly version: string }
  | { readonly refused: 'groups'; readonly groups: number }
  | { readonly refused: 'large'; readonly bytes: number };

/**
 * What kind of queue a name is now, which is a whole key as the picture has it; a list where there is nothing of that name, since
 * that is how an empty one looks.
 */
export async function queueAt(client: Redis, name: string): Promise<QueueKey | Refusal> {
  const [key, otherKey] = await keysLike(client, name);
  const type = key && (await client.type(key));
  if (key !== undefined && (type === 'list' || type === 'stream')) {
    return otherKey === undefined ? { kind: type, key } : { refused: 'name' };
  }
  const [meta, otherMeta] = await keysLike(client, name + metaEnd);
  if (otherKey !== undefined || otherMeta !== undefined) return { refused: 'name' };
  // Who may use a list need not be allowed to look for more.
  const none = (error: unknown): string => {
    if (isForbidden(error)) return 'none';
    throw error;
  };
  const metaType = meta && (await client.type(meta).catch(none));
  if (meta !== undefined && metaType === 'hash' && (type ?? 'none') === 'none') return { kind: 'bullmq', key: meta };
  return key !== undefined && type === 'none' ? { kind: 'list', key } : { refused: 'type', type: type ?? 'none' };
}

/** Runs a script of ours. Replies that are texts come as bytes. */
export const runScript = (
  client: Redis,
  script: string,
  key: Buffer,
  ...args: (string | number | Buffer)[]
): Promise<unknown> => client.callBuffer('EVAL', script, 1, key, ...args);

/** What a script for BullMQ answers, unless it does not know the version that wrote the queue. */
export function answerOf(reply: unknown): readonly unknown[] | Refusal {
  const [word, ...rest] = Array.isArray(reply) ? (reply as unknown[]) : [];
  if (String(word) === 'version') return { refused: 'version', version: String(rest[0]) };
  if (String(word) === 'large') return { refused: 'large', bytes: Number(rest[0]) };
  return rest;
}

export const isRefusal = (value: object): value is Refusal => 'refused' in value;
