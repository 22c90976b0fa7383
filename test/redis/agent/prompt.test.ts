import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { agentPrompt } from '../../../src/protocol/agentPrompt.ts';
import type { Redis } from '../../../src/redis/client.ts';
import type { LocalServer } from '../../../src/redis/localServer.ts';
import { CliProcess } from './cliProcess.ts';
import { openAt, startServer } from './server.ts';

const run = promisify(execFile);
const ns = 'shop-3f2a:';

/** An agent that does as the prompt says, one command line after the other, through a shell. */
class Obedient {
  readonly #lines: string[];
  readonly #env: NodeJS.ProcessEnv;
  readonly used = new Set<string>();
  ver = 0;

  constructor(prompt: string, env: NodeJS.ProcessEnv) {
    this.#lines = prompt.split('\n').filter((line) => line.startsWith('   redis-cli '));
    this.#env = env;
  }

  get lines(): readonly string[] {
    return this.#lines;
  }

  /** Runs the only line of the prompt that has all of these parts, with the placeholders filled in. */
  async do(...parts: string[]): Promise<string> {
    const found = this.#lines.filter((line) => parts.every((part) => line.includes(part)));
    assert.equal(found.length, 1, `${parts.join(' ')}: ${found.join('\n')}`);
    const [line = ''] = found;
    this.used.add(line);
    if (line.includes('VER') && parts.includes('PUBLISH')) this.ver += 1;
    const filled = line
      .replaceAll('AGENT', 'agent-7')
      .replaceAll('TASK', 'analyze:src/app.ts')
      .replaceAll('FILE', 'src/app.ts')
      .replaceAll('NOTE', 'reading the imports')
      .replaceAll('VER', String(this.ver));
    const { stdout, stderr } = await run('sh', ['-c', filled], { env: this.#env });
    assert.equal(stderr, '', filled);
    assert.doesNotMatch(stdout, /ERR|WRONG|NOAUTH|NOPERM/, filled);
    return stdout.trim();
  }
}

describe('The prompt for agents, done as it says', () => {
  let server: LocalServer;
  let redis: Redis;
  let bin: string;
  let env: NodeJS.ProcessEnv;

  before(async () => {
    server = await startServer();
    redis = await openAt(server);
    bin = mkdtempSync(path.join(tmpdir(), 'signalbox-test-'));
    // Valkey's client does where Redis's is missing; to the prompt both are redis-cli.
    const cli = process.env['REDIS_CLI_BIN'];
    if (cli !== undefined) symlinkSync(cli, path.join(bin, 'redis-cli'));
    env = { ...process.env, PATH: `${bin}${path.delimiter}${process.env['PATH'] ?? ''}` };
  });
  beforeEach(() => redis.flushall());
  after(async () => {
    redis.disconnect();
    await server.stop();
    rmSync(bin, { recursive: true });
  });

  it('is understood line by line', async function () {
    this.timeout(40_000);
    const agent = new Obedient(agentPrompt({ url: server.url, namespace: ns }), env);
    const watch = new CliProcess(['--url', server.url, '--namespace', ns, 'watch', '--json']);
    try {
      await watch.json({ kind: 'snapshot' });
      assert.equal(await agent.do('HGET', 'agent:state AGENT'), '');
      assert.match(await agent.do('LPUSH', 'agent:tasks'), /^1$/);
      await watch.json({ kind: 'queue', resource: 'agent:tasks' });
      assert.equal(await agent.do('RPOP', 'agent:tasks'), 'analyze:src/app.ts');
      await redis.lpush(`${ns}analysis:queue`, 'analyze:src/app.ts');
      await watch.json({ kind: 'queue', resource: 'analysis:queue' });
      assert.equal(await agent.do('RPOP', 'analysis:queue'), 'analyze:src/app.ts');

      assert.equal(await agent.do('PUBLISH', 'agent:state:sync', '"working"'), '1');
      const state = await watch.json({ kind: 'state', agent: 'agent-7' });
      assert.deepEqual(state['data'], {
        task: 'analyze:src/app.ts',
        status: 'working',
        ver: 1,
        note: 'reading the imports',
      });
      await agent.do('HSET', 'agent:state AGENT', '"working"');

      assert.equal(await agent.do('SET ', 'lock:FILE', 'NX EX'), 'OK');
      const claim = await watch.json({ kind: 'claim', resource: 'src/app.ts' });
      assert.equal(claim['agent'], 'agent-7');
      assert.equal(await agent.do('SET ', 'lock:FILE', 'NX EX'), '', 'a second one must not get it');
      assert.equal(await agent.do(' GET "'), 'agent-7');
      await redis.pexpire(`${ns}lock:src/app.ts`, 30_000);
      assert.equal(await agent.do('EVAL', '"EXPIRE"'), '1');
      await watch.json({ kind: 'renew', resource: 'src/app.ts' });
      assert.equal(await agent.do('EVAL', '"DEL"'), '1');
      await watch.json({ kind: 'release', resource: 'src/app.ts' });
      await redis.set(`${ns}lock:src/app.ts`, 'agent-8', 'PX', 60_000);
      assert.equal(await agent.do('EVAL', '"EXPIRE"'), '0', 'another’s lock is not renewed');
      assert.equal(await agent.do('EVAL', '"DEL"'), '0', 'another’s lock is not released');
      assert.equal(await redis.get(`${ns}lock:src/app.ts`), 'agent-8');

      await agent.do('HSET', 'analysis:results');
      assert.deepEqual(JSON.parse((await redis.hget(`${ns}analysis:results`, 'src/app.ts')) ?? ''), {
        agent: 'agent-7',
        note: 'reading the imports',
      });
      assert.equal(await agent.do('INCR', 'analysis:completed'), '1');
      await agent.do('PUBLISH', 'agent:state:sync', '"done"');
      await watch.line('the done state', (line) => line.includes('"kind":"state"') && line.includes('"done"'));
      await agent.do('HSET', 'agent:state AGENT', '"done"');
      await agent.do('PUBLISH', '"task_completed:');
      await watch.line('the event', (line) => line.includes('"kind":"event"') && line.includes('task_completed'));
      await agent.do('PUBLISH', '"error:');
      await watch.line('the error', (line) => line.includes('"kind":"event"') && line.includes('error'));
      await agent.do('LPUSH', 'errors:list');
      assert.deepEqual(await redis.lrange(`${ns}errors:list`, 0, -1), ['agent-7: reading the imports']);
      assert.match(await agent.do('HGET', 'agent:state AGENT'), /"status":"done","ver":2/);
      assert.deepEqual(
        agent.lines.filter((line) => !agent.used.has(line)),
        [],
        'every line was run',
      );
      for (const line of watch.lines) assert.doesNotMatch(line, /"kind":"(malformed|stale)"/);
    } finally {
      await watch.end();
    }
  });

  it('works for a user with a password, which stands nowhere in it', async () => {
    await redis.acl('SETUSER', 'worker', 'on', '>hush', `~${ns}*`, `&${ns}*`, '+@all');
    const url = server.url.replace('//', '//worker:hush@');
    const prompt = agentPrompt({ url, namespace: ns });
    assert.doesNotMatch(prompt, /hush/);
    const agent = new Obedient(prompt, { ...env, REDISCLI_AUTH: 'hush' });
    assert.equal(await agent.do('LPUSH', 'agent:tasks'), '1');
    assert.equal(await agent.do('RPOP', 'agent:tasks'), 'analyze:src/app.ts');
  });
});
