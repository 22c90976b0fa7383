import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Status } from '../../../src/protocol/status.ts';
import { openClient, type Redis } from '../../../src/redis/client.ts';
import { CliProcess, runCli, until, type CliOptions } from './cliProcess.ts';

interface Ready {
  v: 1;
  kind: 'demo';
  url: string;
  namespace: string;
  folder: string;
}

interface Demo extends Ready {
  cli: CliProcess;
  serverPid: number;
}

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

describe('signalbox demo', () => {
  const started: CliProcess[] = [];
  const clients: Redis[] = [];

  afterEach(async () => {
    for (const client of clients.splice(0)) client.disconnect();
    for (const cli of started.splice(0)) await cli.end();
  });

  async function start(args: readonly string[], options: CliOptions = { holdStdin: true }): Promise<Demo> {
    const cli = new CliProcess(['demo', '--json', ...args], options);
    started.push(cli);
    const ready = (await cli.json({ kind: 'demo' })) as unknown as Ready;
    const info = await (await client(ready)).info('server');
    return { ...ready, cli, serverPid: Number(/process_id:(\d+)/.exec(info)?.[1]) };
  }

  async function client(ready: Ready): Promise<Redis> {
    const redis = await openClient({ url: ready.url, namespaces: [ready.namespace] });
    clients.push(redis);
    return redis;
  }

  async function status(demo: Ready): Promise<Status> {
    const { stdout } = await runCli(['--url', demo.url, '--namespace', demo.namespace, 'status', '--json']);
    return JSON.parse(stdout) as Status;
  }

  async function leavesNothing(demo: Demo): Promise<void> {
    await until(
      () => Promise.resolve(isAlive(demo.serverPid)),
      (alive) => !alive,
    );
    assert.equal(existsSync(demo.folder), false);
    assert.equal(existsSync(path.dirname(demo.folder)), false);
  }

  it('runs a fleet that the status shows: agents at work, claims of both kinds on files of its folder, queues', async function () {
    this.timeout(60_000);
    const demo = await start(['--speed', '2']);
    assert.equal(demo.v, 1);
    assert.equal(demo.namespace, 'demo:');
    assert.match(demo.url, /^redis:\/\/127\.0\.0\.1:\d+$/);
    const isBusy = ({ agents, claims, queues }: Status): boolean =>
      agents.length === 9 &&
      agents.every(({ host, ver }) => host !== null && ver !== null) &&
      claims.some(({ level }) => level === 0) &&
      claims.some(({ level }) => level === 1) &&
      queues.length >= 1 &&
      agents.some((agent) => agent.status === 'working');
    const seen = await until(() => status(demo), isBusy, 30_000);
    assert.ok(seen.agents.some(({ id, parent }) => parent !== null && id.startsWith(`${parent}/`)));
    for (const { resource, holder, level, token } of seen.claims) {
      assert.ok(existsSync(path.join(demo.folder, resource)), resource);
      assert.match(holder, /^agent-\d(\/review)?$/);
      assert.equal(level === 1, token !== null);
    }
    assert.match(readFileSync(path.join(demo.folder, 'README.md'), 'utf8'), /Lamp shop/);
  });

  it('shows, when it runs fast, all that agents do, and keeps what it leaves in Redis bounded', async function () {
    this.timeout(120_000);
    const demo = await start(['--speed', '20', '--seed', '3']);
    const watch = new CliProcess(['--url', demo.url, '--namespace', 'demo:', 'watch', '--json']);
    started.push(watch);
    const plain = ['state', 'stale', 'claim', 'release', 'queue', 'malformed', 'event'];
    for (const kind of [...plain, 'renew', 'wait', 'denied', 'transfer']) await watch.json({ kind }, 60_000);
    await watch.line('a turn in line', (line) => /"wait":".*"kind":"claim"/.test(line), 60_000);
    await watch.line('a child with its parent’s file', (line) => line.includes('taken over from its parent'), 60_000);
    await watch.line('and back', (line) => line.includes('given back by its child'), 60_000);
    const redis = await client(demo);
    await until(
      () => redis.llen('demo:errors:list'),
      (length) => length > 0,
      30_000,
    );
    assert.ok((await redis.hlen('demo:analysis:results')) > 0);
    assert.ok(Number(await redis.get('demo:files:processed')) > 0);
    assert.ok(Number(await redis.get('demo:progress:total')) > 0);
    assert.notEqual(await redis.get('demo:analysis:completed'), null);
    assert.equal(await redis.get('demo:pipeline:step1:status'), 'completed');
    assert.ok((await redis.llen('demo:errors:list')) <= 20);
    assert.ok((await redis.llen('demo:agent:tasks')) + (await redis.llen('demo:analysis:queue')) <= 22);
    assert.equal(await redis.hlen('demo:agent:state'), 9);
    const names = await redis.keys('*');
    assert.ok(names.length < 90 && names.every((name) => /^(demo:|signalbox:library$)/.test(name)), names.join(' '));
    // The agents say JSON that is the same on the channel and in the hash.
    const stored = JSON.parse((await redis.hget('demo:agent:state', 'agent-1')) ?? '') as Record<string, unknown>;
    assert.equal(stored['agent_id'], 'agent-1');
  });

  it('starts only the server and the folder for no agents', async () => {
    const demo = await start(['--agents', '0']);
    assert.deepEqual(await (await client(demo)).keys('*'), []);
    assert.deepEqual((await status(demo)).agents, []);
    assert.ok(existsSync(path.join(demo.folder, 'src/db/schema.ts')));
  });

  it('ends with 0 at the end of its standard input and leaves no process and no folder', async () => {
    const demo = await start(['--agents', '3']);
    demo.cli.child.stdin?.end();
    assert.equal((await demo.cli.ended).code, 0);
    await leavesNothing(demo);
  });

  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    it(`ends with 0 on ${signal} and leaves no process and no folder`, async () => {
      const demo = await start(['--agents', '3'], {});
      demo.cli.child.kill(signal);
      const { code, stderr } = await demo.cli.ended;
      assert.deepEqual({ code, stderr }, { code: 0, stderr: '' });
      await leavesNothing(demo);
    });
  }

  it('leaves no process and no folder when it is killed', async () => {
    const demo = await start(['--agents', '3']);
    demo.cli.child.kill('SIGKILL');
    await demo.cli.ended;
    await until(
      () => Promise.resolve(isAlive(demo.serverPid) || existsSync(path.dirname(demo.folder))),
      (remains) => !remains,
    );
  });

  it('ends with 1 and a word when its Redis dies', async () => {
    const demo = await start(['--agents', '3']);
    process.kill(demo.serverPid, 'SIGKILL');
    const { code, stderr } = await demo.cli.ended;
    assert.equal(code, 1);
    assert.match(stderr, /Redis has ended/);
    await leavesNothing(demo);
  });

  it('explains itself to a person', async () => {
    const cli = new CliProcess(['demo', '--agents', '2'], { holdStdin: true });
    started.push(cli);
    await cli.line('how to end it', (line) => line.includes('Ctrl-C ends the demo'));
    assert.match(cli.lines.join('\n'), /redis-cli -u redis:\/\/127\.0\.0\.1:\d+ SUBSCRIBE demo:agent:state:sync/);
  });

  it('makes a repository whose namespace the other commands find', async () => {
    const demo = await start(['--agents', '1']);
    const { stdout } = await runCli(['status', '--json'], { cwd: demo.folder, env: { SIGNALBOX_REDIS_URL: demo.url } });
    const found = (JSON.parse(stdout) as Status).connection.namespaces.map(({ ns }) => ns);
    assert.deepEqual(found, ['demo:', '']);
  });
});
