import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { agentPrompt } from '../../../src/protocol/agentPrompt.ts';
import type { Redis } from '../../../src/redis/client.ts';
import { Calls } from '../../../src/redis/library/calls.ts';
import { loadLibrary } from '../../../src/redis/library/load.ts';
import type { LocalServer } from '../../../src/redis/localServer.ts';
import { CliProcess } from './cliProcess.ts';
import { Obedient } from './obedient.ts';
import { openAt, startServer } from './server.ts';

const ns = 'shop-3f2a:';

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
    const agent = new Obedient(agentPrompt({ url: server.url, namespace: ns, library: false }), env);
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
      assert.deepEqual(agent.unused, [], 'every line was run');
      for (const line of watch.lines) assert.doesNotMatch(line, /"kind":"(malformed|stale)"/);
    } finally {
      await watch.end();
    }
  });

  it('is understood line by line where the server has the function library', async function () {
    this.timeout(40_000);
    await loadLibrary(redis);
    const agent = new Obedient(agentPrompt({ url: server.url, namespace: ns, library: true }), env);
    const calls = new Calls(redis, ns, () => loadLibrary(redis));
    const watch = new CliProcess(['--url', server.url, '--namespace', ns, 'watch', '--json']);
    try {
      await watch.json({ kind: 'snapshot' });
      assert.equal(await agent.do('HGET', 'agent:state AGENT'), '');
      assert.equal(await agent.do('inbox'), '');
      assert.equal(await agent.do('HMGET'), '');
      assert.equal(await agent.do('LPUSH', 'agent:tasks'), '1');
      await watch.json({ kind: 'queue', resource: 'agent:tasks' });
      assert.equal(await agent.do('RPOP', 'agent:tasks'), 'analyze:src/app.ts');
      await redis.lpush(`${ns}analysis:queue`, 'analyze:src/app.ts');
      assert.equal(await agent.do('RPOP', 'analysis:queue'), 'analyze:src/app.ts');

      assert.deepEqual(await agent.ask('publish', '"working"'), ['OK', '1']);
      const state = await watch.json({ kind: 'state', agent: 'agent-7' });
      assert.equal(state['seq'], 1);
      const working = { task: 'analyze:src/app.ts', status: 'working', ver: 1, note: 'reading the imports' };
      assert.deepEqual(state['data'], working);
      agent.ver = 0;
      assert.deepEqual(await agent.ask('publish', '"working"'), ['SAME', '0', '1']);
      agent.ver = -1;
      assert.deepEqual(await agent.ask('publish', '"working"'), ['STALE', '0', '1'], 'and it reads the last number');
      agent.ver = 1;

      // Claimed, prolonged, and given back.
      const claimed = await agent.ask('claim', '"TASK" ""');
      const [ok, ttl, , file, token = ''] = claimed;
      assert.deepEqual([ok, ttl, file, claimed.length], ['OK', '120000', 'src/app.ts', 5]);
      agent.words['TOKEN'] = token;
      const claim = await watch.json({ kind: 'claim', agent: 'agent-7', resource: 'src/app.ts' });
      assert.equal(claim['token'], Number(token));
      assert.deepEqual(claim['data'], { ttlMs: 120_000, level: 1, task: 'analyze:src/app.ts', wait: null });
      assert.equal((await agent.ask('claim', '"TASK" ""')).at(-1), token, 'the same token: it was prolonged');
      await watch.json({ kind: 'renew', resource: 'src/app.ts' });
      assert.equal(await agent.do('signalbox_release 2'), 'released');
      await watch.json({ kind: 'release', resource: 'src/app.ts', token: Number(token) });
      assert.equal(await agent.do('signalbox_release 2'), 'gone');

      // Another has the folder above it: denied, then in line, then handed on.
      const other = await calls.claim('agent-8', { resources: ['src/'], ttlMs: 60_000, task: 'tidy up' });
      assert.ok(other.kind === 'granted');
      const denied = await agent.ask('claim', '"TASK" ""');
      assert.deepEqual(denied.slice(0, 5), ['DENIED', 'src/app.ts', 'src/', 'agent-8', 'tidy up']);
      assert.match(denied[5] ?? '', /^\d+$/);
      await watch.json({ kind: 'denied', agent: 'agent-7', resource: 'src/app.ts' });
      const inLine = agent.ask('BLPOP');
      await watch.json({ kind: 'wait', agent: 'agent-7', resource: 'src/app.ts' });
      await calls.release('agent-8', [...other.tokens]);
      const handed = await inLine;
      assert.deepEqual([handed[0], handed[1], handed[3]], ['OK', '120000', 'src/app.ts']);
      assert.ok(Number(handed[4]) > Number(token));
      const turn = (line: string): boolean => line.includes('"kind":"claim"') && line.includes('"wait":"agent-7-1"');
      await watch.line('the turn', turn);

      // Each message is told until its id is named.
      await calls.send('agent-8', 'agent-7', 'm1', 'src/app.ts is tidy');
      await watch.json({ kind: 'message', agent: 'agent-8' });
      const [id = '', at, from, text] = await agent.ask('inbox');
      assert.match(at ?? '', /^\d+$/);
      assert.deepEqual([from, text], ['agent-8', 'src/app.ts is tidy']);
      agent.words['ID'] = id;
      assert.equal(await agent.do('inbox'), '');
      await calls.control('agent-8', '*', 'pause', 'deploying');
      assert.match(await agent.do('HMGET'), /"action":"pause".*deploying/);
      await calls.control('agent-8', '*', 'resume', '');

      await agent.do('HSET', 'analysis:results');
      assert.equal(await agent.do('INCR', 'analysis:completed'), '1');
      assert.equal((await agent.ask('publish', '"done"'))[0], 'OK');
      await watch.line('the done state', (line) => line.includes('"kind":"state"') && line.includes('"done"'));
      assert.equal((await agent.ask('event', 'task-completed'))[0], 'OK');
      await watch.line('the event', (line) => line.includes('"kind":"event"') && line.includes('task-completed'));
      assert.equal(await agent.do('release_all'), 'src/app.ts');
      await watch.json({ kind: 'release', resource: 'src/app.ts', token: Number(handed[4]) });
      assert.equal((await agent.ask('event', 'error'))[0], 'OK');
      await watch.line('the error', (line) => line.includes('"kind":"event"') && line.includes('"name":"error"'));
      await agent.do('LPUSH', 'errors:list');
      assert.deepEqual(await redis.lrange(`${ns}errors:list`, 0, -1), ['agent-7: reading the imports']);
      assert.match(await agent.do('HGET', 'agent:state AGENT'), /"status":"done","ver":2/);
      assert.deepEqual(agent.unused, [], 'every line was run');
      for (const line of watch.lines) assert.doesNotMatch(line, /"kind":"(malformed|stale|divergent|gap)"/);
      assert.deepEqual(await redis.keys(`${ns}lock:*`), []);
    } finally {
      await watch.end();
    }
  });

  it('works for a user with a password, which stands nowhere in it', async () => {
    await redis.acl('SETUSER', 'worker', 'on', '>hush', `~${ns}*`, `&${ns}*`, '+@all');
    const url = server.url.replace('//', '//worker:hush@');
    const prompt = agentPrompt({ url, namespace: ns, library: false });
    assert.doesNotMatch(prompt, /hush/);
    const agent = new Obedient(prompt, { ...env, REDISCLI_AUTH: 'hush' });
    assert.equal(await agent.do('LPUSH', 'agent:tasks'), '1');
    assert.equal(await agent.do('RPOP', 'agent:tasks'), 'analyze:src/app.ts');
  });
});
