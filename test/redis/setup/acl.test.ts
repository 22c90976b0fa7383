import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Status } from '../../../src/protocol/status.ts';
import { openClient, type Redis } from '../../../src/redis/client.ts';
import { Calls } from '../../../src/redis/library/calls.ts';
import { missingRight } from '../../../src/redis/rights.ts';
import type { LocalServer } from '../../../src/redis/localServer.ts';
import { runCli, type Ended } from '../agent/cliProcess.ts';
import { openAt, startServer } from '../agent/server.ts';

type Role = 'agent' | 'supervisor' | 'viewer';

describe('signalbox setup acl', () => {
  let server: LocalServer;
  let redis: Redis;
  let folder: string;
  const open: Redis[] = [];

  before(async () => {
    server = await startServer();
    redis = await openAt(server);
    folder = mkdtempSync(path.join(tmpdir(), 'signalbox-acl-'));
    for (const each of ['.git', 'src']) mkdirSync(path.join(folder, each));
  });
  beforeEach(async () => {
    await redis.flushall();
    await loadByHand();
  });
  afterEach(() => {
    for (const client of open.splice(0)) client.disconnect();
  });
  after(async () => {
    redis.disconnect();
    await server.stop();
    rmSync(folder, { recursive: true });
  });

  const loadByHand = (): Promise<unknown> => type('default', 'setup');
  const userOf = (role: Role, ns: string): string => (ns === '' ? role : `${ns.replace(/\W+/g, '-')}${role}`);
  const type = (user: string, line: string): Promise<Ended & { stdout: string }> => {
    const who = user === 'default' ? '' : `${user}:PASSWORD-${user}@`;
    const env = { HOME: folder, SIGNALBOX_REDIS_URL: server.url.replace('//', `//${who}`) };
    return runCli(line.split(' '), { cwd: folder, env });
  };
  const done = async (user: string, line: string): Promise<string> => {
    const { code, stdout, stderr } = await type(user, line);
    assert.equal(code, 0, `${user}: ${line}: ${stderr}`);
    return stdout;
  };
  const client = async (user: string): Promise<Redis> => {
    const made = await openClient({ url: server.url, namespaces: [''], username: user, password: `PASSWORD-${user}` });
    open.push(made);
    return made;
  };
  /** Makes the users as an administrator does: line by line, as they are printed. */
  const admit = async (ns: string): Promise<void> => {
    const printed = await done('default', ns === '' ? 'setup acl' : `setup acl --namespace ${ns}`);
    const lines = printed.split('\n');
    assert.equal(lines.length, 3);
    for (const line of lines) {
      const [acl = '', ...words] = line.split(' ');
      assert.equal(await redis.call(acl, ...words), 'OK', line);
    }
  };
  const call = (user: Redis, ns: string, name: string, ...args: string[]): Promise<unknown> =>
    user.call('FCALL', `signalbox_${name}`, 1, `${ns}agent:seq`, ...args);
  const forbidden = async (user: Redis, ...words: string[]): Promise<void> => {
    const [command = '', ...args] = words;
    const error: unknown = await user.call(command, ...args).then(
      () => null,
      (failure: unknown) => failure,
    );
    assert.match(String(error), /NOPERM|lacks a right/, words.join(' '));
  };

  for (const ns of ['', 'shop:']) {
    describe(ns === '' ? 'without a namespace' : `for ${ns}`, () => {
      const inNs = `--namespace ${ns}`;
      const line = (rest: string): string => (ns === '' ? rest : `${inNs} ${rest}`);

      it('lets an agent do all of its work', async () => {
        await admit(ns);
        const user = userOf('agent', ns);
        for (const words of [
          'claim x:y src/ --task t',
          'publish {"status":"working","ver":1}',
          'inbox',
          'release --all',
        ])
          await done(user, line(`--agent a ${words}`));
        const agent = await client(user);
        for (const [event, ask] of [
          ['SessionStart', 'hook'],
          ['PreToolUse', 'hook'],
          ['PostToolUse', 'hook_end'],
          ['SessionEnd', 'hook_end'],
        ] as const) {
          const fields = { session_id: 's', hook_event_name: event, cwd: '/r', tool_name: 'Edit' };
          const lines = Object.entries(fields).map(([name, value]) => `"${name}":"${value}"`);
          const answer = await call(
            agent,
            ns,
            ask,
            'host',
            '/r',
            'src/a.ts',
            lines.join('\n'),
            '1',
            'main',
            'sh 1.0.0',
            '',
          );
          assert.equal(answer, '', event);
          if (event === 'PreToolUse') assert.equal(await redis.exists(`${ns}lock:src/a.ts`), 1);
        }
        assert.equal(await redis.exists(`${ns}lock:src/a.ts`), 0);
      });

      it('lets a supervisor see, load the library, and act', async () => {
        await redis.rpush(`${ns}build:queue`, '1');
        await done('default', line('--agent a claim src/a.ts'));
        await redis.call('FUNCTION', 'FLUSH');
        await admit(ns);
        const user = userOf('supervisor', ns);
        await done(user, line('setup'));
        await seesAll(user);
        const supervisor = await client(user);
        await call(supervisor, ns, 'reap', '10');
        await supervisor.hset(`${ns}agent:config`, 'claims.ttl', '60000');
        await supervisor.publish(`${ns}signalbox:probe:x`, '1');
        assert.equal(
          await new Calls(supervisor, ns, () => Promise.reject(new Error('gone'))).control('u', 'a', 'pause', ''),
          true,
        );
        await done(user, line('transfer src/a.ts --to b'));
      });

      it('lets a supervisor do with keys what a person asks for', async () => {
        await redis.xadd(`${ns}jobs:queue`, '*', 'task', '1');
        await redis.xgroup('CREATE', `${ns}jobs:queue`, 'g', '0');
        await redis.hset(`${ns}build:results`, 'a', '1');
        await redis.set(`${ns}files:processed`, '3');
        await admit(ns);
        const [supervisor, viewer] = [await client(userOf('supervisor', ns)), await client(userOf('viewer', ns))];
        const list = `${ns}build:queue`;
        const stream = `${ns}jobs:queue`;
        for (const words of [
          `LPUSH ${list} 1`,
          `RPUSH ${list} 2`,
          `LMOVE ${list} ${ns}failed:queue LEFT RIGHT`,
          `LREM ${ns}failed:queue 1 1`,
          `XADD ${stream} * task 2`,
          `XREADGROUP GROUP g c COUNT 1 STREAMS ${stream} >`,
          `XAUTOCLAIM ${stream} g d 0 0`,
          `DUMP ${list}`,
          `OBJECT ENCODING ${list}`,
          `WATCH ${list}`,
          `UNWATCH`,
          `LINDEX ${list} 0`,
          `HSET ${ns}bull:a:meta version x`,
          `ZADD ${ns}bull:a:failed 1 1`,
          `LLEN ${list}:failed`,
          `HSCAN ${ns}build:results 0`,
          `UNLINK ${ns}files:processed ${stream}`,
        ]) {
          const [command = '', ...args] = words.split(' ');
          await supervisor.call(command, ...args).catch((error: unknown) => assert.fail(`${words}: ${String(error)}`));
          if (/^(LPUSH|RPUSH|LMOVE|XADD|UNLINK)/.test(command)) await forbidden(viewer, command, ...args);
        }
        await forbidden(supervisor, 'UNLINK', `${ns}own:data`);
        await forbidden(supervisor, 'DUMP', `other:${ns}x`);
      });

      it('names what a viewer lacks for it, and the line gives just that', async () => {
        await admit(ns);
        const user = userOf('viewer', ns);
        const viewer = await client(user);
        const lacking = missingRight('keyDeeds', ns, { url: server.url, namespaces: [ns], username: user });
        assert.equal(lacking.code, 'missing-right');
        const rules = lacking.rules.split(' ');
        await forbidden(viewer, 'LPUSH', `${ns}build:queue`, '1');
        assert.equal(await redis.call('ACL', 'SETUSER', user, ...rules), 'OK');
        assert.equal(await viewer.lpush(`${ns}build:queue`, '1'), 1);
        assert.equal(await viewer.unlink(`${ns}build:queue`), 1);
        await forbidden(viewer, 'SET', `${ns}build:results`, 'a');
        await forbidden(viewer, 'UNLINK', `${ns}agent:seq`);
        // The next test is to meet a viewer as it is printed.
        await redis.call('ACL', 'DELUSER', user);
      });

      it('lets a viewer see the same', async () => {
        await redis.rpush(`${ns}build:queue`, '1');
        await done('default', line('--agent a claim src/a.ts'));
        await admit(ns);
        await seesAll(userOf('viewer', ns));
      });

      /** The whole picture, with nothing said to be missing; the history; and what is sent live. */
      async function seesAll(user: string): Promise<void> {
        const status = JSON.parse(await done(user, line('status --json'))) as Status;
        assert.deepEqual(
          status.claims.filter((each) => each.ns === ns).map(({ resource, token }) => [resource, token !== null]),
          [['src/a.ts', true]],
        );
        assert.ok(status.queues.some((each) => each.name.endsWith('build:queue')));
        assert.notEqual(status.connection.library, null);
        assert.deepEqual(
          status.attention.filter(({ kind }) => kind === 'health'),
          [],
        );
        const looking = await client(user);
        assert.equal((await looking.xrevrange(`${ns}agent:history`, '+', '-', 'COUNT', 1)).length, 1);
        assert.ok(await looking.call('XINFO', 'STREAM', `${ns}agent:history`));
        for (const name of ['agent:events', 'agent:state:sync', 'agent:control']) await looking.subscribe(ns + name);
      }

      it('lets nobody do more', async () => {
        await admit(ns);
        await redis.set('other:lock:x', '1');
        const [agent, supervisor, viewer] = await Promise.all(
          (['agent', 'supervisor', 'viewer'] as const).map((role) => client(userOf(role, ns))),
        );
        assert.ok(agent && supervisor && viewer);
        for (const user of [agent, supervisor, viewer]) {
          for (const words of [
            'FLUSHALL',
            'FLUSHDB',
            'KEYS *',
            'CONFIG SET maxmemory 1',
            'CONFIG GET requirepass',
            'ACL LIST',
            'ACL SETUSER x on',
            'SHUTDOWN NOSAVE',
            'FUNCTION DELETE signalbox',
            'FUNCTION FLUSH',
            'CLIENT KILL TYPE normal',
            'MONITOR',
            'GET other:lock:x',
            'SET other:lock:x 2',
            'DEL other:lock:x',
            'PUBLISH other:agent:events x',
            'SUBSCRIBE other:agent:events',
            'RENAME agent:seq x',
          ]) {
            await forbidden(user, ...words.split(' '));
          }
          await forbidden(user, 'FCALL', 'signalbox_hello', '1', 'other:agent:seq', 'a', '', '', '');
        }
        // A supervisor does with queues what takes several steps; in scripts and functions it may do no more than by itself.
        for (const user of [agent, viewer]) {
          await forbidden(user, 'FUNCTION', 'LOAD', '#!lua name=x\n');
          await forbidden(user, 'EVAL', 'return 0', '0');
        }
        await assert.rejects(supervisor.call('EVAL', "return redis.call('GET', 'other:lock:x')", '0'), /can't access/);
        for (const words of [
          `SET ${ns}lock:x 1`,
          `DEL ${ns}agent:seq`,
          `HSET ${ns}agent:config claims.ttl 1`,
          `LPUSH ${ns}agent:tasks x`,
          `XADD ${ns}agent:history * a b`,
          `XTRIM ${ns}agent:history MAXLEN 0`,
          `PUBLISH ${ns}agent:events x`,
          `PEXPIRE ${ns}agent:seq 1`,
          `FCALL signalbox_hello 1 ${ns}agent:seq a b c d`,
        ]) {
          await forbidden(viewer, ...words.split(' '));
        }
      });
    });
  }
});
