import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { TaskFile } from '../../../src/commands/keys/taskFile.ts';
import { KeyTable } from '../../../src/protocol/keyTable.ts';
import type { Redis } from '../../../src/redis/client.ts';
import { ExportFile } from '../../../src/redis/keys/exportFile.ts';
import { largestKey, type Scope } from '../../../src/redis/keys/matchedKeys.ts';
import { removeKeys, type Removal } from '../../../src/redis/keys/removeKeys.ts';
import { survey, type Survey } from '../../../src/redis/keys/survey.ts';
import type { LocalServer } from '../../../src/redis/localServer.ts';
import { UserError } from '../../../src/redis/userError.ts';
import { openAt, startServer } from '../agent/server.ts';

interface Line {
  key?: string;
  key64?: string;
  type: string;
  pttl: number;
  dump: string;
}

interface Doing {
  step?: () => void;
  signal?: AbortSignal;
  between?: () => Promise<unknown>;
}

describe('cleaning up keys', () => {
  let server: LocalServer;
  let redis: Redis;
  let other: Redis;
  let folder: string;
  let file: string;
  let files = 0;

  before(async () => {
    server = await startServer();
    [redis, other] = [await openAt(server), await openAt(server)];
    folder = mkdtempSync(path.join(tmpdir(), 'signalbox-export-'));
  });
  beforeEach(async () => {
    await redis.flushall();
    file = path.join(folder, `${String(++files)}.jsonl`);
  });
  after(async () => {
    redis.disconnect();
    other.disconnect();
    await server.stop();
    rmSync(folder, { recursive: true });
  });

  const never = new AbortController().signal;
  const within = (pattern: string, more: Partial<Scope> = {}): Scope => ({
    ...{ pattern, except: [], everything: false },
    ...more,
  });
  const count = (scope: Scope, namespaces = ['']): Promise<Survey> =>
    survey(redis, scope, namespaces, new KeyTable(), never, () => undefined);
  /** Exports and removes; `between` is done after each page's export, and `step` after its removal. */
  const remove = async (
    scope: Scope,
    found: Survey,
    { step = () => undefined, signal = never, between }: Doing = {},
  ): Promise<Removal> => {
    const gone: Removal = { removed: 0, changed: 0, came: 0 };
    const exported = await ExportFile.create(file, scope.pattern, 0, false);
    const add = exported.add.bind(exported);
    exported.add = async (keys) => {
      await add(keys);
      await between?.();
    };
    try {
      await removeKeys(redis, scope, found, exported, gone, signal, step);
    } finally {
      await exported.close();
    }
    return gone;
  };
  const lines = (): Line[] =>
    readFileSync(file, 'utf8')
      .trim()
      .split('\n')
      .slice(1)
      .map((line) => JSON.parse(line) as Line);
  const nameOf = ({ key, key64 }: Line): Buffer =>
    key === undefined ? Buffer.from(key64 ?? '', 'base64') : Buffer.from(key);
  /** What the file's first line says. */
  const restore = async (): Promise<void> => {
    for (const line of lines()) await redis.restore(nameOf(line), line.pttl, Buffer.from(line.dump, 'base64'));
  };
  const fill = async (name: (i: number) => string, howMany: number): Promise<void> => {
    for (let from = 0; from < howMany; from += 10_000) {
      const pipeline = redis.pipeline();
      for (let i = from; i < Math.min(from + 10_000, howMany); i++) pipeline.set(name(i), 'x');
      await pipeline.exec();
    }
  };

  it('counts first, by type and role, and touches nothing', async () => {
    await redis.set('t:step:result', '1');
    await redis.hset('t:results', 'a', '1');
    await redis.rpush('t:build:queue', '1');
    await redis.set('t:lock:x', 'agent-1');
    await redis.set('t:mine', '1');
    await redis.set('u:mine', '1');
    const found = await count(within('t:*'), ['t:']);
    assert.equal(found.total, 5);
    assert.deepEqual(found.types, { string: 3, hash: 1, list: 1 });
    assert.deepEqual(found.roles, { result: 1, shared: 1, queue: 1, lock: 1, other: 1 });
    assert.deepEqual(found.examples.toSorted(), ['t:build:queue', 't:lock:x', 't:mine', 't:results', 't:step:result']);
    assert.ok(found.bytes > 250 && found.bytes < 5_000, String(found.bytes));
    assert.deepEqual([found.kept, found.isCut, await redis.dbsize()], [{}, false, 6]);
  });

  it('exports keys of each type as they were, from which they come back', async () => {
    await redis.set('t:text', 'x', 'PX', 1_000_000);
    await redis.hset('t:hash', { a: '1', b: '\u0000' });
    await redis.rpush('t:list', 'x', 'y');
    await redis.sadd('t:set', 'a');
    await redis.zadd('t:zset', 2, 'two', 1.5, 'one');
    await redis.xadd('t:stream', '1-1', 'task', '1');
    await redis.xgroup('CREATE', 't:stream', 'g', '0');
    const binary = Buffer.from('t:\xff\x00', 'latin1');
    await redis.set(binary, binary);
    const names = ['t:text', 't:hash', 't:list', 't:set', 't:zset', 't:stream', binary];
    const dumps = async (): Promise<(string | undefined)[]> =>
      Promise.all(names.map(async (name) => (await redis.dumpBuffer(name))?.toString('base64')));
    const before = await dumps();
    const scope = within('t:*');
    assert.deepEqual(await remove(scope, await count(scope)), { removed: 7, changed: 0, came: 0 });
    assert.equal(await redis.dbsize(), 0);
    assert.equal(statSync(file).mode & 0o777, 0o600);
    await restore();
    assert.deepEqual(await dumps(), before);
    const ttl = await redis.pttl('t:text');
    assert.ok(ttl > 900_000 && ttl <= 1_000_000, String(ttl));
    assert.equal(await redis.pttl('t:hash'), -1);
    const first = JSON.parse(readFileSync(file, 'utf8').split('\n')[0] ?? '') as Record<string, unknown>;
    assert.match(String(first['how']), /RESTORE/);
  });

  it('leaves leases and what Signalbox keeps, in whatever namespace, unless all is meant', async () => {
    const own = ['agent:seq', 'agent:state', 'agent:history', 'agent:inbox:a', 'signalbox:x:y'];
    for (const name of own) await redis.set(`t:${name}`, '1');
    await redis.set('t:lock:a', '{"holder":"a","token":"7"}', 'PX', 100_000);
    await redis.set('t:lock:b', 'plain agent');
    await redis.set('t:agent:tasks', '1');
    const scope = within('t:*');
    const found = await count(scope);
    assert.deepEqual([found.kept.own?.count, found.kept.lease], [5, { count: 1, example: 't:lock:a' }]);
    assert.equal((await remove(scope, found)).removed, 2);
    assert.equal(await redis.dbsize(), 6);
    rmSync(file);
    const all = within('t:*', { everything: true });
    assert.equal((await remove(all, await count(all))).removed, 6);
    assert.equal(await redis.dbsize(), 0);
  });

  it('leaves another fleet whose name begins the same', async () => {
    for (const name of ['t:x', 't:eu:x', 'tx']) await redis.set(name, '1');
    const scope = within('t:*', { except: ['t:eu:'] });
    assert.equal((await remove(scope, await count(scope))).removed, 1);
    assert.deepEqual((await redis.keys('*')).toSorted(), ['t:eu:x', 'tx']);
  });

  it('leaves what is too large to be exported, and says so', async () => {
    await redis.set('t:large', 'x'.repeat(largestKey + 1));
    await redis.set('t:small', 'x');
    const scope = within('t:*');
    const found = await count(scope);
    assert.deepEqual(found.kept, { large: { count: 1, example: 't:large' } });
    assert.equal((await remove(scope, found)).removed, 1);
    assert.equal(await redis.exists('t:large'), 1);
  });

  describe('while others write', () => {
    it('leaves what came after it was counted', async () => {
      await redis.set('t:old', '1');
      const scope = within('t:*');
      const found = await count(scope);
      await redis.set('t:new', '1');
      assert.deepEqual(await remove(scope, found), { removed: 1, changed: 0, came: 1 });
      assert.deepEqual(await redis.keys('*'), ['t:new']);
      assert.deepEqual(
        lines().map(({ key }) => key),
        ['t:old'],
      );
    });

    it('removes only what is in the file as it was: what changes in between is left', async () => {
      for (const name of ['t:a', 't:b', 't:c', 't:lock:d', 't:e']) await redis.set(name, '1', 'PX', 100_000);
      const scope = within('t:*');
      const found = await count(scope);
      const between = async (): Promise<void> => {
        await other.set('t:a', '2');
        await other.del('t:b');
        await other.pexpire('t:lock:d', 200_000);
        await other.persist('t:e');
      };
      assert.deepEqual(await remove(scope, found, { between }), { removed: 1, changed: 3, came: 0 });
      assert.deepEqual((await redis.keys('*')).toSorted(), ['t:a', 't:e', 't:lock:d']);
      assert.equal(await redis.get('t:a'), '2');
    });

    it('leaves what is changed while the connection is away, of which nothing would tell', async () => {
      for (const name of ['t:a', 't:b']) await redis.set(name, '1');
      const scope = within('t:*');
      const found = await count(scope);
      const between = async (): Promise<void> => {
        const back = once(redis, 'ready');
        await other.call('CLIENT', 'KILL', 'ID', String(await redis.client('ID')));
        await other.set('t:a', '2');
        await back;
      };
      assert.deepEqual(await remove(scope, found, { between }), { removed: 1, changed: 1, came: 0 });
      assert.equal(await redis.get('t:a'), '2');
    });

    it('gives up on what never stands still', async () => {
      await redis.set('t:a', '1');
      const scope = within('t:*');
      const found = await count(scope);
      const watch = redis.watch.bind(redis);
      let times = 0;
      redis.watch = (async (...keys: string[]) => {
        const done = await watch(...keys);
        await other.set('t:a', '1', 'PX', 100_000 - 1_000 * ++times);
        return done;
      }) as unknown as Redis['watch'];
      try {
        assert.deepEqual(await remove(scope, found), { removed: 0, changed: 1, came: 0 });
      } finally {
        redis.watch = watch;
      }
      assert.equal(await redis.exists('t:a'), 1);
      assert.equal(times, 3);
    });

    it('leaves a lock that has become a lease', async () => {
      await redis.set('t:lock:a', 'plain');
      const scope = within('t:*');
      const found = await count(scope);
      await redis.set('t:lock:a', '{"holder":"a","token":"7"}');
      assert.deepEqual(await remove(scope, found), { removed: 0, changed: 1, came: 0 });
      assert.equal(await redis.exists('t:lock:a'), 1);
    });
  });

  it('stops where it is told to, with all that is gone in the file', async () => {
    await fill((i) => `t:${String(i)}`, 1_000);
    const scope = within('t:*');
    const found = await count(scope);
    const stop = new AbortController();
    const gone = await remove(scope, found, { step: () => stop.abort(), signal: stop.signal });
    assert.ok(gone.removed >= 1 && gone.removed <= 100, String(gone.removed));
    assert.equal(await redis.dbsize(), 1_000 - gone.removed);
    await restore();
    assert.equal(await redis.dbsize(), 1_000);
    await assert.rejects(
      survey(redis, scope, [''], new KeyTable(), AbortSignal.abort(), () => undefined),
      /abort/i,
    );
  });

  it('removes nothing on a server other than that on which it was counted', async () => {
    await redis.set('t:a', '1');
    const scope = within('t:*');
    const found = await survey(other, scope, [''], new KeyTable(), never, () => undefined);
    await assert.rejects(remove(scope, found), UserError);
    assert.equal(await redis.exists('t:a'), 1);
  });

  it('removes nothing where the disk turns out to be full when it is written to', async () => {
    await redis.set('t:a', '1');
    const scope = within('t:*');
    const found = await count(scope);
    // Any file handle has this one's prototype.
    const handle = await open(path.join(folder, 'any'), 'w');
    const files = Object.getPrototypeOf(handle) as FileHandle;
    const datasync = Object.getOwnPropertyDescriptor(files, 'datasync') ?? {};
    files.datasync = () => Promise.reject(new Error('ENOSPC'));
    try {
      await assert.rejects(remove(scope, found), /ENOSPC/);
    } finally {
      Object.defineProperty(files, 'datasync', datasync);
      await handle.close();
    }
    assert.equal(await redis.exists('t:a'), 1);
  });

  it('does not write over a file that is there', async () => {
    await (await ExportFile.create(file, 'x', 0, false)).close();
    await assert.rejects(ExportFile.create(file, 'x', 0, false), /EEXIST/);
    await (await ExportFile.create(file, 'x', 0, true)).close();
  });

  it('lets nobody else read what was written over a file that all could read', async () => {
    writeFileSync(file, '', { mode: 0o644 });
    await (await ExportFile.create(file, 'x', 0, true)).close();
    assert.equal(statSync(file).mode & 0o777, 0o600);
    const place = { file: `${file}.tasks`, overwrite: true };
    writeFileSync(place.file, '', { mode: 0o644 });
    const tasks = new TaskFile(place);
    await tasks.keep(['x']);
    await tasks.close();
    assert.equal(statSync(place.file).mode & 0o777, 0o600);
  });

  it('goes in small steps through 100,000 keys of others', async () => {
    await fill((i) => `foreign:${String(i)}`, 100_000);
    await fill((i) => `t:${String(i)}`, 3_000);
    await redis.config('RESETSTAT');
    const scope = within('t:*');
    const steps: number[] = [];
    const found = await survey(redis, scope, [''], new KeyTable(), never, (total) => steps.push(total));
    assert.equal(found.total, 3_000);
    assert.deepEqual(await remove(scope, found), { removed: 3_000, changed: 0, came: 0 });
    assert.ok(steps.length >= 30);
    const stats = await redis.info('commandstats');
    const calls = (name: string): number => Number(new RegExp(`cmdstat_${name}:calls=(\\d+)`).exec(stats)?.[1] ?? 0);
    // No page holds more than 100 keys, and no scan looks at more than some 1,000.
    assert.ok(calls('unlink') >= 30, String(calls('unlink')));
    assert.ok(calls('scan') >= 2 * 90, String(calls('scan')));
    assert.deepEqual([calls('keys'), calls('del'), await redis.dbsize()], [0, 0, 100_000]);
    assert.equal(lines().length, 3_000);
  });
});
