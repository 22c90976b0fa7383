import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import Redis from 'ioredis';
import * as vscode from 'vscode';
import { keyOf } from '../../../src/model/sorting.ts';
import type { SignalboxApi } from '../../../src/protocol/status.ts';
import { findRedisServer, startLocalServer, type LocalServer } from '../../../src/redis/localServer.ts';
import { Bull } from '../../support/bull.ts';

const run = async <T>(command: string, argument?: unknown): Promise<T> =>
  vscode.commands.executeCommand<T>(`signalbox.${command}`, argument);

describe('what a person does with queues, by commands with an argument', () => {
  let api: SignalboxApi;
  let server: LocalServer;
  let redis: Redis;
  let bull: Bull;
  let folder: string;

  before(async () => {
    const binary = findRedisServer(process.env);
    assert.ok(binary, 'a redis-server is on the PATH');
    server = await startLocalServer({ binary });
    redis = new Redis(server.url);
    bull = new Bull(server.port);
    folder = mkdtempSync(path.join(tmpdir(), 'signalbox-queues-'));
    const extension = vscode.extensions.getExtension<SignalboxApi>('signalbox.signalbox');
    assert.ok(extension);
    api = await extension.activate();
    await run('connect', { url: server.url });
  });

  after(async () => {
    await run('disconnect');
    await bull.close();
    redis.disconnect();
    await server.stop();
    rmSync(folder, { recursive: true });
    const configuration = vscode.workspace.getConfiguration('signalbox');
    await configuration.update('redis.url', undefined, vscode.ConfigurationTarget.Global);
  });

  beforeEach(() => redis.flushall());

  /** Resolves once a queue of this name is in the picture. */
  const known = (name: string): Promise<void> =>
    new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(JSON.stringify(api.status().queues))), 10_000);
      const look = (): void => {
        if (!api.status().queues.some((queue) => queue.name === name)) return;
        clearTimeout(timer);
        listening.dispose();
        resolve();
      };
      const listening = api.onDidChange(look);
      look();
    });

  it('pushes where workers pop, also a queue that nobody has used', async () => {
    assert.deepEqual(await run('pushTask', { queue: 'agent:tasks', task: 'one' }), { waiting: 1 });
    assert.deepEqual(await run('pushTask', { ns: '', queue: 'agent:tasks', task: { n: 2 } }), { waiting: 2 });
    assert.deepEqual(await redis.rpop('agent:tasks', 2), ['one', '{"n":2}']);
    await bull.written('mail');
    assert.deepEqual(await run('pushTask', { queue: 'bull:mail', task: '{"to":"a"}', job: 'send' }), { waiting: 1 });
    const job = await bull.nextJob('mail');
    assert.deepEqual([job.name, job.data], ['send', { to: 'a' }]);
  });

  it('says in words why it does not', async () => {
    await assert.rejects(run('pushTask', { queue: 'a:queue', task: ' ' }), /needs a text/);
    await assert.rejects(run('pushTask', { queue: 'a:queue', task: 'x'.repeat(300_000) }), /at most 256 KiB/);
    await redis.sadd('a:queue', 'x');
    await assert.rejects(run('pushTask', { queue: 'a:queue', task: 'x' }), /a:queue is no queue but a set/);
    await redis.hset('bull:old:meta', 'opts.maxLenEvents', '1', 'version', 'bullmq:5.4.0');
    await assert.rejects(run('requeueFailed', { queue: 'bull:old' }), /written by bullmq:5\.4\.0/);
    await assert.rejects(run('peekQueue', { queue: 'a:queue', ns: 'other:' }), /does not show the fleet/);
  });

  it('peeks without taking, and lays the tasks of a row out in an editor', async () => {
    await redis.lpush('a:queue', 'one', '{"n":[1,2]}', '12345678901234567890');
    assert.deepEqual(await run('peekQueue', { queue: 'a:queue', count: 2 }), { tasks: ['one', '{"n":[1,2]}'] });
    assert.equal(await redis.llen('a:queue'), 3);
    await known('a:queue');
    await run('peekQueue', `queue:${keyOf('', 'a:queue')}`);
    const shown = vscode.window.activeTextEditor?.document;
    assert.equal(shown?.languageId, 'json');
    assert.deepEqual(JSON.parse(shown?.getText() ?? ''), ['one', { n: [1, 2] }, '12345678901234567890']);
    await vscode.commands.executeCommand('workbench.action.closeActiveEditor');
    // Also of a queue whose name is no text.
    await redis.lpush(Buffer.from('bin\xff:queue', 'latin1'), 'here');
    assert.deepEqual(await run('peekQueue', { queue: 'bin\ufffd:queue' }), { tasks: ['here'] });
    await redis.lpush(Buffer.from('bin\xfe:queue', 'latin1'), 'there');
    await assert.rejects(run('peekQueue', { queue: 'bin\ufffd:queue' }), /several queues/);
  });

  it('requeues what failed, by the queue’s row or one below it', async () => {
    await redis.lpush('a:queue:failed', 'f1', 'f2');
    await known('a:queue');
    assert.deepEqual(await run('requeueFailed', `queue:${keyOf('', 'a:queue')}`), { requeued: 2 });
    assert.deepEqual(await redis.rpop('a:queue', 2), ['f1', 'f2']);
    const queue = await bull.written('post');
    let isBroken = true;
    const done = new Promise<void>((resolve) => {
      const worker = bull.worker('post', () => (isBroken ? Promise.reject(new Error('no')) : Promise.resolve()));
      worker.on('failed', () => resolve());
    });
    await queue.add('send', {});
    await done;
    await known('bull:post');
    isBroken = false;
    const row = JSON.stringify([`queue:${keyOf('', 'bull:post')}`, 'failed']);
    assert.deepEqual(await run('requeueFailed', row), { requeued: 1 });
  });

  it('gives what a consumer of a stream kept to the others', async () => {
    await redis.xadd('b:tasks', '*', 'n', '1');
    await redis.xgroup('CREATE', 'b:tasks', 'g', '0');
    await redis.xreadgroup('GROUP', 'g', 'gone', 'STREAMS', 'b:tasks', '>');
    assert.deepEqual(await run('requeueFailed', { queue: 'b:tasks' }), { requeued: 0 });
    assert.deepEqual(await run('requeueFailed', { queue: 'b:tasks', idleMs: 0 }), { requeued: 1 });
    const given = (await redis.xreadgroup('GROUP', 'g', 'c', 'STREAMS', 'b:tasks', '>')) as [string, unknown[]][];
    assert.equal(given[0]?.[1].length, 1);
  });

  it('purges what was named, once it stands in a file of its own', async () => {
    await redis.lpush('a:queue', 'one', 'two');
    const file = path.join(folder, 'a.jsonl');
    await assert.rejects(run('purgeQueue', { queue: 'a:queue', file }), /say its name/);
    await assert.rejects(run('purgeQueue', { queue: 'a:queue', file, confirm: 'b:queue' }), /say its name/);
    assert.equal(await redis.llen('a:queue'), 2);
    assert.deepEqual(await run('purgeQueue', { queue: 'a:queue', file, confirm: 'a:queue' }), {
      exported: 2,
      removed: 2,
      file,
    });
    assert.equal(readFileSync(file, 'utf8'), '{"task":"one"}\n{"task":"two"}\n');
    assert.equal(statSync(file).mode & 0o777, 0o600);
    assert.equal(await redis.exists('a:queue'), 0);
    // Nothing waits, so no file is needed.
    const again = await run('purgeQueue', { queue: 'a:queue', file, confirm: 'a:queue' });
    assert.deepEqual(again, { exported: 0, removed: 0, file: null });
    // A file that is there is somebody's, and without one nothing is removed.
    await redis.lpush('a:queue', 'three');
    await assert.rejects(run('purgeQueue', { queue: 'a:queue', file, confirm: 'a:queue' }), /EEXIST/);
    assert.equal(await redis.llen('a:queue'), 1);
  });
});
