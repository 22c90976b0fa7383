import assert from 'node:assert/strict';
import type { Redis } from '../../../src/redis/client.ts';
import { peekQueue } from '../../../src/redis/keys/peekQueue.ts';
import { purgeQueue } from '../../../src/redis/keys/purgeQueue.ts';
import { pushTask } from '../../../src/redis/keys/pushTask.ts';
import { isRefusal, queueAt, type QueueKey, type Refusal } from '../../../src/redis/keys/queueAt.ts';
import { requeueFailed, type GoOn } from '../../../src/redis/keys/requeueFailed.ts';
import { supervisorRules } from '../../../src/redis/rights.ts';
import { Bull, type Job } from '../../support/bull.ts';
import { Rig } from '../../support/rig.ts';

const always = (): boolean => true;

describe('what a person does with queues', () => {
  let rig: Rig;
  let bull: Bull;
  beforeEach(async () => {
    rig = new Rig();
    await rig.serve();
    await rig.connect();
    bull = new Bull(rig.server.port);
  });
  afterEach(async () => {
    await bull.close();
    await rig.dispose();
  });

  /** Does something with the queue of this name. */
  const onQueue = <T>(name: string, act: (client: Redis, queue: QueueKey) => Promise<T>): Promise<T> =>
    rig.link.act('', 'keyDeeds', async (client) => {
      const queue = await queueAt(client, name);
      assert.ok(!isRefusal(queue));
      return act(client, queue);
    });
  const push = (name: string, text: string, job = 'task'): Promise<number | Refusal> =>
    onQueue(name, (client, queue) => pushTask(client, queue, { text, job }));
  const requeue = (name: string, idleMs = 0): Promise<number | Refusal> =>
    onQueue(name, (client, queue) => requeueFailed(client, queue, idleMs, always));
  const peek = (name: string, count = 10): ReturnType<typeof peekQueue> =>
    onQueue(name, (client, queue) => peekQueue(client, queue, count));
  /** What was removed, and every line of the export. */
  async function purge(
    name: string,
    meanwhile: (exported: number) => boolean | Promise<boolean> = always,
  ): Promise<{ exported: number; removed: number; lines: unknown[] }> {
    const lines: unknown[] = [];
    const keep = async (more: readonly string[]): Promise<void> => {
      lines.push(...more.map((line) => JSON.parse(line) as unknown));
      goesOn = await meanwhile(lines.length);
    };
    let goesOn = true;
    const done = await onQueue(name, (client, queue) => purgeQueue(client, queue, keep, () => goesOn));
    assert.ok(!isRefusal(done));
    return { exported: done.exported, removed: done.removed, lines };
  }

  describe('pushing a task', () => {
    it('reaches a worker that pops a list, after those before it', async () => {
      assert.equal(await push('agent:tasks', 'first'), 1);
      assert.equal(await push('agent:tasks', 'second'), 2);
      assert.equal(rig.cli('RPOP', 'agent:tasks'), 'first');
    });

    it('reaches a consumer of a stream, a field of it for each of an object', async () => {
      rig.cli('XGROUP', 'CREATE', 'b:tasks', 'g', '$', 'MKSTREAM');
      await push('b:tasks', '{"file":"a.ts","lines":[1,2]}');
      await push('b:tasks', 'plain');
      const given = rig.cli('XREADGROUP', 'GROUP', 'g', 'c', 'STREAMS', 'b:tasks', '>').split('\n');
      assert.deepEqual(
        given.filter((line) => !/^\d+-\d+$/.test(line)),
        ['b:tasks', 'file', 'a.ts', 'lines', '[1,2]', 'task', 'plain'],
      );
    });

    it('reaches a real worker of BullMQ, waiting or not, and those that listen', async () => {
      const queue = await bull.written('mail');
      assert.equal(await push('bull:mail', '{"to":"a"}', 'send'), 1);
      const job = await bull.nextJob('mail');
      assert.deepEqual([job.name, job.data, job.id], ['send', { to: 'a' }, '1']);
      const next = new Promise<Job>((resolve) => {
        bull.worker('later', (given) => Promise.resolve(resolve(given)));
      });
      await bull.written('later');
      assert.equal(await push('bull:later', 'no JSON'), 1);
      assert.equal((await next).data, 'no JSON');
      // It stands beside those of its own library as if it were one.
      assert.equal((await queue.add('own', {})).id, '2');
      assert.equal((await queue.getJob('1'))?.name, 'send');
    });

    it('wakes no worker of a paused queue of BullMQ', async () => {
      const queue = await bull.written('mail');
      await queue.pause();
      await push('bull:mail', '{"n":1}');
      const job = bull.nextJob('mail');
      assert.equal(await queue.getWaitingCount(), 1);
      await queue.resume();
      assert.deepEqual((await job).data, { n: 1 });
    });

    it('is refused where another version writes, or where there is no queue', async () => {
      rig.cli('HSET', 'bull:old:meta', 'opts.maxLenEvents', '1', 'version', 'bullmq:4.12.0');
      assert.deepEqual(await push('bull:old', 'x'), { refused: 'version', version: 'bullmq:4.12.0' });
      rig.cli('SADD', 'a:queue', 'x');
      const refused = await rig.link.act('', 'keyDeeds', (client) => queueAt(client, 'a:queue'));
      assert.deepEqual(refused, { refused: 'type', type: 'set' });
      assert.equal(rig.cli('EXISTS', 'bull:old:wait', 'bull:old:id'), '0');
    });
  });

  describe('looking at what is next', () => {
    it('takes nothing, and begins with what a worker is given next', async () => {
      rig.cli('LPUSH', 'a:queue', 'one', '{"n":2}', 'three');
      assert.deepEqual(await peek('a:queue', 2), ['one', '{"n":2}']);
      assert.equal(rig.cli('LLEN', 'a:queue'), '3');
      for (const n of ['1', '2', '3']) rig.cli('XADD', 'b:tasks', `${n}-1`, 'n', n);
      for (const group of ['g', 'h']) rig.cli('XGROUP', 'CREATE', 'b:tasks', group, '0');
      rig.cli('XREADGROUP', 'GROUP', 'g', 'c', 'COUNT', '2', 'STREAMS', 'b:tasks', '>');
      rig.cli('XREADGROUP', 'GROUP', 'h', 'c', 'COUNT', '1', 'STREAMS', 'b:tasks', '>');
      assert.deepEqual(await peek('b:tasks'), [
        { id: '2-1', fields: { n: '2' } },
        { id: '3-1', fields: { n: '3' } },
      ]);
      const queue = bull.queue('mail');
      await queue.add('urgent', { n: 2 }, { priority: 1 });
      await queue.add('send', { n: 1 });
      assert.deepEqual(
        (await peek('bull:mail')).map((task) => typeof task !== 'string' && 'name' in task && [task.name, task.data]),
        [
          ['send', '{"n":1}'],
          ['urgent', '{"n":2}'],
        ],
      );
    });

    it('does not fetch what is far too much', async () => {
      rig.cli('EVAL', "for i = 1, 100 do redis.call('LPUSH', KEYS[1], string.rep('x', 1000000)) end", '1', 'a:queue');
      const tasks = await peek('a:queue', 100);
      assert.equal(tasks.length, 64);
      assert.ok(tasks.every((task) => typeof task === 'string' && task.length === 65_536));
      assert.deepEqual(await peek('nothing:queue'), []);
    });
  });

  describe('requeueing what failed', () => {
    it('brings a list’s failures back, the oldest first, behind what waits', async () => {
      rig.cli('LPUSH', 'a:queue', 'waits');
      rig.cli('LPUSH', 'a:queue:failed', ...Array.from({ length: 120 }, (_, i) => `f${String(i)}`));
      rig.cli('LPUSH', 'a:queue:dead', 'd');
      assert.equal(await requeue('a:queue'), 121);
      assert.equal(rig.cli('EXISTS', 'a:queue:failed', 'a:queue:dead'), '0');
      assert.deepEqual(rig.cli('RPOP', 'a:queue', '3').split('\n'), ['waits', 'f0', 'f1']);
    });

    it('gives what a consumer kept for long to the others', async () => {
      rig.cliInput(Array.from({ length: 120 }, (_, i) => `XADD b:tasks * n ${String(i)}`).join('\n'));
      rig.cli('XGROUP', 'CREATE', 'b:tasks', 'g', '0');
      rig.cli('XREADGROUP', 'GROUP', 'g', 'dead', 'COUNT', '110', 'STREAMS', 'b:tasks', '>');
      // Nobody has kept one for an hour.
      assert.equal(await requeue('b:tasks', 3_600_000), 0);
      assert.equal(await requeue('b:tasks'), 110);
      assert.match(rig.cli('XPENDING', 'b:tasks', 'g'), /^0/);
      const given = rig.cli('XREADGROUP', 'GROUP', 'g', 'alive', 'STREAMS', 'b:tasks', '>').split('\n');
      const numbers = given.flatMap((line, i) => (line === 'n' ? [Number(given[i + 1])] : []));
      assert.deepEqual(numbers, [
        ...Array.from({ length: 10 }, (_, i) => 110 + i),
        ...Array.from({ length: 110 }, (_, i) => i),
      ]);
      rig.cli('XGROUP', 'CREATE', 'b:tasks', 'h', '0');
      assert.deepEqual(await requeue('b:tasks'), { refused: 'groups', groups: 2 });
    });

    it('does nothing twice where all fails anew at once, also by a clock that is behind', async () => {
      const all = Array.from({ length: 60 }, (_, i) => String(i));
      rig.cliInput(all.map((n) => `XADD b:tasks * n ${n}`).join('\n'));
      rig.cli('XGROUP', 'CREATE', 'b:tasks', 'g', '0');
      const read = (): string => rig.cli('XREADGROUP', 'GROUP', 'g', 'c', 'STREAMS', 'b:tasks', '>');
      read();
      rig.cli('HSET', 'bull:mail:meta', 'opts.maxLenEvents', '1', 'version', 'bullmq:6.7.0');
      rig.cliInput(all.flatMap((n) => [`HSET bull:mail:${n} data 1`, `ZADD bull:mail:failed 9 ${n}`]).join('\n'));
      const fail = (): void => {
        const taken = rig.cli('RPOP', 'bull:mail:wait', '50').split('\n');
        rig.cli('ZADD', 'bull:mail:failed', ...taken.flatMap((id) => ['99', id]));
      };
      const meanwhile =
        (work: () => void): GoOn =>
        (moved) => {
          work();
          return moved < 500;
        };
      const again = (name: string, work: () => void): Promise<number | Refusal> =>
        onQueue(name, (client, queue) => requeueFailed(client, queue, 0, meanwhile(work)));
      assert.equal(await again('b:tasks', read), 60);
      assert.equal(await again('bull:mail', fail), 60);
    });

    it('lets real workers of BullMQ do failed jobs again, also children, whose parent then follows', async () => {
      const flows = bull.flows();
      const queue = await bull.written('parts');
      let isBroken = true;
      const seen: unknown[] = [];
      const worker = bull.worker('parts', async ({ data }: Job) => {
        if (isBroken) throw new Error('broken');
        seen.push((data as { n: number }).n);
      });
      await bull.written('reports');
      await flows.add({
        name: 'report',
        queueName: 'reports',
        children: [1, 2].map((n) => ({
          name: 'part',
          queueName: 'parts',
          data: { n },
          opts: { ignoreDependencyOnFailure: n === 2 },
        })),
      });
      await queue.add('urgent', { n: 3 }, { priority: 2 });
      const isFailed = async (): Promise<boolean> => (await queue.getFailedCount()) === 3;
      const failures = new Promise<void>((resolve) => {
        worker.on('failed', () => void isFailed().then((all) => (all ? resolve() : undefined)));
      });
      await failures;
      isBroken = false;
      const parent = bull.nextJob('reports');
      assert.equal(await requeue('bull:parts'), 3);
      assert.equal((await parent).name, 'report');
      assert.deepEqual(new Set(seen), new Set([1, 2, 3]));
      assert.equal(await queue.getFailedCount(), 0);
    });
  });

  describe('purging', () => {
    it('takes away what was exported, text or not, in the order of workers', async () => {
      rig.cliInput(['LPUSH a:queue one "{\\"n\\":2}" "\\xff\\x00"', 'LPUSH a:queue one'].join('\n'));
      const { exported, removed, lines } = await purge('a:queue');
      assert.deepEqual([exported, removed], [4, 4]);
      assert.deepEqual(lines, [{ task: 'one' }, { task: '{"n":2}' }, { task: { base64: '/wA=' } }, { task: 'one' }]);
      assert.equal(rig.cli('EXISTS', 'a:queue'), '0');
    });

    it('loses nothing to poppers and pushers, and says what they took', async () => {
      const all = Array.from({ length: 2_500 }, (_, i) => `t${String(i)}`);
      rig.cliInput(all.map((task) => `LPUSH a:queue ${task}`).join('\n'));
      const popped: string[] = [];
      const { exported, removed, lines } = await purge('a:queue', () => {
        popped.push(...rig.cli('RPOP', 'a:queue', '7').split('\n'));
        rig.cli('LPUSH', 'a:queue', 'new');
        // Somebody puts one where workers pop.
        rig.cli('RPUSH', 'a:queue', 'urgent');
        return true;
      });
      const left = rig.cli('LRANGE', 'a:queue', '0', '-1').split('\n').filter(Boolean);
      const kept = lines.map((line) => (line as { task: string }).task);
      assert.equal(exported, kept.length);
      assert.ok(popped.length > 100);
      // Each of them is in the export, with a worker or still there, and what was removed is what was exported and not popped.
      const whereabouts = new Set([...kept, ...popped, ...left]);
      assert.deepEqual(
        all.filter((task) => !whereabouts.has(task)),
        [],
      );
      const taken = new Set(popped);
      assert.equal(removed, kept.length - kept.filter((task) => task.startsWith('t') && taken.has(task)).length);
      assert.ok(left.includes('new'));
    });

    it('stops when it is cancelled, with what is left still there', async () => {
      rig.cliInput(Array.from({ length: 350 }, (_, i) => `LPUSH a:queue t${String(i)}`).join('\n'));
      const { exported, removed } = await purge('a:queue', (count) => count < 200);
      assert.deepEqual([exported, removed, rig.cli('LLEN', 'a:queue')], [200, 200, '150']);
    });

    it('takes away entries of a stream, of which then nobody has to do any', async () => {
      rig.cliInput(Array.from({ length: 250 }, (_, i) => `XADD b:tasks * n ${String(i)}`).join('\n'));
      rig.cli('XGROUP', 'CREATE', 'b:tasks', 'g', '0');
      rig.cli('XREADGROUP', 'GROUP', 'g', 'c', 'COUNT', '5', 'STREAMS', 'b:tasks', '>');
      const { exported, removed, lines } = await purge('b:tasks', () => {
        rig.cli('XADD', 'b:tasks', '*', 'n', 'later');
        return true;
      });
      assert.deepEqual([exported, removed], [250, 250]);
      assert.deepEqual((lines[0] as { fields: unknown }).fields, ['n', '0']);
      assert.match(rig.cli('XPENDING', 'b:tasks', 'g'), /^0/);
      assert.equal(rig.cli('XLEN', 'b:tasks'), '3');
    });

    it('writes down what the children of a job came to, which goes with it', async () => {
      await bull.written('mail');
      rig.cli('HSET', 'bull:mail:7', 'name', 'report');
      rig.cli('HSET', 'bull:mail:7:processed', 'bull:parts:1', '42');
      rig.cli('LPUSH', 'bull:mail:wait', '7');
      const { lines } = await purge('bull:mail');
      const job = { id: '7', state: 'wait', job: { name: 'report' }, children: { 'bull:parts:1': '42' } };
      assert.deepEqual([lines, rig.cli('EXISTS', 'bull:mail:7:processed')], [[job], '0']);
    });

    it('takes away what waits in BullMQ with all its keys, and lets parents go on', async () => {
      const queue = await bull.written('parts');
      await bull.written('reports');
      await bull.flows().add({
        name: 'report',
        queueName: 'reports',
        children: [1, 2].map((n) => ({ name: 'part', queueName: 'parts', data: { n } })),
      });
      await queue.add('later', {}, { delay: 600_000 });
      await queue.add('urgent', {}, { priority: 4 });
      await queue.upsertJobScheduler('hourly', { every: 3_600_000 }, { name: 'tick' });
      const { exported, removed, lines } = await purge('bull:parts');
      assert.deepEqual([exported, removed], [4, 4]);
      const [first] = lines as { state: string; job: { name: string; data: string } }[];
      assert.deepEqual([first?.state, first?.job.name, first?.job.data], ['wait', 'part', '{"n":1}']);
      const counts = await queue.getJobCounts();
      // The next job of a scheduler is what it makes the one after that from.
      assert.deepEqual([counts['waiting']! + counts['delayed']!, counts['prioritized']], [1, 0]);
      assert.equal((await bull.nextJob('reports')).name, 'report');
      const names = rig
        .cli('KEYS', 'bull:parts:*')
        .split('\n')
        .filter((key) => rig.cli('TYPE', key) === 'hash');
      assert.deepEqual(
        names.filter((key) => !/meta|repeat/.test(key)),
        [],
      );
    });
  });

  it('takes no more than the rights that a supervisor is set up with', async () => {
    rig.cli('LPUSH', 'a:queue:failed', 'f');
    rig.cli('XADD', 'b:tasks', '*', 'n', '1');
    rig.cli('XGROUP', 'CREATE', 'b:tasks', 'g', '0');
    rig.cli('XREADGROUP', 'GROUP', 'g', 'gone', 'STREAMS', 'b:tasks', '>');
    const queue = await bull.written('mail');
    await queue.add('send', {}, { delay: 600_000 });
    await bull.flows().add({ name: 'report', queueName: 'mail', children: [{ name: 'part', queueName: 'mail' }] });
    rig.cli('ACL', 'SETUSER', 'boss', 'on', '>secret', ...supervisorRules('').split(' '));
    await rig.connect({ username: 'boss', password: 'secret' });
    assert.deepEqual([...rig.model.connection.troubles.keys()], []);
    await rig.until('all are known', () => rig.model.queues.length === 3);
    for (const name of ['a:queue', 'b:tasks', 'bull:mail']) {
      assert.ok(!isRefusal(Object(await push(name, '{"n":2}')) as object), name);
      assert.ok((await peek(name)).length > 0, name);
      assert.ok(typeof (await requeue(name)) === 'number', name);
      const { exported, removed } = await purge(name);
      assert.ok(exported > 0 && exported === removed, name);
    }
  });
});
