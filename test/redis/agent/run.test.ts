import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { RunReport } from '../../../src/agent/acting/runReport.ts';
import { openSession } from '../../../src/agent/acting/session.ts';
import { systemClock } from '../../../src/protocol/clock.ts';
import type { LocalServer } from '../../../src/redis/localServer.ts';
import { runCli, until, type CliProcess } from './cliProcess.ts';
import { openAt, startServer } from './server.ts';
import { Terminal } from './terminal.ts';

/** The CLI as a program that is run by it calls it. */
const cli = `${process.execPath} ${path.resolve('dist/signalbox.cjs')}`;
/** A program that says that it has started and ends with its input. */
const patient = ['sh', '-c', 'echo started; cat >/dev/null; echo over'];

describe('signalbox run', () => {
  let terminal: Terminal;

  before(async () => {
    terminal = await Terminal.open();
  });
  beforeEach(() => terminal.redis.flushall());
  afterEach(() => terminal.endAll());
  after(() => terminal.close());

  const sh = (agent: string, script: string, ...flags: string[]) =>
    terminal.as(agent, '--agent', agent, 'run', ...flags, '--', 'sh', '-c', script);
  const started = async (agent: string, ...flags: string[]): Promise<CliProcess> => {
    const run = terminal.start(agent, ['--agent', agent, 'run', ...flags, '--', ...patient], { holdStdin: true });
    await run.line('the start', (line) => line === 'started');
    return run;
  };
  const events = async (kind: string): Promise<Record<string, unknown>[]> => {
    const entries = await terminal.redis.xrange('agent:history', '-', '+');
    return entries
      .map(([, fields]) => JSON.parse(fields[fields.indexOf('data') + 1] ?? '') as Record<string, unknown>)
      .filter((event) => event['kind'] === kind);
  };

  it('passes input, outputs, arguments and the exit code through', async () => {
    const script = 'read line; echo "$line $1"; echo trouble >&2; exit 7';
    const run = terminal.start('a', ['--agent', 'a', 'run', '--', 'sh', '-c', script, 'sh', 'two words'], {
      holdStdin: true,
    });
    run.child.stdin?.end('hello\n');
    const { code, lines, stderr } = await run.ended;
    assert.deepEqual([code, lines, stderr], [7, ['hello two words'], 'trouble\n']);
    assert.deepEqual((await terminal.state('a'))?.state, { task: 'sh', status: 'failed', exit: 7, ver: 1 });
  });

  it('says hello, runs, and reports its end as an agent, whose claims it holds meanwhile', async () => {
    const run = await started('a', '--claim', 'src/a.ts', '--claim', 'git:index', '--task', 'build');
    assert.deepEqual((await terminal.state('a'))?.state, { task: 'build', status: 'running', ver: 0 });
    const [hello] = await events('hello');
    assert.deepEqual([hello?.['agent'], hello?.['parent'], Number(hello?.['pid'])], ['a', '', run.child.pid]);
    assert.deepEqual([await terminal.holder('src/a.ts'), await terminal.holder('git:index')], ['a', 'a']);
    const denied = await terminal.as('b', 'claim', 'src/a.ts');
    assert.match(denied.stderr, /held by a \(task "build"\)/);
    run.child.stdin?.end();
    const { code, lines, stderr } = await run.ended;
    assert.deepEqual([code, lines, stderr], [0, ['started', 'over'], '']);
    assert.deepEqual((await terminal.state('a'))?.state, { task: 'build', status: 'done', exit: 0, ver: 1 });
    assert.deepEqual(await terminal.redis.keys('lock:*'), []);
  });

  it('lets the program act as the same agent, in the same fleet', async () => {
    const script = `${cli} claim src/b.ts >/dev/null && ${cli} publish '{"task":"own","ver":5}' && echo $SIGNALBOX_AGENT,$SIGNALBOX_NAMESPACE`;
    const run = await terminal.as(
      'a',
      '--agent',
      'a',
      '--namespace',
      'shop:',
      'run',
      '--',
      'sh',
      '-c',
      `${script}; cat`,
    );
    assert.deepEqual([run.code, run.lines], [0, ['accepted', 'a,shop:']]);
    // Behind what the program said last.
    assert.deepEqual((await terminal.state('a', 'shop:'))?.state, { task: 'sh', status: 'done', exit: 0, ver: 6 });
    assert.deepEqual(await terminal.redis.keys('shop:lock:*'), []);
  });

  it('gives the program the address of a flag, and the empty namespace too', async () => {
    const env = { SIGNALBOX_REDIS_URL: 'redis://127.0.0.1:1', SIGNALBOX_NAMESPACE: 'other:' };
    const args = ['--agent', 'a', '--url', terminal.server.url, '--namespace=', 'run', '--'];
    const run = await terminal.start(
      undefined,
      [...args, 'sh', '-c', `${cli} claim git:index >/dev/null; ${cli} release --all`],
      { env },
    ).ended;
    assert.deepEqual([run.code, run.lines], [0, ['git:index\treleased']]);
  });

  it('is a child inside of an agent, which takes over what its parent holds and gives it back', async () => {
    await terminal.as('a', 'claim', 'src/a.ts');
    const run = terminal.start('a', ['run', '--claim', 'src/a.ts', '--', ...patient], { holdStdin: true });
    await run.line('the start', (line) => line === 'started');
    assert.match((await terminal.holder('src/a.ts')) ?? '', /^a\/[0-9a-f]{6}$/);
    assert.equal((await events('hello'))[0]?.['parent'], 'a');
    run.child.stdin?.end();
    assert.equal((await run.ended).stderr, '');
    assert.equal(await terminal.holder('src/a.ts'), 'a');
  });

  it('renews what it and its program hold', async () => {
    const script = `${cli} claim src/b.ts --ttl 3s >/dev/null; echo started; cat >/dev/null`;
    const args = ['--agent', 'a', 'run', '--ttl', '3s', '--claim', 'src/a.ts', '--', 'sh', '-c', script];
    const run = terminal.start('a', args, { holdStdin: true });
    await run.line('the start', (line) => line === 'started');
    const renewed = async (): Promise<string[]> => (await events('renew')).map((event) => String(event['resource']));
    await until(
      renewed,
      (names) => names.filter((name) => name === 'src/a.ts').length >= 3 && names.includes('src/b.ts'),
      20_000,
    );
    run.child.stdin?.end();
    assert.deepEqual([(await run.ended).stderr, await terminal.redis.keys('lock:*')], ['', []]);
  });

  it('says once which claim was lost, and why, but not what the program gave back', async () => {
    const script = `${cli} claim git:own >/dev/null; echo started; read go; ${cli} release git:own; cat >/dev/null`;
    const names = ['src/a.ts', 'src/b.ts', 'git:x'].flatMap((name) => ['--claim', name]);
    const run = terminal.start('a', ['--agent', 'a', 'run', '--ttl', '3s', ...names, '--', 'sh', '-c', script], {
      holdStdin: true,
    });
    await run.line('the start', (line) => line === 'started');
    await terminal.as('boss', 'transfer', 'src/a.ts', '--to', 'b', '--reason', 'urgent');
    await terminal.as('boss', 'transfer', 'src/b.ts', '--break', '--reason', 'wrong');
    await terminal.redis.del('lock:git:x');
    run.child.stdin?.write('go\n');
    await run.line('the release', (line) => line === 'git:own\treleased');
    await run.said(/Lost: src\/a\.ts was handed to b by boss: urgent\./);
    await run.said(/Lost: src\/b\.ts was ended by boss: wrong\./);
    await run.said(/Lost: git:x was lost, since its lock was deleted\./);
    // A renewal later than all of that.
    const { length } = await events('renew');
    await terminal.as('a', 'claim', 'git:later');
    await until(
      () => events('renew'),
      (all) => all.length > length,
    );
    run.child.stdin?.end();
    const { code, stderr } = await run.ended;
    assert.deepEqual([code, stderr.trim().split('\n').length], [0, 3]);
    assert.equal(await terminal.holder('src/a.ts'), 'b');
  });

  it('does not start the program when a claim is denied, and waits for it when told to', async () => {
    await terminal.as('b', 'claim', 'src/a.ts');
    const denied = await sh('a', 'echo started', '--claim', 'src/a.ts');
    assert.deepEqual([denied.code, denied.stdout], [3, '']);
    assert.match(denied.stderr, /src\/a\.ts is held by b/);
    assert.equal(await terminal.state('a'), null);
    const vain = await sh('a', 'echo started', '--claim', 'src/a.ts', '--wait', '100');
    assert.deepEqual([vain.code, vain.stdout], [5, '']);
    const run = terminal.start('a', ['--agent', 'a', 'run', '--claim', 'src/a.ts', '--wait', '--', 'echo', 'started']);
    await run.said(/Waiting: src\/a\.ts is held by b/);
    await terminal.as('b', 'release', '--all');
    assert.deepEqual([(await run.ended).code, run.lines], [0, ['started']]);
  });

  it('leaves the line when it is ended there', async () => {
    await terminal.as('b', 'claim', 'src/a.ts');
    const args = [
      '--agent',
      'a',
      'run',
      '--claim',
      'src/a.ts',
      '--claim',
      'src/b.ts',
      '--wait',
      '--',
      'echo',
      'started',
    ];
    const run = terminal.start('a', args);
    await run.said(/Waiting: /);
    run.child.kill('SIGTERM');
    const { code, lines } = await run.ended;
    assert.deepEqual([code, lines], [143, []]);
    assert.equal(await terminal.redis.zcard('signalbox:queue'), 0);
    assert.equal(await terminal.holder('src/b.ts'), null);
  });

  it('says when a program cannot be started, as shells do', async () => {
    const none = await terminal.as('a', 'run', '--claim', 'src/a.ts', '--', 'no-such-program');
    assert.equal(none.code, 127);
    assert.match(none.stderr, /there is no program no-such-program/);
    const folder = mkdtempSync(path.join(tmpdir(), 'signalbox-run-'));
    const file = path.join(folder, 'plain');
    writeFileSync(file, 'x');
    chmodSync(file, 0o644);
    const forbidden = await terminal.as('a', '--agent', 'a', 'run', '--', file);
    rmSync(folder, { recursive: true });
    assert.equal(forbidden.code, 126);
    assert.equal((await terminal.state('a'))?.state['status'], 'failed');
    assert.deepEqual(await terminal.redis.keys('lock:*'), []);
  });

  describe('with signals', () => {
    /** Answers each signal with its name, and ends on the second. */
    const answering = `
      for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT', 'SIGUSR2', 'SIGALRM']) {
        process.on(signal, () => console.log('got ' + signal));
      }
      process.stdin.on('end', () => process.exit(5)).resume();
      console.log('started');`;

    it('passes them on, each once, and lets the program decide', async () => {
      const args = ['--agent', 'a', 'run', '--claim', 'src/a.ts', '--', process.execPath, '-e', answering];
      const run = terminal.start('a', args, { holdStdin: true });
      await run.line('the start', (line) => line === 'started');
      const all = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT', 'SIGUSR2', 'SIGALRM'] as const;
      for (const signal of all) {
        run.child.kill(signal);
        await run.line(signal, (line) => line === `got ${signal}`);
      }
      run.child.stdin?.end();
      assert.equal((await run.ended).code, 5);
      assert.deepEqual(run.lines, ['started', ...all.map((signal) => `got ${signal}`)]);
      assert.deepEqual(await terminal.redis.keys('lock:*'), []);
    });

    it('ends as a program that a signal ended, and says so', async () => {
      for (const [signal, code] of [
        ['SIGTERM', 143],
        ['SIGINT', 130],
        ['SIGHUP', 129],
      ] as const) {
        const run = terminal.start(
          'a',
          [
            '--agent',
            'a',
            'run',
            '--claim',
            'src/a.ts',
            '--',
            process.execPath,
            '-e',
            'console.log("started"); process.stdin.resume()',
          ],
          { holdStdin: true },
        );
        await run.line('the start', (line) => line === 'started');
        run.child.kill(signal);
        assert.equal((await run.ended).code, code);
        assert.deepEqual((await terminal.state('a'))?.state, {
          task: path.basename(process.execPath),
          status: 'failed',
          exit: code,
          signal,
          ver: 1,
        });
        assert.deepEqual(await terminal.redis.keys('lock:*'), []);
      }
      assert.equal((await sh('a', 'kill -KILL $$')).code, 137);
    });
  });

  describe('when Redis is lost', () => {
    let server: LocalServer;

    beforeEach(async () => {
      server = await startServer();
    });
    afterEach(() => server.stop());

    const run = async (): Promise<CliProcess> => {
      const args = ['--agent', 'a', 'run', '--claim', 'src/a.ts', '--', ...patient];
      const process = terminal.start('a', args, { env: { SIGNALBOX_REDIS_URL: server.url }, holdStdin: true });
      await process.line('the start', (line) => line === 'started');
      return process;
    };

    it('goes on, says so once, and is the same agent when it is back', async () => {
      const program = await run();
      await server.stop();
      await program.said(/closed the connection.* The program goes on; its claims end when their time is up/);
      server = await startServer({ port: server.port });
      await program.said(/Redis is back\./);
      await program.said(/Lost: src\/a\.ts is not held any more\./);
      const redis = await openAt(server);
      await until(
        () => redis.hget('agent:state', 'a'),
        (text) => text?.includes('"running"') === true,
      );
      program.child.stdin?.end();
      const { code, lines, stderr } = await program.ended;
      assert.deepEqual([code, lines], [0, ['started', 'over']]);
      assert.equal(stderr.trim().split('\n').length, 3, stderr);
      assert.match((await redis.hget('agent:state', 'a')) ?? '', /"status":"done","exit":0/);
      redis.disconnect();
    });

    it('ends as the program does, although nobody can be told', async () => {
      const program = await run();
      await server.stop();
      await program.said(/The program goes on/);
      program.child.stdin?.end();
      const { code, lines, stderr } = await program.ended;
      assert.deepEqual([code, lines], [0, ['started', 'over']]);
      assert.match(stderr, /The end could not be reported/);
    });
  });

  it('gives signs of life that change nothing, also for a program that publishes itself', async () => {
    const session = await openSession(
      { settings: { url: terminal.server.url, namespaces: [''] }, ns: '' },
      systemClock,
    );
    const listener = await openAt(terminal.server);
    try {
      const { epoch } = await session.calls.hello('a');
      const report = new RunReport(session, 'a', epoch, 'build');
      await report.running();
      const heard: unknown[] = [];
      listener.on('message', (_channel: string, text: string) => heard.push(JSON.parse(text)));
      await listener.subscribe('agent:state:sync');
      const before = await terminal.redis.get('agent:seq');
      await report.beat();
      await terminal.as('a', 'publish', '{"task":"own","ver":1}');
      await report.beat();
      await terminal.as('a', 'publish', '--new-run', '{"ver":1}');
      // Another run's state is not ours to speak for.
      await report.beat();
      await report.ended({ code: 0, signal: null, failure: null });
      await listener.ping();
      const plain = (heard as Record<string, unknown>[]).filter((message) => !('seq' in message));
      assert.deepEqual(plain, [
        { agent_id: 'a', epoch: String(epoch), state: { task: 'build', status: 'running', ver: 0 } },
        { agent_id: 'a', epoch: String(epoch), state: { task: 'own', ver: 1 } },
      ]);
      assert.deepEqual((await terminal.state('a'))?.state, { ver: 1 });
      // Two states and a hello.
      assert.equal(Number(await terminal.redis.get('agent:seq')) - Number(before), 3);
    } finally {
      listener.disconnect();
      session.close();
    }
  });

  it('is not started without Redis', async () => {
    const options = { env: { SIGNALBOX_REDIS_URL: 'redis://127.0.0.1:1' } };
    const { code, stdout } = await runCli(['--agent', 'a', 'run', '--', 'echo', 'started'], options);
    assert.deepEqual([code, stdout], [4, '']);
  });
});
