import { metaEnd } from '../../protocol/keyTable.ts';
import type { QueueKind } from '../../protocol/status.ts';
import type { Redis } from '../client.ts';

/** A queue by its key: of BullMQ the one with what the queue is. */
export interface QueueKey {
  readonly kind: QueueKind;
  readonly key: Buffer;
}

/** Why something was not done with a queue: what is of that name is none, or is not written by a version that is known here. */
export type Refusal =
  | { readonly refused: 'type'; readonly type: string }
  | { readonly refused: 'version'; readonly version: string }
  | { readonly refused: 'groups'; readonly groups: number }
  | { readonly refused: 'large'; readonly bytes: number };

/** What kind of queue a name is now; a list where there is nothing of that name, since that is how an empty one looks. */
export async function queueAt(client: Redis, name: Buffer): Promise<QueueKey | Refusal> {
  const meta = Buffer.concat([name, Buffer.from(metaEnd)]);
  const [type, metaType] = await Promise.all([client.type(name), client.type(meta)]);
  if (type === 'list' || type === 'stream') return { kind: type, key: name };
  if (metaType === 'hash' && type === 'none') return { kind: 'bullmq', key: meta };
  return type === 'none' ? { kind: 'list', key: name } : { refused: 'type', type };
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
