import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Status } from '../../../src/protocol/status.ts';
import type { Redis } from '../../../src/redis/client.ts';
import type { LocalServer } from '../../../src/redis/localServer.ts';
import { CliProcess, runCli } from './cliProcess.ts';
import { openAt, startServer, stateText } from './server.ts';

describe('signalbox status', () => {
  let server: LocalServer;
  let redis: Redis;

  before(async () => {
    server = await startServer();
    redis = await openAt(server);
  });
  beforeEach(() => redis.flushall());
  after(async () => {
    redis.disconnect();
    await server.stop();
  });

  it('prints states, locks and lists as one JSON object of the agreed shape', async () => {
    await redis.hset(
      'shop:agent:state',
      'agent-7',
      stateText('agent-7', { task: 'fileX', status: 'working', ver: 4, deep: { a: [] } }),
    );
    await redis.set('shop:lock:src/a.ts', 'agent-7', 'PX', 60_000);
    await redis.set('shop:lock:git:index', 'agent-8');
    await redis.lpush('shop:agent:tasks', 'one', 'two');
    await redis.lpush('shop:analysis:queue', 'three');
    await redis.set('lock:src/other.ts', 'somebody', 'PX', 60_000);
    const { code, lines, stderr } = await runCli(['--url', server.url, '--namespace', 'shop:', 'status', '--json']);
    assert.equal(code, 0, stderr);
    assert.equal(lines.length, 1);
    const status = JSON.parse(lines[0] ?? '') as Status;
    assert.equal(status.v, 1);
    assert.deepEqual(Object.keys(status).toSorted(), [
      'agents',
      'at',
      'attention',
      'claims',
      'connection',
      'counts',
      'observer',
      'queues',
      'v',
    ]);
    assert.ok(Math.abs(Date.parse(status.at) - Date.now()) < 60_000);
    assert.equal(status.connection.state, 'live');
    assert.equal(status.connection.url, server.url);
    assert.match(status.connection.server ?? '', /^(redis|valkey) \d+\.\d+\.\d+$/);
    assert.equal(status.connection.library, null);
    assert.ok(status.connection.rttMs !== null && status.connection.rttMs >= 0);
    assert.deepEqual(status.connection.namespaces, [{ ns: 'shop:', seq: null }]);

    const agent = status.agents.find(({ id }) => id === 'agent-7');
    assert.ok(agent);
    const { task, status: word, ver, epoch, source, state, ns } = agent;
    assert.deepEqual(
      { task, word, ver, epoch, source, state, ns },
      {
        task: 'fileX',
        word: 'working',
        ver: 4,
        epoch: 0,
        source: 'state',
        state: { task: 'fileX', status: 'working', ver: 4, deep: { a: [] } },
        ns: 'shop:',
      },
    );

    assert.deepEqual(
      status.claims.map(({ resource, kind, holder, level, token }) => ({ resource, kind, holder, level, token })),
      [
        { resource: 'git:index', kind: 'named', holder: 'agent-8', level: 0, token: null },
        { resource: 'src/a.ts', kind: 'file', holder: 'agent-7', level: 0, token: null },
      ],
    );
    const [eternal, leased] = status.claims;
    assert.equal(eternal?.expiresInMs, null);
    assert.ok(
      leased?.expiresInMs !== null &&
        leased !== undefined &&
        leased.expiresInMs > 30_000 &&
        leased.expiresInMs <= 60_000,
    );
    assert.deepEqual(
      status.queues.map(({ name, kind, waiting }) => ({ name, kind, waiting })),
      [
        { name: 'agent:tasks', kind: 'list', waiting: 2 },
        { name: 'analysis:queue', kind: 'list', waiting: 1 },
      ],
    );
  });

  it('hears what is only published while it listens, and counts lower versions', async () => {
    const cli = new CliProcess(['--url', server.url, 'status', '--json', '--listen', '60s']);
    const state = (ver: number): string => stateText('agent-test', { task: 'fileX', status: 'done', ver });
    // It is live when it looks for locks.
    await redis.config('RESETSTAT');
    while (!(await redis.info('commandstats')).includes('cmdstat_scan'))
      await new Promise((next) => setImmediate(next));
    await redis.publish('agent:state:sync', state(1));
    await redis.publish('agent:state:sync', state(0));
    await redis.publish('agent:state:sync', state(0));
    // Its next command is answered behind what was published; then it is told to print.
    await redis.ping();
    cli.child.kill('SIGINT');
    const { code, lines } = await cli.ended;
    assert.equal(code, 0);
    const { agents, counts } = JSON.parse(lines[0] ?? '') as Status;
    assert.deepEqual(
      agents.map(({ id, task, ver, stale }) => [id, task, ver, stale]),
      [['agent-test', 'fileX', 1, 2]],
    );
    assert.equal(counts.stale, 2);
  });

  it('prints a table without --json, in which nothing of others acts on the terminal', async () => {
    await redis.set('lock:src/\u001b[31mred.ts', 'agent\u0007', 'PX', 60_000);
    await redis.lpush('agent:tasks', 'one');
    const { code, stdout } = await runCli(['--url', server.url, 'status']);
    assert.equal(code, 0);
    assert.match(stdout, /^Claims \(1\)$/m);
    assert.match(stdout, /agent:tasks {2}list {2}1 waiting/);
    assert.doesNotMatch(stdout.replaceAll('\n', ''), /\p{Cc}/u);
  });

  it('takes server and namespace from the environment, and the namespace that the repository recorded', async () => {
    await redis.set('env:lock:a', 'x', 'PX', 60_000);
    await redis.set('own-1234:lock:b', 'x', 'PX', 60_000);
    await redis.set('lock:c', 'x', 'PX', 60_000);
    const env = { SIGNALBOX_REDIS_URL: server.url };
    const held = async (more: NodeJS.ProcessEnv, cwd?: string): Promise<string[]> => {
      const { stdout } = await runCli(['status', '--json'], {
        env: { ...env, ...more },
        ...(cwd === undefined ? {} : { cwd }),
      });
      return (JSON.parse(stdout) as Status).claims.map(({ ns, resource }) => ns + resource);
    };
    assert.deepEqual(await held({ SIGNALBOX_NAMESPACE: 'env:', REDIS_URL: 'redis://127.0.0.1:1' }), ['env:a']);
    const repository = mkdtempSync(path.join(tmpdir(), 'signalbox-test-'));
    try {
      execFileSync('git', ['init', '--quiet', repository]);
      execFileSync('git', ['-C', repository, 'config', 'signalbox.namespace', 'own-1234:']);
      assert.deepEqual((await held({}, repository)).toSorted(), ['c', 'own-1234:b']);
    } finally {
      rmSync(repository, { recursive: true });
    }
  });

  it('ends with 4 and the reason where nothing answers', async () => {
    const { code, stdout, stderr } = await runCli(['--url', 'redis://127.0.0.1:1', 'status', '--json']);
    assert.equal(code, 4);
    assert.equal(stdout, '');
    assert.match(stderr, /^signalbox: Nothing answers at redis:\/\/127\.0\.0\.1:1/);
  });

  it('ends with 4 where something else than Redis answers', async () => {
    const other = createServer((socket) => void socket.on('error', () => {}).end('HTTP/1.1 400 Bad Request\r\n\r\n'));
    const port = await new Promise<number>((resolve) => {
      other.listen(0, '127.0.0.1', () => {
        const address = other.address();
        resolve(typeof address === 'object' && address !== null ? address.port : 0);
      });
    });
    const { code, stderr } = await runCli(['--url', `redis://127.0.0.1:${port}`, 'status']);
    other.close();
    assert.equal(code, 4);
    assert.match(stderr, /not a Redis server/);
  });

  it('ends with 2 for a wrong line, a password in a flag and an address that is none', async () => {
    for (const args of [
      ['stauts'],
      ['status', '--jsn'],
      ['--url', 'redis://:hush@127.0.0.1:1', 'status'],
      ['--url', 'ftp://host', 'status'],
    ]) {
      const { code, stdout, stderr } = await runCli(args);
      assert.equal(code, 2, args.join(' '));
      assert.equal(stdout, '');
      assert.match(stderr, /^signalbox: /);
      assert.doesNotMatch(stderr, /hush|\n {4}at /);
    }
  });

  it('takes a password from the environment and shows it nowhere', async () => {
    const guarded = await startServer();
    const admin = await openAt(guarded);
    await admin.config('SET', 'requirepass', 'hush');
    try {
      const right = { SIGNALBOX_REDIS_URL: guarded.url.replace('//', '//:hush@') };
      const good = await runCli(['status', '--json'], { env: right });
      assert.equal(good.code, 0, good.stderr);
      assert.equal((JSON.parse(good.stdout) as Status).connection.url, guarded.url);
      assert.doesNotMatch(good.stdout + good.stderr, /hush/);
      const wrong = await runCli(['status'], {
        env: { SIGNALBOX_REDIS_URL: right.SIGNALBOX_REDIS_URL.replace('hush', 'shush') },
      });
      assert.equal(wrong.code, 4);
      assert.match(wrong.stderr, /refused the user name or password/);
      assert.doesNotMatch(wrong.stderr, /hush/);
      const without = await runCli(['--url', guarded.url, 'status']);
      assert.equal(without.code, 4);
      assert.match(without.stderr, /asks for a password/);
    } finally {
      admin.disconnect();
      await guarded.stop();
    }
  });

  it('prints help and version on standard output and ends with 0', async () => {
    for (const args of [['--help'], ['status', '--help'], ['watch', '--help'], ['demo', '--help'], ['--version']]) {
      const { code, stdout, stderr } = await runCli(args);
      assert.equal(code, 0);
      assert.notEqual(stdout, '');
      assert.equal(stderr, '');
    }
  });
});
