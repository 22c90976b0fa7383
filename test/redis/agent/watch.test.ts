import assert from 'node:assert/strict';
import type { Status } from '../../../src/protocol/status.ts';
import type { Redis } from '../../../src/redis/client.ts';
import type { LocalServer } from '../../../src/redis/localServer.ts';
import { CliProcess, runCli } from './cliProcess.ts';
import { openAt, startServer, stateText } from './server.ts';

const ns = 'shop:';
const stateChannel = 'shop:agent:state:sync';

describe('signalbox watch', () => {
  let server: LocalServer;
  let redis: Redis;
  const started: CliProcess[] = [];

  before(async () => {
    server = await startServer();
    redis = await openAt(server);
  });
  beforeEach(() => redis.flushall());
  afterEach(async () => {
    for (const watch of started.splice(0)) await watch.end();
  });
  after(async () => {
    redis.disconnect();
    await server.stop();
  });

  const start = (...args: string[]): CliProcess => {
    const watch = new CliProcess(args);
    started.push(watch);
    return watch;
  };
  const watching = async (): Promise<CliProcess> => {
    const watch = start('--url', server.url, '--namespace', ns, 'watch', '--json');
    await watch.json({ kind: 'snapshot' });
    return watch;
  };

  it('begins with the picture and numbers what follows from 1, without a gap', async () => {
    await redis.hset('shop:agent:state', 'a', stateText('a', { task: 'fileX', status: 'working', ver: 1 }));
    const watch = await watching();
    const first = JSON.parse(watch.lines[0] ?? '') as { v: number; kind: string; status: Status };
    assert.equal(first.v, 1);
    assert.equal(first.kind, 'snapshot');
    assert.equal(first.status.agents[0]?.id, 'a');
    for (let ver = 2; ver <= 50; ver++)
      await redis.publish(stateChannel, stateText('a', { task: 'fileX', status: 'working', ver }));
    await watch.line('version 50', (line) => line.includes('"ver":50'));
    const events = watch.lines.slice(1).map((line) => JSON.parse(line) as Record<string, unknown>);
    assert.deepEqual(
      events.map(({ n }) => n),
      events.map((_, index) => index + 1),
    );
    const versions = events.filter(({ kind }) => kind === 'state').map(({ data }) => (data as { ver: number }).ver);
    assert.deepEqual(
      versions,
      Array.from({ length: 49 }, (_, index) => index + 2),
    );
    for (const event of events) {
      assert.equal(event['v'], 1);
      for (const name of [
        'ns',
        'seq',
        'at',
        'clock',
        'kind',
        'agent',
        'resource',
        'token',
        'channel',
        'reason',
        'data',
      ]) {
        assert.ok(name in event, `${name} of ${JSON.stringify(event)}`);
      }
      assert.equal(event['ns'], ns);
      assert.equal(event['seq'], null);
    }
  });

  it('loses nothing between the picture and the first event', async () => {
    let ver = 0;
    let isOver = false;
    const publishing = (async () => {
      while (!isOver)
        await redis.publish(stateChannel, stateText('a', { task: 'fileX', status: 'working', ver: ++ver }));
    })();
    const watch = start('--url', server.url, '--namespace', ns, 'watch', '--json');
    await watch.line('some states', () => watch.lines.length > 200);
    isOver = true;
    await publishing;
    await watch.line('the last state', (line) => line.includes(`"ver":${ver}`));
    const [first, ...rest] = watch.lines.map((line) => JSON.parse(line) as Record<string, unknown>);
    const known = (first as unknown as { status: Status }).status.agents[0]?.ver ?? 0;
    const versions = rest.filter(({ kind }) => kind === 'state').map(({ data }) => (data as { ver: number }).ver);
    const from = known === 0 ? (versions[0] ?? 0) : known + 1;
    assert.deepEqual(
      versions,
      Array.from({ length: ver - from + 1 }, (_, index) => from + index),
    );
  });

  it('tells of states, stale ones, malformed payloads and events as they come', async () => {
    const watch = await watching();
    await redis.publish(stateChannel, stateText('a', { task: 'fileX', status: 'done', ver: 2 }));
    const state = await watch.json({ kind: 'state', agent: 'a' });
    assert.deepEqual(state['data'], { task: 'fileX', status: 'done', ver: 2 });
    assert.equal(state['channel'], stateChannel);
    await redis.publish(stateChannel, stateText('a', { task: 'fileX', status: 'pending', ver: 1 }));
    assert.match(String((await watch.json({ kind: 'stale', agent: 'a' }))['reason']), /1.*2/);
    await redis.publish(stateChannel, '{"agent_id":"a","state":');
    await watch.json({ kind: 'malformed', channel: stateChannel });
    await redis.publish('shop:agent:events', 'task_completed:file_analysis');
    const event = await watch.json({ kind: 'event' });
    assert.equal(event['channel'], 'shop:agent:events');
    assert.match(JSON.stringify(event), /task_completed/);
  });

  it('tells of locks taken, renewed, released and expired, and of queues', async () => {
    const watch = await watching();
    await redis.set('shop:lock:src/a.ts', 'agent-1', 'PX', 60_000, 'NX');
    const claim = await watch.json({ kind: 'claim', resource: 'src/a.ts' });
    assert.equal(claim['agent'], 'agent-1');
    await redis.pexpire('shop:lock:src/a.ts', 120_000);
    await watch.json({ kind: 'renew', resource: 'src/a.ts' });
    await redis.del('shop:lock:src/a.ts');
    await watch.json({ kind: 'release', resource: 'src/a.ts' });
    await redis.set('shop:lock:src/b.ts', 'agent-2', 'PX', 3_000, 'NX');
    await watch.json({ kind: 'claim', resource: 'src/b.ts' });
    await watch.json({ kind: 'expire', resource: 'src/b.ts' });
    await redis.lpush('shop:agent:tasks', 'one', 'two');
    await watch.line('two waiting', (line) => line.includes('"kind":"queue"') && line.includes('"waiting":2'));
    await redis.rpop('shop:agent:tasks');
    await watch.line('one waiting', (line) => line.includes('"kind":"queue"') && line.includes('"waiting":1'));
  });

  it('outlives a restart of the server and says so', async function () {
    this.timeout(30_000);
    const own = await startServer();
    const watch = start('--url', own.url, '--namespace', ns, 'watch', '--json');
    await watch.json({ kind: 'snapshot' });
    await own.stop();
    await watch.line('the loss', (line) => line.includes('"kind":"connection"') && line.includes('reconnecting'));
    const again = await startServer({ port: own.port });
    try {
      await watch.line('the return', (line) => line.includes('"kind":"connection"') && line.includes('"live"'));
      const client = await openAt(again);
      await client.publish(stateChannel, stateText('b', { task: 'fileY', status: 'done', ver: 1 }));
      await watch.json({ kind: 'state', agent: 'b' });
      client.disconnect();
    } finally {
      await again.stop();
    }
  });

  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    it(`ends with 0 on ${signal}`, async () => {
      const watch = await watching();
      watch.child.kill(signal);
      const { code, stderr } = await watch.ended;
      assert.deepEqual({ code, stderr }, { code: 0, stderr: '' });
    });
  }

  it('ends with 0 and without a word when nobody reads any more', async () => {
    const watch = await watching();
    watch.child.stdout?.destroy();
    // It learns of that by writing.
    const publishing = (async () => {
      for (let ver = 1; watch.child.exitCode === null && ver < 10_000; ver++) {
        await redis.publish(stateChannel, stateText('a', { ver }));
      }
    })();
    const { code, stderr } = await watch.ended;
    await publishing;
    assert.deepEqual({ code, stderr }, { code: 0, stderr: '' });
  });

  it('prints lines for people without --json', async () => {
    const watch = start('--url', server.url, '--namespace', ns, 'watch');
    await watch.line('the picture', (line) => line.startsWith('namespaces: shop:'));
    await redis.publish(stateChannel, stateText('a\u001b[31m', { task: 'fileX', status: 'done', ver: 1 }));
    const line = await watch.line('the state', (each) => each.includes('fileX'));
    assert.match(line, /^\d\d:\d\d:\d\d {2}shop: {2}state/);
    assert.doesNotMatch(watch.lines.join(''), /\p{Cc}/u);
  });

  it('ends with 4 where it cannot connect at all', async () => {
    const { code, stdout, stderr } = await runCli(['--url', 'redis://127.0.0.1:1', 'watch', '--json']);
    assert.equal(code, 4);
    assert.equal(stdout, '');
    assert.match(stderr, /Nothing answers/);
  });
});
