import assert from 'node:assert/strict';
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import path from 'node:path';
import { createInterface } from 'node:readline';
import type { Status } from '../../../src/protocol/status.ts';
import type { Redis } from '../../../src/redis/client.ts';
import type { LocalServer } from '../../../src/redis/localServer.ts';
import { CliProcess, runCli, until } from './cliProcess.ts';
import { openAt, startServer, stateText } from './server.ts';

/** A Python that has the redis package, where there is one. */
function findPython(): string | undefined {
  return [process.env['PYTHON'] ?? '', 'python3', '/usr/bin/python3']
    .filter(Boolean)
    .find((python) => spawnSync(python, ['-c', 'import redis'], { stdio: 'ignore' }).status === 0);
}

interface Answers {
  next: () => Promise<string>;
}

/** The lines that a process prints, one a call. */
function answersOf(child: ChildProcess): Answers {
  if (child.stdout === null) throw new Error('no pipe');
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    next: async () => {
      const { value, done } = await lines.next();
      return done === true ? assert.fail('the Python agents ended') : value;
    },
  };
}

describe('Plain Python agents, with the broadcast article’s own code', () => {
  let server: LocalServer;
  let redis: Redis;
  let python: ChildProcess | undefined;
  let watch: CliProcess | undefined;

  before(function () {
    if (findPython() !== undefined) return;
    process.stderr.write('    NOT RUN: no python3 here can import redis (Debian: apt install python3-redis)\n');
    this.skip();
  });
  before(async () => {
    server = await startServer();
    redis = await openAt(server);
  });
  after(async () => {
    python?.kill();
    await watch?.end();
    redis?.disconnect();
    await server?.stop();
  });

  it('are understood, and have the same opinion of what is stale', async () => {
    python = spawn(findPython() ?? '', [path.resolve('test/fixtures/broadcast_agent.py'), String(server.port)], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    const answers = answersOf(python);
    const tell = (wish: unknown): void => void python?.stdin?.write(`${JSON.stringify(wish)}\n`);
    const context = async (): Promise<Record<string, unknown>> => {
      tell({ show: true });
      return JSON.parse(await answers.next()) as Record<string, unknown>;
    };
    watch = new CliProcess(['--url', server.url, '--namespace', '', 'watch', '--json']);
    await watch.json({ kind: 'snapshot' });
    // Both listen: the Python agent and the watch.
    const listeners = async (): Promise<unknown> => (await redis.pubsub('NUMSUB', 'agent:state:sync'))[1];
    await until(listeners, (count) => Number(count) === 2);

    tell({ publish: { task: 'fileA', status: 'done', ver: 1 } });
    assert.deepEqual((await watch.json({ kind: 'state', agent: 'agent-1' }))['data'], {
      task: 'fileA',
      status: 'done',
      ver: 1,
    });
    tell({ publish: { task: 'fileB', status: 'working', ver: 3, note: 'grüße' } });
    tell({ publish: { task: 'fileB', status: 'pending', ver: 2 } });
    tell({ publish: { task: 'fileB', status: 'late', ver: 3 } });
    tell({ publish: { task: 'fileB', status: 'unversioned' } });
    await until(context, ({ ver }) => ver === 3);
    // A last one that both take ends the wait for those that both drop.
    tell({ publish: { status: 'done', ver: 4 } });
    const agreed = await until(context, ({ ver }) => ver === 4);
    await watch.line('version 4', (line) => line.includes('"kind":"state"') && line.includes('"ver":4'));
    const kinds = watch.lines.slice(1).map((line) => (JSON.parse(line) as { kind: string }).kind);
    assert.deepEqual(
      kinds.filter((kind) => kind === 'stale' || kind === 'divergent'),
      ['stale', 'divergent', 'stale'],
    );
    const merged = { task: 'fileB', status: 'done', ver: 4, note: 'grüße' };
    assert.deepEqual(agreed, merged);

    // What a plain agent stores is what a later observer knows.
    await redis.hset('agent:state', 'agent-1', stateText('agent-1', merged));
    const { stdout } = await runCli(['--url', server.url, '--namespace', '', 'status', '--json']);
    assert.deepEqual((JSON.parse(stdout) as Status).agents[0]?.state, merged);
  });
});
