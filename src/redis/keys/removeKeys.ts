import type { Redis } from '../client.ts';
import { exclusively } from './exclusively.ts';
import type { Exported, ExportFile } from './exportFile.ts';
import { largestKey, lookAt, matchedKeys, type Looked, type Scope } from './matchedKeys.ts';
import { digestOf, type Survey } from './survey.ts';
import { UserError } from '../userError.ts';

/** How often it is tried to remove keys that change meanwhile. */
const attempts = 3;

/** What has become of the keys of a survey, as far as it went. */
export interface Removal {
  removed: number;
  /** Left, since they were changed after they were exported. */
  changed: number;
  /** Left, since they came after they were counted. */
  came: number;
}

/**
 * Exports the keys of a survey and removes them, page by page: what is removed stands in the file as it was removed. What came
 * after the survey stays, and so does what changes between export and removal. `gone` is kept up to date, also for when it fails.
 * @throws the client's and the file's error; what was removed by then is in the file
 */
export async function removeKeys(
  client: Redis,
  scope: Scope,
  { meant, left, client: counted }: Survey,
  file: ExportFile,
  gone: Removal,
  signal: AbortSignal,
  step: () => void,
): Promise<void> {
  if (client !== counted) throw new UserError({ code: 'closed' });
  for await (const page of matchedKeys(client, scope)) {
    if (signal.aborted) return;
    const mine: Buffer[] = [];
    for (const key of page) {
      const digest = digestOf(key);
      // Each once, though a scan may meet it twice.
      if (meant.delete(digest)) {
        mine.push(key);
        left.add(digest);
      } else if (!left.has(digest)) {
        left.add(digest);
        gone.came += 1;
      }
    }
    if (mine.length === 0) continue;
    await exclusively(client, () => removePage(client, mine, scope.everything, file, gone));
    step();
  }
}

/** Removes keys that nobody changes between export and removal, which the server sees to. */
async function removePage(
  client: Redis,
  keys: readonly Buffer[],
  everything: boolean,
  file: ExportFile,
  gone: Removal,
): Promise<void> {
  let exported: Exported[] = [];
  for (let attempt = 1; attempt <= attempts; attempt++) {
    const names = attempt === 1 ? keys : exported.map(({ key }) => key);
    const { stream } = client;
    try {
      await client.watch(...names);
      const looked = await lookAt(client, names, everything);
      const now = await dumped(
        client,
        looked.filter(({ kept }) => kept === null),
      );
      if (attempt === 1) await file.add(now);
      const same = attempt === 1 ? now : unchanged(exported, now);
      gone.changed += attempt === 1 ? looked.length - now.length : looked.length - same.length;
      exported = same;
    } catch (error) {
      await client.unwatch().catch(() => undefined);
      throw error;
    }
    if (exported.length === 0) {
      await client.unwatch();
      return;
    }
    // Keys are watched no longer on a connection that came after.
    if (client.stream !== stream) continue;
    const done = await client
      .multi()
      .unlink(...exported.map(({ key }) => key))
      .exec();
    if (done === null) continue;
    const [error, count] = done[0] ?? [];
    if (error) throw error;
    gone.removed += Number(count);
    return;
  }
  gone.changed += exported.length;
}

/** What the server dumps, in pipelines of no more than one large key's worth. */
async function dumped(client: Redis, keys: readonly Looked[]): Promise<Exported[]> {
  const found: Exported[] = [];
  for (let from = 0; from < keys.length;) {
    let to = from;
    for (let bytes = 0; to < keys.length && (to === from || bytes + keys[to]!.bytes <= largestKey); to++) {
      bytes += keys[to]!.bytes;
    }
    const asked = client.pipeline();
    const page = keys.slice(from, to);
    for (const { key } of page) asked.dumpBuffer(key).pttl(key);
    const replies = (await asked.exec()) ?? [];
    page.forEach(({ key, type }, i) => {
      const [dumpError, dump] = replies[2 * i] ?? [];
      const [ttlError, pttl] = replies[2 * i + 1] ?? [];
      if (dumpError ?? ttlError) throw dumpError ?? ttlError;
      // It is gone, as an expired one.
      if (Buffer.isBuffer(dump)) found.push({ key, type, dump, pttl: Math.max(Number(pttl), 0) });
    });
    from = to;
  }
  return found;
}

/** Those that hold what was exported, and whose time was not prolonged, as that of a lock that is in use. */
function unchanged(exported: readonly Exported[], now: readonly Exported[]): Exported[] {
  const before = new Map(exported.map((each) => [each.key.toString('latin1'), each]));
  return now.filter(({ key, dump, pttl }) => {
    const old = before.get(key.toString('latin1'));
    // 0 is without an end.
    return old?.dump.equals(dump) === true && pttl <= old.pttl && pttl > 0 === old.pttl > 0;
  });
}
