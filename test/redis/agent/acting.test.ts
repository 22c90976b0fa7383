import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createServer } from 'node:net';
import path from 'node:path';
import { readFileSync } from 'node:fs';
import { CliProcess, runCli } from './cliProcess.ts';
import { startCluster } from '../../support/cluster.ts';
import { openAt, startServer } from './server.ts';
import { Terminal } from './terminal.ts';

describe('The commands that act', () => {
  let terminal: Terminal;

  before(async () => {
    terminal = await Terminal.open();
  });
  beforeEach(() => terminal.redis.flushall());
  afterEach(() => terminal.endAll());
  after(() => terminal.close());

  const type = (agent: string | undefined, line: string) => terminal.as(agent, ...line.split(' '));
  const inboxOf = async (agent: string): Promise<Record<string, unknown>[]> =>
    (await type(agent, 'inbox --json --keep')).lines.map((line) => JSON.parse(line) as Record<string, unknown>);

  describe('setup and functions', () => {
    it('put the library on the server once, and say which version is there', async () => {
      await terminal.redis.call('FUNCTION', 'FLUSH');
      const first = await type(undefined, 'setup --json');
      assert.equal(first.code, 0, first.stderr);
      const { library, ...rest } = JSON.parse(first.stdout) as Record<string, unknown>;
      assert.match(String(library), /^\d+\.\d+\.\d+$/);
      assert.deepEqual(rest, { v: 1, changed: true });
      assert.deepEqual(JSON.parse((await type(undefined, 'setup --json')).stdout), { v: 1, library, changed: false });
      assert.match((await type(undefined, 'setup')).stdout, new RegExp(`Version ${String(library)} .* there already`));
      await terminal.redis.call('FUNCTION', 'FLUSH');
      assert.match((await type(undefined, 'setup')).stdout, /was loaded/);
    });

    it('print what redis-cli loads, exactly', async () => {
      await terminal.redis.call('FUNCTION', 'FLUSH');
      const cli = path.resolve('dist/signalbox.cjs');
      const redisCli = process.env['REDIS_CLI_BIN'] ?? 'redis-cli';
      const piped = execFileSync(
        'sh',
        [
          '-c',
          '"$0" "$1" functions | "$2" -p "$3" -x FUNCTION LOAD REPLACE',
          process.execPath,
          cli,
          redisCli,
          String(terminal.server.port),
        ],
        { encoding: 'utf8' },
      );
      assert.equal(piped.trim(), 'signalbox');
      assert.match((await type(undefined, 'setup')).stdout, /was there already/);
      const printed = execFileSync(process.execPath, [cli, 'functions'], { encoding: 'utf8' });
      // As it is written, but for what is only said about it.
      const code = (text: string): string[] =>
        text
          .split('\n')
          .map((line) => line.replace(/ -- [^'"]*$/, '').trimStart())
          .filter((line) => line !== '' && !line.startsWith('--'));
      const written = (name: string): string[] => code(readFileSync(`src/redis/library/${name}.lua`, 'utf8'));
      assert.deepEqual(code(printed), [
        ...['signalbox', 'hook', 'audit'].flatMap(written),
        'do local function load()',
        ...written('supervised'),
        'end load() end',
      ]);
    });

    it('are not needed before the others, which load the library themselves', async () => {
      await terminal.redis.call('FUNCTION', 'FLUSH');
      assert.equal((await type('a', 'claim git:index')).code, 0);
    });
  });

  describe('publish', () => {
    it('takes what is newer, and says what is not', async () => {
      const publish = (state: string, ...flags: string[]) => terminal.as('a', 'publish', ...flags, state);
      const first = await publish('{"task":"x","status":"working","ver":3}');
      assert.deepEqual([first.code, first.stdout, first.stderr], [0, 'accepted', '']);
      assert.deepEqual(await terminal.state('a'), { epoch: 0, state: { task: 'x', status: 'working', ver: 3 } });
      const same = await publish('{"task":"x","status":"working","ver":3}');
      assert.deepEqual([same.code, same.stdout], [0, 'same']);
      const divergent = await publish('{"task":"y","ver":3}');
      assert.deepEqual([divergent.code, divergent.stdout], [1, 'divergent']);
      assert.match(divergent.stderr, /a has published version 3 with another content/);
      const stale = await publish('{"ver":2}');
      assert.deepEqual([stale.code, stale.stdout], [1, 'stale']);
      assert.match(stale.stderr, /a has published version 3, which is newer.*--new-run/);
    });

    it('counts within a run, which --new-run begins', async () => {
      await terminal.as('a', 'publish', '{"ver":7}');
      const begun = await terminal.as('a', 'publish', '--new-run', '{"ver":1}');
      assert.equal(begun.stdout, 'accepted', begun.stderr);
      const { epoch = 0, state } = (await terminal.state('a')) ?? {};
      assert.ok(epoch > 0);
      assert.deepEqual(state, { ver: 1 });
      assert.equal((await terminal.as('a', 'publish', '{"ver":2}')).stdout, 'accepted');
      assert.equal((await terminal.state('a'))?.epoch, epoch);
      const stale = await terminal.as('a', 'publish', '{"ver":1}');
      assert.match(stale.stderr, new RegExp(`version 2 of the run ${epoch}`));
    });

    it('goes on from what a plain agent stored', async () => {
      await terminal.redis.hset('agent:state', 'a', '{"agent_id":"a","epoch":5,"state":{"ver":9}}');
      assert.equal((await terminal.as('a', 'publish', '{"ver":9}')).stdout, 'accepted');
      assert.equal((await terminal.as('a', 'publish', '{"ver":8}')).stdout, 'stale');
      assert.equal((await terminal.state('a'))?.epoch, 5);
      await terminal.redis.hset('agent:state', 'a', 'no JSON');
      assert.equal((await terminal.as('a', 'publish', '{"ver":1}')).stdout, 'accepted');
    });

    it('keeps the exact text from standard input', async () => {
      const state = '{"ver":1,"list":[],"big":12345678901234567890,"text":"größe"}';
      assert.equal((await terminal.pipe('a', `\n${state}\n`, 'publish', '-')).stdout, 'accepted');
      assert.ok((await terminal.redis.hget('agent:state', 'a'))?.includes(`"state":${state}}`));
    });

    it('refuses what is no state', async () => {
      for (const text of ['', '[]', '{"ver":1', `{"ver":1,"x":${'['.repeat(40)}${']'.repeat(40)}}`]) {
        assert.equal((await terminal.as('a', 'publish', text)).code, 2, text);
      }
      assert.equal((await terminal.pipe('a', Buffer.from([0x7b, 0xff, 0x7d]), 'publish', '-')).code, 2);
      const none = await terminal.as('a', 'publish', '{}');
      assert.equal(none.code, 2);
      assert.match(none.stderr, /^signalbox: The state has no "ver"/);
      for (const ver of ['1.5', '-1', '"x"', 'null', '1e300']) {
        const wrong = await terminal.as('a', 'publish', '--new-run', `{"ver":${ver}}`);
        assert.equal(wrong.code, 2, ver);
        assert.match(wrong.stderr, /^signalbox: The state has a "ver" that is not a whole number/);
      }
      // Nor is a run begun that would have no state.
      assert.deepEqual(await terminal.redis.keys('*'), []);
    });
  });

  describe('send and inbox', () => {
    it('bring messages from agents and persons, each once', async () => {
      assert.equal((await terminal.as('a', 'send', 'b', 'The schema is ready.')).stdout, '1');
      assert.equal((await terminal.as(undefined, 'send', 'b', 'Go on.')).code, 0);
      const [first, second, ...more] = await inboxOf('b');
      assert.deepEqual([first?.['from'], first?.['text'], more], ['a', 'The schema is ready.', []]);
      assert.match(String(second?.['from']), /^[^/]+@[^/]+$/);
      assert.ok(Math.abs(Date.parse(String(first?.['at'])) - Date.now()) < 60_000);
      const one = await type('b', 'inbox --count 1');
      assert.match(one.stdout, /^\d{4}-\S+Z\ta\tThe schema is ready\.$/);
      assert.match((await type('b', 'inbox')).stdout, /Go on\.$/);
      assert.equal((await type('b', 'inbox')).stdout, '');
    });

    it('say when nobody of that name is known, and wait for one', async () => {
      const early = await terminal.as('a', 'send', 'b', 'Hello.');
      assert.deepEqual([early.code, early.stdout], [0, '1']);
      assert.match(early.stderr, /^signalbox: No agent "b" is known among the agents without a namespace yet/);
      assert.match(
        (await terminal.as('a', '--namespace=shop:', 'pause', 'b')).stderr,
        /No agent "b" is known in shop: yet/,
      );
      await terminal.as('b', 'publish', '{"ver":1}');
      await terminal.as('c', 'claim', 'git:index');
      await terminal.as('d', '--agent', 'd', 'run', '--', 'true');
      for (const agent of ['b', 'c', 'd', '*']) {
        assert.equal((await terminal.as('a', 'send', agent, 'Hello.')).stderr, '', agent);
      }
      assert.equal((await type(undefined, 'pause b')).stderr, '');
      assert.equal((await type(undefined, 'resume x')).stderr, '');
    });

    it('reach every other agent that is known', async () => {
      for (const agent of ['a', 'b', 'c']) await terminal.as(agent, 'publish', '{"ver":1}');
      assert.equal((await terminal.as('a', 'send', '*', 'Stop.')).stdout, '2');
      assert.deepEqual(
        [(await inboxOf('a')).length, (await inboxOf('b')).length, (await inboxOf('c')).length],
        [0, 1, 1],
      );
    });

    it('take long texts from standard input, and none that is too long or empty', async () => {
      const text = `one\ntwo \u001b[31m\n${'ü'.repeat(1_000)}`;
      assert.equal((await terminal.pipe('a', `${text}\n`, 'send', 'b', '-')).stdout, '1');
      const [message] = await inboxOf('b');
      assert.equal(message?.['text'], text);
      const shown = await type('b', 'inbox --keep');
      assert.equal(shown.lines.length, 1);
      assert.doesNotMatch(shown.stdout.replaceAll('\t', ''), /\p{Cc}/u);
      assert.equal((await terminal.pipe('a', 'x'.repeat(4_097), 'send', 'b', '-')).code, 2);
      assert.equal((await terminal.pipe('a', '\n', 'send', 'b', '-')).code, 2);
    });

    it('are not confirmed where nobody reads them', async () => {
      await terminal.as('a', 'send', 'b', 'Go on.');
      const unread = terminal.start('b', ['inbox']);
      unread.child.stdout?.destroy();
      await unread.ended;
      assert.equal((await inboxOf('b')).length, 1);
    });
  });

  it('pause and resume one agent or all', async () => {
    const paused = async (target: string): Promise<unknown> =>
      JSON.parse((await terminal.redis.hget('agent:control', target)) ?? 'null');
    assert.equal((await terminal.as('boss', 'pause', 'a', '--reason', 'lunch')).stdout, 'a\tpaused');
    assert.match((await terminal.as('boss', 'status')).stdout, /^Paused \(1\)\n {2}a {2}by boss {2}lunch$/m);
    const { action, by, reason } = (await paused('a')) as Record<string, unknown>;
    assert.deepEqual([action, by, reason], ['pause', 'boss', 'lunch']);
    const again = await type(undefined, 'pause a');
    assert.deepEqual([again.code, again.stdout], [0, 'a\tunchanged']);
    assert.equal((await type(undefined, 'pause')).stdout, 'everyone\tpaused');
    assert.notEqual(await paused('*'), null);
    assert.equal((await type(undefined, 'resume')).stdout, 'everyone\tresumed');
    assert.equal((await type(undefined, 'resume a')).stdout, 'a\tresumed');
    assert.equal((await type(undefined, 'resume a')).stdout, 'a\tunchanged');
  });

  describe('in their fleet', () => {
    it('act in the one that flag, environment and repository say, and in no two', async () => {
      assert.equal((await terminal.as('a', '--namespace', 'shop:', 'claim', 'git:index')).code, 0);
      assert.equal(await terminal.holder('git:index', 'shop:'), 'a');
      const inShop = { SIGNALBOX_NAMESPACE: 'shop:' };
      assert.equal((await terminal.start('b', ['claim', 'git:index'], { env: inShop }).ended).code, 3);
      assert.equal((await terminal.start('b', ['--namespace=', 'claim', 'git:index'], { env: inShop }).ended).code, 0);
      assert.equal(await terminal.holder('git:index'), 'b');
      const two = await terminal.as('a', '--namespace', 'shop:,auto', 'claim', 'git:index');
      assert.equal(two.code, 2);
      assert.match(two.stderr, /several namespaces/);
    });

    it('act as the agent of the flag before that of the environment, and not as nobody', async () => {
      assert.equal((await terminal.as('a', '--agent', 'b', 'claim', 'git:index')).code, 0);
      assert.equal(await terminal.holder('git:index'), 'b');
      for (const line of ['claim x:y', 'renew', 'release --all', 'publish {}', 'inbox', 'run -- true']) {
        const { code, stderr } = await type(undefined, line);
        assert.equal(code, 2, line);
        assert.match(stderr, /--agent NAME .*SIGNALBOX_AGENT/);
      }
      assert.equal((await type('x'.repeat(129), 'inbox')).code, 2);
    });
  });

  describe('where something is in the way', () => {
    it('end with 4 when nothing answers, at once or after its time', async () => {
      const silent = createServer(() => {});
      const port = await new Promise<number>((resolve) => {
        silent.listen(0, '127.0.0.1', () => {
          const address = silent.address();
          resolve(typeof address === 'object' && address !== null ? address.port : 0);
        });
      });
      try {
        const lines = ['setup', 'inbox', 'claim x:y --wait 60s', 'run -- echo started'];
        const url = (at: number) => ({
          cwd: terminal.repository,
          env: { SIGNALBOX_AGENT: 'a', SIGNALBOX_REDIS_URL: `redis://127.0.0.1:${at}` },
        });
        const ended = await Promise.all(
          lines.flatMap((line) => [runCli(line.split(' '), url(1)), runCli(line.split(' '), url(port))]),
        );
        for (const { code, stdout, stderr } of ended) {
          assert.deepEqual([code, stdout], [4, '']);
          assert.match(stderr, /^signalbox: (Nothing answers at|redis:\S+ does not answer)/);
        }
      } finally {
        silent.close();
      }
    });

    it('end with 6 when the library cannot be loaded, and with 1 when it may not be used', async () => {
      const user = async (name: string, ...rules: string[]): Promise<{ env: NodeJS.ProcessEnv }> => {
        await terminal.redis.call('ACL', 'SETUSER', name, 'reset', 'on', '>pw', '~*', '&*', '+@all', ...rules);
        return {
          env: { SIGNALBOX_AGENT: 'a', SIGNALBOX_REDIS_URL: terminal.server.url.replace('//', `//${name}:pw@`) },
        };
      };
      await terminal.redis.call('FUNCTION', 'FLUSH');
      for (const options of [
        await user('noload', '-function'),
        await user('nokey', 'resetkeys', '~agent:*', '~lock:*', '~signalbox:res'),
      ]) {
        const claim = await runCli(['claim', 'x:y'], options);
        assert.equal(claim.code, 6, claim.stderr);
        assert.match(
          claim.stderr,
          /function library signalbox is not on this server .*no permissions.*signalbox setup/,
        );
      }
      assert.equal((await runCli(['setup'], await user('noload', '-function'))).code, 6);
      assert.equal((await type(undefined, 'setup')).code, 0);
      const denied = await runCli(['claim', 'x:y'], await user('nocall', '-fcall'));
      assert.equal(denied.code, 1);
      assert.match(denied.stderr, /does not allow this user to do that: .*fcall/);
      assert.doesNotMatch(denied.stderr, /pw/);
    });

    it('end with 6 on a server that knows no functions', async () => {
      const old = await startServer({ args: ['--rename-command', 'FCALL', '', '--rename-command', 'FCALL_RO', ''] });
      try {
        for (const line of ['setup', 'claim x:y']) {
          const { code, stderr } = await runCli(line.split(' '), {
            env: { SIGNALBOX_AGENT: 'a', SIGNALBOX_REDIS_URL: old.url },
          });
          assert.equal(code, 6);
          assert.match(stderr, /unknown command/);
        }
      } finally {
        await old.stop();
      }
    });

    it('end with 1 on a server that takes nothing, and release all the same', async () => {
      const full = await startServer();
      const redis = await openAt(full);
      const options = { env: { SIGNALBOX_AGENT: 'a', SIGNALBOX_REDIS_URL: full.url } };
      try {
        assert.equal((await runCli(['claim', 'x:y'], options)).code, 0);
        await redis.config('SET', 'maxmemory', '1');
        const claim = await runCli(['claim', 'x:z'], options);
        assert.equal(claim.code, 1);
        assert.match(claim.stderr, /out of memory/);
        assert.equal((await runCli(['release', 'x:y'], options)).code, 0);
        await redis.config('SET', 'maxmemory', '0');
        await redis.call('REPLICAOF', '127.0.0.1', '1');
        assert.equal((await runCli(['claim', 'x:y'], options)).code, 1);
      } finally {
        redis.disconnect();
        await full.stop();
      }
    });

    it('end with 1 and the words of the library where a key is damaged', async () => {
      await terminal.redis.set('signalbox:held:a', 'x');
      const { code, stderr } = await type('a', 'claim x:y');
      assert.equal(code, 1);
      assert.match(stderr, /signalbox:held:a has another type than it should/);
    });

    it('end with 2 for a password in a flag', async () => {
      const { code, stderr } = await type('a', '--url redis://:hush@127.0.0.1:1 claim x:y');
      assert.equal(code, 2);
      assert.match(stderr, /SIGNALBOX_REDIS_URL/);
      assert.doesNotMatch(stderr, /hush/);
    });
  });

  describe('in a cluster', function () {
    this.timeout(60_000);

    it('find the node of their namespace from any other, and say what a namespace needs there', async () => {
      const servers = await startCluster();
      try {
        const at = (url: string, agent: string, ...args: string[]) =>
          runCli(['--namespace', '{shop}:', ...args], { env: { SIGNALBOX_REDIS_URL: url, SIGNALBOX_AGENT: agent } });
        const [one, two, three] = servers.map(({ url }) => url);
        assert.equal((await at(one!, 'a', 'setup')).code, 0);
        assert.equal((await at(two!, 'a', 'claim', 'git:index', 'port:1')).code, 0);
        assert.equal((await at(three!, 'b', 'claim', 'git:index')).code, 3);
        assert.equal((await at(one!, 'a', 'run', '--claim', 'port:2', '--', 'true')).code, 0);
        const waiting = new CliProcess(['--namespace', '{shop}:', 'claim', 'git:index', '--wait', '60s'], {
          env: { SIGNALBOX_REDIS_URL: one, SIGNALBOX_AGENT: 'b' },
        });
        await waiting.said(/Waiting: /);
        assert.equal((await at(three!, 'a', 'release', '--all')).lines.length, 2);
        assert.equal((await waiting.ended).code, 0);
        const plain = await at(one!, 'a', '--namespace', 'shop:', 'claim', 'git:index');
        assert.equal(plain.code, 1);
        assert.match(plain.stderr, /a tag in braces/);
      } finally {
        await Promise.all(servers.map((server) => server.stop()));
      }
    });
  });
});
