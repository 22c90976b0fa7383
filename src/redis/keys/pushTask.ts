import type { Redis } from '../client.ts';
import script from './bull.lua';
import { answerOf, isRefusal, runScript, type QueueKey, type Refusal } from './queueAt.ts';

/** What is pushed: to BullMQ with the name of the job, to a stream as fields. */
export interface NewTask {
  readonly text: string;
  readonly job: string;
}

/**
 * Puts a task at the end of a queue: where workers pop a list last, as a new entry of a stream, as a job of BullMQ. Answers how many
 * there are of that then; of a stream its entries.
 */
export async function pushTask(
  client: Redis,
  { kind, key }: QueueKey,
  { text, job }: NewTask,
): Promise<number | Refusal> {
  if (kind === 'list') return client.lpush(key, text);
  if (kind === 'stream') {
    await client.xadd(key, '*', ...fieldsOf(text));
    return client.xlen(key);
  }
  const answer = answerOf(await runScript(client, script, key, 'push', job, dataOf(text)));
  return isRefusal(answer) ? answer : Number(answer[0]);
}

/** The fields of a JSON object, of which texts are as they are and all else is JSON; any other text is the field `task`. */
export function fieldsOf(text: string): string[] {
  const parsed = parse(text);
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) return ['task', text];
  const fields = Object.entries(parsed).flatMap(([name, value]) => [
    name,
    typeof value === 'string' ? value : JSON.stringify(value),
  ]);
  return fields.length === 0 ? ['task', text] : fields;
}

/** JSON as it stands; any other text is a JSON text. */
const dataOf = (text: string): string => (parse(text) === undefined ? JSON.stringify(text) : text);

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
