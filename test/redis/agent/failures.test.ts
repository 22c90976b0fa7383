import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { AgentClient } from '../../../src/agent/client/index.ts';
import { actingNames } from '../../../src/agent/acting/commands.ts';
import type { Status } from '../../../src/protocol/status.ts';
import { agentAcl, agentRules } from '../../../src/redis/rights.ts';
import { runCli, type Ended } from './cliProcess.ts';
import { LibraryRig } from '../../support/libraryRig.ts';
import { make, sceneFor, setScene } from '../../support/libraryScene.ts';
import { Terminal } from './terminal.ts';

describe('What fails in a terminal', () => {
  let terminal: Terminal;
  before(async () => {
    terminal = await Terminal.open();
    assert.equal((await terminal.as(undefined, 'setup')).code, 0);
  });
  beforeEach(async () => {
    await terminal.redis.flushall();
    await terminal.redis.call('ACL', 'SETUSER', 'bob', 'reset', 'on', '>secret');
  });
  afterEach(() => terminal.endAll());
  after(() => terminal.close());

  const urlOf = (user: string): string => terminal.server.url.replace('//', `//${user}@`);

  const asBob = (line: string, env: NodeJS.ProcessEnv = {}): Promise<Ended & { stdout: string }> =>
    runCli(line.split(' '), {
      cwd: terminal.repository,
      env: { SIGNALBOX_AGENT: 'a', SIGNALBOX_REDIS_URL: urlOf('bob:secret'), ...env },
    });

  it('says that there is no such database, and claims in no other', async () => {
    for (const line of ['claim git:index', 'status', 'run --claim git:index -- true', 'setup']) {
      const { code, stderr } = await terminal.as('a', '--url', `${terminal.server.url}/99`, ...line.split(' '));
      assert.equal(code, 4, line);
      assert.match(stderr, /There is no database 99 on this server/);
    }
    assert.equal(await terminal.redis.dbsize(), 0);
    assert.equal((await terminal.as('a', '--url', `${terminal.server.url}/9`, 'claim', 'git:index')).code, 0);
    assert.equal(await terminal.redis.exists('lock:git:index'), 0);
  });

  it('says where a password goes, and that an address in the line goes before one with a password', async () => {
    await terminal.redis.config('SET', 'requirepass', 'secret');
    try {
      const { url } = terminal.server;
      const without = await runCli(['status'], { env: { SIGNALBOX_REDIS_URL: url } });
      assert.match(
        without.stderr,
        /asks for a password\. Put it into SIGNALBOX_REDIS_URL, as redis:\/\/user:password@/,
      );
      const wrong = await asBob('inbox', { SIGNALBOX_REDIS_URL: urlOf('bob:guess') });
      assert.match(wrong.stderr, /refused the user name or password\. Put/);
      const before = await asBob(`--url ${url} inbox`);
      assert.match(before.stderr, /asks for a password\. SIGNALBOX_REDIS_URL holds one .*leave --url out/);
      for (const { code, stderr } of [without, wrong, before]) {
        assert.equal(code, 4);
        assert.doesNotMatch(stderr, /secret|guess|Connect again/);
      }
    } finally {
      await terminal.redis.config('SET', 'requirepass', '');
    }
  });

  it('names the line with all rights an agent needs, once, which is also what the documents say', async () => {
    await terminal.redis.call('ACL', 'SETUSER', 'bob', ...agentRules('shop:').split(' '), '-time');
    const { code, stderr } = await asBob('--namespace shop: claim x:y');
    assert.equal(code, 1);
    const line = agentAcl('shop:', { url: urlOf('bob'), namespaces: [] });
    assert.equal(
      stderr.trim(),
      'signalbox: The server does not allow this user to do that: this user lacks a right: time. ' +
        `All that an agent needs is given by: ${line}`,
    );
    for (const page of ['PROTOCOL.md', 'CLIENTS.md']) {
      const text = readFileSync(page, 'utf8').replace(/\s+/g, ' ');
      assert.ok(text.includes(agentRules('')), page);
    }
  });

  it('is nothing for a user with just these rights', async () => {
    await terminal.redis.call('ACL', 'SETUSER', 'bob', ...agentRules('shop:').split(' '));
    const lines = [
      'claim git:index src/ --task x',
      'claim git:index --wait 10s',
      'renew',
      'publish {"task":"x","status":"working","ver":1}',
      'publish --new-run {"task":"x","status":"working","ver":1}',
      'send b hello',
      'send * hello',
      'inbox',
      'transfer git:index --to b',
      'pause b --reason why',
      'resume b',
      'run --claim x:y -- true',
      'release src/',
      'wait src/b.ts',
      'claim p:1',
      'release --all',
      'setup',
      'functions',
    ];
    for (const line of lines) {
      const { code, stderr } = await asBob(`--namespace shop: ${line}`);
      assert.equal(code, 0, `${line}: ${stderr}`);
    }
    for (const name of actingNames)
      assert.ok(
        lines.some((line) => line.split(' ')[0] === name),
        name,
      );
    // A family, one who waits, and what is over.
    const holder = await AgentClient.connect({ agent: 'p', url: urlOf('bob:secret'), namespace: 'shop:' });
    const waiter = await AgentClient.connect({ agent: 'q', url: urlOf('bob:secret'), namespace: 'shop:' });
    await waiter.onMessage(() => undefined);
    const held = await holder.claim(['git:w'], { ttlMs: 60_000 });
    assert.ok(held.kind === 'granted');
    const got = await waiter.claim(['git:w'], {
      waitMs: 10_000,
      onDenied: () => void held.lease.release(),
    });
    assert.equal(got.kind, 'granted');
    await waiter.update({ status: 'done' });
    await Promise.all([holder.close(), waiter.close()]);
    const { stdout } = await terminal.as(undefined, '--namespace', 'shop:', 'status', '--json');
    assert.ok((JSON.parse(stdout) as Status).agents.some(({ id }) => id === 'q'));
    // And it may touch nothing else.
    assert.equal((await asBob('claim git:index')).code, 1);
  });

  it('is no setup for a user with the rights that load the library', async () => {
    const loading = '+function|load +watch +unwatch +multi +exec ~signalbox:library*';
    await terminal.redis.call('ACL', 'SETUSER', 'bob', ...`${agentRules('shop:')} ${loading}`.split(' '));
    await terminal.redis.call('FUNCTION', 'FLUSH');
    const { code, stderr } = await asBob('--namespace shop: claim x:y');
    assert.equal(code, 0, stderr);
  });

  it('is no call of the library for such a user', async () => {
    const rig = await LibraryRig.start({ movable: true });
    try {
      await rig.client.call('ACL', 'SETUSER', 'bob', 'on', '>secret', ...agentRules('').split(' '), 'allkeys', '&*');
      const bob = await rig.open({ username: 'bob', password: 'secret' });
      const { length } = await setScene(rig);
      for (let i = 0; i < length; i++) await make(rig, await sceneFor(rig, i), bob);
    } finally {
      await rig.dispose();
    }
  });
});
