import assert from 'node:assert/strict';
import { once } from 'node:events';
import { existsSync, mkdirSync, symlinkSync } from 'node:fs';
import { createServer, type AddressInfo, type Server } from 'node:net';
import path from 'node:path';
import { HookPrograms, programs } from '../../support/hookPrograms.ts';
import { LibraryRig } from '../../support/libraryRig.ts';

const ns = 'shop-3f2a:';

/** A server that is no Redis: says `greeting` to whatever it hears, or nothing. */
async function odd(greeting: string | null): Promise<{ server: Server; url: string }> {
  const server = createServer((socket) => {
    socket.on('error', () => {});
    socket.on('data', () => greeting !== null && socket.write(greeting));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { server, url: `redis://127.0.0.1:${String((server.address() as AddressInfo).port)}` };
}

describe('a hook that gets no answer', function () {
  this.timeout(120_000);
  let rig: LibraryRig;
  let hooks: HookPrograms;
  before(async () => {
    rig = await LibraryRig.start();
  });
  beforeEach(() => {
    rig.ns = ns;
    hooks = new HookPrograms(ns, rig.server.url);
  });
  afterEach(async () => {
    hooks.dispose();
    await rig.client.flushall();
  });
  after(() => rig.dispose());

  const edit = (file = 'a.ts', session = 's1'): string => hooks.edit('PreToolUse', file, { session_id: session });
  const isNoted = (...lines: string[]): void => {
    const noted = hooks.noted('shop-3f2a').map((line) => line.replace(/^\d+\t/, '').replaceAll('\t', ' '));
    assert.deepEqual(noted.toSorted(), lines.toSorted());
  };

  it('lets the edit go on without a word, and notes it', async () => {
    for (const program of programs) {
      hooks.connect([{ namespace: ns, url: 'redis://127.0.0.1:1' }]);
      assert.equal(await hooks.run(program, edit(`${program}.ts`)), '');
    }
    assert.equal(await hooks.run('sh', hooks.input('UserPromptSubmit', { prompt: 'x' })), '');
    isNoted('s1 sh.ts', 's1 node.ts');
  });

  it('ends where the server is silent, talks nonsense or ends the line', async () => {
    for (const greeting of [null, 'HTTP/1.1 400 Bad Request\r\n\r\n', '$-5\r\n', '*3\r\n:1\r\n', '+OK\r\n']) {
      const { server, url } = await odd(greeting);
      hooks.connect([{ namespace: ns, url }]);
      for (const program of programs) {
        assert.equal(await hooks.run(program, edit()), '', `${program} ${String(greeting)}`);
      }
      server.close();
    }
  });

  it('says nothing of a wrong password, a right that is missing, or a library that fails', async () => {
    await rig.client.call('ACL', 'SETUSER', 'guest', 'on', '>x', '~*', '&*', '+ping', '+auth', '+select', '+hello');
    const url = rig.server.url;
    // Who is not let in with a password may come in without one, where the server lets everybody in.
    await rig.client.call('ACL', 'SETUSER', 'default', 'resetpass', '>open');
    for (const program of programs) {
      hooks.connect([{ namespace: ns, url, username: 'guest', password: 'wrong' }]);
      assert.equal(await hooks.run(program, edit('wrong.ts')), '');
      hooks.connect([{ namespace: ns, url, username: 'guest', password: 'x' }]);
      assert.equal(await hooks.run(program, edit('right.ts')), '');
      hooks.connect([{ namespace: ns, url, password: 'open' }]);
      await rig.client.set(`${ns}signalbox:agents`, 'of another type');
      assert.equal(await hooks.run(program, edit('type.ts')), '');
      await rig.client.del(`${ns}signalbox:agents`);
    }
    await rig.client.call('ACL', 'SETUSER', 'default', 'nopass');
    const each = ['s1 wrong.ts', 's1 right.ts', 's1 type.ts'];
    isNoted(...each, ...each);
  });

  it('refuses the edit where the repository wants that rather, in the same words', async () => {
    hooks.git('config', 'signalbox.whenRedisIsDown', 'deny');
    hooks.connect([{ namespace: ns, url: 'redis://127.0.0.1:1' }]);
    const answers = await Promise.all(programs.map((program) => hooks.run(program, edit())));
    assert.equal(answers[0], answers[1]);
    const { hookSpecificOutput: output } = JSON.parse(answers[0]!) as { hookSpecificOutput: Record<string, string> };
    assert.deepEqual([output['hookEventName'], output['permissionDecision']], ['PreToolUse', 'deny']);
    // An edit that was not made went nowhere unguarded.
    isNoted();
    assert.equal(await hooks.run('sh', hooks.edit('PostToolUse', 'a.ts')), '', 'what is no edit is not refused');
    assert.equal(await hooks.run('sh', hooks.edit('PreToolUse', '../elsewhere.ts')), '');
    for (const [command, is] of [
      ['echo x > a.ts', /The command was not run/],
      ['ls', /^$/],
      ['echo x > /tmp/a.ts', /^$/],
    ] as const) {
      const input = hooks.input('PreToolUse', { tool_name: 'Bash', tool_input: { command } });
      assert.match(await hooks.run('sh', input), is, command);
    }
  });

  it('tells what was noted with the next call that succeeds, once', async () => {
    for (const program of programs) {
      await rig.client.flushall();
      hooks.connect([{ namespace: ns, url: 'redis://127.0.0.1:1' }]);
      await hooks.run(program, edit('a.ts'));
      await hooks.run(program, edit("it's b.ts", 's2'));
      hooks.connect([{ namespace: ns, url: rig.server.url }]);
      await hooks.run(program, hooks.input('UserPromptSubmit', { session_id: 's3' }));
      await hooks.run(program, hooks.input('UserPromptSubmit', { session_id: 's3' }));
      const told = (await rig.history())
        .filter(({ kind }) => kind === 'unclaimed')
        .map(({ data }) => JSON.parse(data) as Record<string, string>);
      assert.deepEqual(
        told.map(({ agent, resource, detail }) => [agent, resource, detail]),
        [
          ['s1', 'a.ts', 'redis-down'],
          ['s2', "it's b.ts", 'redis-down'],
        ],
      );
      isNoted();
    }
  });

  it('notes all of many at once, and no more than are kept', async () => {
    hooks.connect([{ namespace: ns, url: 'redis://127.0.0.1:1' }]);
    const names = Array.from({ length: 12 }, (_, i) => `s${String(i)}`);
    await Promise.all(names.map((name) => hooks.run('sh', edit('a.ts', name))));
    isNoted(...names.map((name) => `${name} a.ts`));
    for (const program of programs) {
      hooks.note('shop-3f2a', '1\ts\tx\n'.repeat(200));
      await hooks.run(program, edit());
      assert.equal(hooks.noted('shop-3f2a').length, 200);
    }
  });

  it('takes up what a call that was killed has left behind', async () => {
    for (const program of programs) {
      await rig.client.flushall();
      // No process has so high a number.
      hooks.note('shop-3f2a~4194399', '1\ts9\tleft.ts\n');
      await hooks.run(program, hooks.input('SessionStart', { source: 'startup' }));
      assert.ok(
        (await rig.history()).some(({ data }) => data.includes('"left.ts"')),
        program,
      );
    }
  });

  it('leaves what is noted of another namespace alone, whatever that is called', async () => {
    for (const program of programs) {
      for (const name of ['shop-3f2a.v2', 'shop-3f2a.4194399']) hooks.note(name, '1\ts9\tsecret.ts\n');
      await hooks.run(program, hooks.input('SessionStart', { source: 'startup' }));
      for (const name of ['shop-3f2a.v2', 'shop-3f2a.4194399']) assert.equal(hooks.noted(name).length, 1, program);
    }
  });

  it('gets through however much was noted', async () => {
    for (const program of programs) {
      await rig.client.flushall();
      hooks.note('shop-3f2a', `1\ts1\t${'x'.repeat(1_000)}\n`.repeat(200));
      await hooks.run(program, edit());
      assert.notEqual(await rig.lease('a.ts'), null, program);
      isNoted();
    }
  });

  it('notes nothing that could pass for another line', async () => {
    hooks.connect([{ namespace: ns, url: 'redis://127.0.0.1:1' }]);
    mkdirSync(path.join(hooks.repository, 'a\n1\ts2'));
    for (const program of programs) {
      await hooks.run(program, edit('a\n1\ts2\tb.ts'));
      symlinkSync(path.join(hooks.repository, 'a\n1\ts2'), path.join(hooks.repository, program));
      await hooks.run(program, edit(`${program}/b.ts`));
    }
    isNoted();
  });

  it('runs nothing that a server says, and waits no longer than it may', async () => {
    const ran = path.join(hooks.folder, 'ran');
    for (const answer of [`WAIT k a[$(>${ran})]`, 'WAIT k 99999999', 'WAIT k 08']) {
      const { server, url } = await odd(`$${String(answer.length)}\r\n${answer}\r\n`);
      hooks.connect([{ namespace: ns, url }]);
      for (const program of programs) assert.equal(await hooks.run(program, edit()), '', `${program} ${answer}`);
      assert.equal(existsSync(ran), false, answer);
      server.close();
    }
  });

  it('ends when the server goes away while it waits', async () => {
    for (const program of programs) {
      const other = await LibraryRig.start();
      other.ns = ns;
      hooks.connect([{ namespace: ns, url: other.server.url }]);
      await hooks.run(program, edit());
      const waiting = hooks.run(program, edit('a.ts', 's2'));
      await other.until('it waits', async () => (await other.client.zcard(other.side('queue'))) === 1);
      await other.dispose();
      assert.equal(await waiting, '');
      isNoted('s2 a.ts');
    }
  });

  it('ends when the server hangs while it waits', async () => {
    for (const program of programs) {
      await rig.client.flushall();
      await hooks.run(program, edit());
      const waiting = hooks.run(program, edit('a.ts', 's2'));
      await rig.until('it waits', async () => (await rig.client.zcard(rig.side('queue'))) === 1);
      process.kill(rig.server.pid, 'SIGSTOP');
      try {
        assert.equal(await waiting, '');
      } finally {
        process.kill(rig.server.pid, 'SIGCONT');
      }
    }
  });
});
