import assert from 'node:assert/strict';
import type { QueueSeen } from '../../../src/protocol/queueSeen.ts';
import { Bull } from '../../support/bull.ts';
import { Rig } from '../../support/rig.ts';

type Of<K extends QueueSeen['kind']> = Extract<QueueSeen, { kind: K }>;

describe('how queues stand', () => {
  let rig: Rig;
  let bull: Bull;
  beforeEach(async () => {
    rig = new Rig();
    await rig.serve();
    bull = new Bull(rig.server.port);
  });
  afterEach(async () => {
    await bull.close();
    await rig.dispose();
  });

  /** What is known of a queue once `holds` does. */
  async function seen<K extends QueueSeen['kind']>(
    kind: K,
    name: string,
    holds: (queue: Of<K>) => boolean,
  ): Promise<Of<K>> {
    const found = (): Of<K> | undefined =>
      rig.model.queues.find((queue) => queue.name === name)?.seen as Of<K> | undefined;
    const isThere = (): boolean => {
      const queue = found();
      return queue?.kind === kind && holds(queue);
    };
    await rig.until(`${name} is as it should be`, isThere).catch((error: unknown) => {
      throw new Error(`${String(error)}: ${JSON.stringify(rig.model.queues)}`);
    });
    return found()!;
  }

  it('is told of lists, with what went wrong beside them, also while nothing waits', async () => {
    rig.cli('LPUSH', 'agent:tasks', 'a', 'b');
    rig.cli('LPUSH', 'agent:tasks:failed', 'c');
    rig.cli('LPUSH', 'empty:queue:dead', 'x', 'y');
    rig.cli('SADD', 'set:queue', 'no queue');
    await rig.connect();
    await seen('list', 'agent:tasks', ({ length, failed }) => length === 2 && failed === 1);
    await seen('list', 'empty:queue', ({ length, failed }) => length === 0 && failed === 2);
    assert.equal(rig.model.queues.length, 2);
    rig.cli('DEL', 'agent:tasks', 'agent:tasks:failed');
    await seen('list', 'agent:tasks', ({ length, failed }) => length === 0 && failed === null);
  });

  it('is told of streams, their consumer groups and consumers', async () => {
    for (let i = 0; i < 10; i++) rig.cli('XADD', 'build:tasks', '*', 'n', String(i));
    rig.cli('XGROUP', 'CREATE', 'build:tasks', 'builders', '0');
    rig.cli('XGROUP', 'CREATE', 'build:tasks', 'watchers', '$');
    rig.cli('XREADGROUP', 'GROUP', 'builders', 'agent-1', 'COUNT', '4', 'STREAMS', 'build:tasks', '>');
    rig.cli('XREADGROUP', 'GROUP', 'builders', 'agent-2', 'COUNT', '1', 'STREAMS', 'build:tasks', '>');
    await rig.connect();
    const stream = await seen('stream', 'build:tasks', () => true);
    assert.deepEqual([stream.length, stream.groupCount], [10, 2]);
    const [builders, watchers] = stream.groups;
    assert.deepEqual([builders?.name, builders?.lag, builders?.pending, builders?.read], ['builders', 5, 5, 5]);
    assert.ok(builders?.oldestMs !== null && builders!.oldestMs >= 0);
    assert.deepEqual(
      builders?.consumers.map(({ name, pending }) => [name, pending]),
      [
        ['agent-1', 4],
        ['agent-2', 1],
      ],
    );
    assert.deepEqual([watchers?.pending, watchers?.oldestMs, watchers?.consumers], [0, null, []]);
    const { waiting, active, failed } = rig.model.queues[0]!;
    assert.deepEqual([waiting, active, failed], [5, 5, null]);
    const [id] = rig.cli('XRANGE', 'build:tasks', '-', '+', 'COUNT', '1').split('\n');
    rig.cli('XACK', 'build:tasks', 'builders', id!);
    await seen('stream', 'build:tasks', ({ groups }) => groups[0]?.pending === 4);
    // As does what was deleted before it was read: Redis then knows no lag any more.
    const last = rig.cli('XADD', 'build:tasks', '*', 'n', '10');
    rig.cli('XDEL', 'build:tasks', last);
    await seen('stream', 'build:tasks', ({ length }) => length === 10);
  });

  it('is told of BullMQ, with its jobs in every state', async () => {
    const mail = bull.queue('mail');
    await mail.addBulk([1, 2, 3].map((n) => ({ name: 'send', data: { n } })));
    await mail.add('later', {}, { delay: 600_000 });
    await mail.add('urgent', {}, { priority: 1 });
    await rig.connect();
    const fresh = await seen('bullmq', 'bull:mail', ({ waiting }) => waiting === 3);
    assert.match(fresh.version ?? '', /^bullmq:6\./);
    assert.deepEqual(
      [fresh.delayed, fresh.prioritized, fresh.active, fresh.added, fresh.isPaused],
      [1, 1, 0, 5, false],
    );
    assert.ok(fresh.oldestMs !== null && fresh.oldestMs < 60_000);
    await mail.pause();
    await seen('bullmq', 'bull:mail', ({ isPaused, waiting }) => isPaused && waiting === 3);
    await mail.resume();
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    const worker = bull.worker('mail', async ({ data }: { data: { n?: number } }) => {
      if (data.n === 1) throw new Error('no such address');
      if (data.n === 3) await held;
    });
    await seen(
      'bullmq',
      'bull:mail',
      ({ active, failed, completed }) => active === 1 && failed === 1 && completed >= 1,
    );
    // None of its keys is a queue, progress or a result of its own.
    assert.deepEqual([rig.model.queues.length, rig.model.run.length], [1, 0]);
    release();
    await seen(
      'bullmq',
      'bull:mail',
      ({ active, completed, prioritized }) => active + prioritized === 0 && completed === 3,
    );
    await worker.close();
    assert.deepEqual(
      rig.model.status().queues.map(({ kind, waiting, active, failed }) => [kind, waiting, active, failed]),
      [['bullmq', 0, 0, 1]],
    );
  });

  it('tells which active jobs of BullMQ stand still', async () => {
    const queue = bull.queue('build', '{bull}');
    await queue.add('a', {});
    const taken = new Promise<string>((resolve) => {
      bull.worker('build', ({ id }) => (resolve(id!), new Promise(() => undefined)), { prefix: '{bull}' });
    });
    const id = await taken;
    await rig.connect();
    await seen('bullmq', '{bull}:build', ({ active, stalled }) => active === 1 && stalled === 0);
    rig.cli('DEL', `{bull}:build:${id}:lock`);
    await seen('bullmq', '{bull}:build', ({ active, stalled }) => active === 1 && stalled === 1);
  });

  it('shows parents with their children, in queues of their own', async () => {
    const child = (n: number): object => ({ name: `part-${String(n)}`, queueName: 'parts', data: { n } });
    await bull.flows().add({
      name: 'report',
      queueName: 'reports',
      data: {},
      children: [child(1), child(2), { name: 'lost', queueName: 'elsewhere' }] as never,
    });
    await rig.connect();
    const before = await seen('bullmq', 'bull:reports', ({ waitingChildren }) => waitingChildren === 1);
    assert.deepEqual([before.parents[0]?.name, before.parents[0]?.open, before.parents[0]?.done], ['report', 3, 0]);
    bull.worker('parts', () => Promise.resolve('x'.repeat(100)));
    const after = await seen('bullmq', 'bull:reports', ({ parents }) => parents[0]?.done === 2);
    const states = new Map(after.parents[0]!.children.map(({ name, state }) => [name, state]));
    assert.deepEqual(Object.fromEntries(states), { lost: 'waiting', 'part-1': 'completed', 'part-2': 'completed' });
  });

  it('survives what is no queue, and what is far too much', async () => {
    rig.cliInput(
      [
        // Not by its library.
        'HSET bull:fake:meta a b',
        'SET bull:text:meta x',
        // Keys of the wrong types.
        'HSET bull:odd:meta opts.maxLenEvents 100',
        'SET bull:odd:wait x',
        'LPUSH bull:odd:failed x',
        'HSET bull:odd:id x y',
        'LPUSH bull:odd:active "\\x00\\xff"',
        'ZADD bull:odd:waiting-children 1 p 2 "\\xff\\xfe"',
        'SET bull:odd:p x',
        // Streams with ids of their own, and with names that are no text.
        'XADD own:jobs 1-1 a b',
        'XGROUP CREATE own:jobs "\\xff\\x1b[31m" 0',
        'XREADGROUP GROUP "\\xff\\x1b[31m" "\\xfe" COUNT 1 STREAMS own:jobs >',
        'LPUSH "bin\\xff:queue" "\\x00"',
      ].join('\n'),
    );
    rig.cliInput(
      ['XADD wide:stream 1-1 a b', ...numbered(10_000, (i) => `XGROUP CREATE wide:stream g${i} 0`)].join('\n'),
    );
    rig.cliInput(
      [
        'XADD deep:stream 1-1 a b',
        'XGROUP CREATE deep:stream g 0',
        ...numbered(10_000, (i) => `XGROUP CREATECONSUMER deep:stream g c${i}`),
      ].join('\n'),
    );
    rig.cli('EVAL', "return redis.call('XADD','huge:stream','*','a',string.rep('x',50000000))", '0');
    await rig.connect();
    assert.deepEqual(
      rig.model.queues.map(({ name }) => name),
      ['bin\ufffd:queue', 'bull:odd', 'deep:stream', 'huge:stream', 'own:jobs', 'wide:stream'],
    );
    const wide = await seen('stream', 'wide:stream', ({ groupCount }) => groupCount === 10_000);
    assert.deepEqual(wide.groups, []);
    const deep = await seen('stream', 'deep:stream', ({ groups }) => groups[0]?.consumerCount === 10_000);
    assert.deepEqual(deep.groups[0]?.consumers, []);
    const odd = await seen('bullmq', 'bull:odd', () => true);
    assert.deepEqual([odd.waiting, odd.failed, odd.active, odd.stalled, odd.waitingChildren], [0, 0, 1, 1, 2]);
    assert.equal((await seen('stream', 'own:jobs', () => true)).groups[0]?.pending, 1);
  });
});

const numbered = (count: number, line: (i: number) => string): string[] =>
  Array.from({ length: count }, (_, i) => line(i));
