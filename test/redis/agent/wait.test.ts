import assert from 'node:assert/strict';
import type { CliProcess } from './cliProcess.ts';
import { Terminal } from './terminal.ts';

describe('signalbox wait', () => {
  let terminal: Terminal;

  before(async () => {
    terminal = await Terminal.open();
  });
  beforeEach(() => terminal.redis.flushall());
  afterEach(() => terminal.endAll());
  after(() => terminal.close());

  /** Types in the shell of a session. */
  const inSession = (id: string, ...args: string[]): CliProcess =>
    terminal.start(undefined, args, { env: { CLAUDE_CODE_SESSION_ID: id } });
  const type = (agent: string, line: string) => terminal.as(agent, ...line.split(' '));
  const call = (agent: string, about: object): Promise<number> =>
    terminal.redis.hset('signalbox:agents', agent, JSON.stringify(about));
  const queued = (): Promise<number> => terminal.redis.zcard('signalbox:queue');

  it('waits in line for the session in whose shell it runs, and then holds the file for 30 s', async () => {
    await type('other', 'claim src/a.ts --task login');
    await call('other', { name: 'Fix the login' });
    const waiting = inSession('session-1', 'wait', 'src/a.ts');
    await waiting.said(
      /^signalbox: Waiting: src\/a\.ts is held by Fix the login \(task "login"\), .* Place in line: 1\.\n$/,
    );
    await type('other', 'release --all');
    const { code, lines, stderr } = await waiting.ended;
    assert.equal(code, 0, stderr);
    assert.deepEqual(lines, ['You hold src/a.ts for 30 s: read it again, then edit it.']);
    assert.equal(stderr.split('\n').length, 2, 'one line while it waits');
    assert.equal(await terminal.holder('src/a.ts'), 'session-1');
    const left = await terminal.redis.pttl('lock:src/a.ts');
    assert.ok(left > 10_000 && left <= 30_000, String(left));
  });

  it('holds it for whichever agent of the session takes it over, and for nobody else', async () => {
    assert.equal((await inSession('session-1', 'wait', 'src/a.ts').ended).code, 0);
    assert.equal((await type('session-2', 'claim src/a.ts')).code, 3);
    assert.equal((await type('session-1/child', 'claim src/a.ts')).code, 0);
    assert.equal(await terminal.holder('src/a.ts'), 'session-1/child');
  });

  it('has all of several files, or a thing', async () => {
    const several = await inSession('s', 'wait', 'src/a.ts', 'src/b.ts').ended;
    assert.deepEqual(several.lines, ['You hold src/a.ts, src/b.ts for 30 s: read them again, then edit them.']);
    assert.deepEqual((await inSession('s', 'wait', 'git:index').ended).lines, ['You hold git:index for 30 s.']);
  });

  it('is refused where the wait would close a circle, which is told by names', async () => {
    await type('session-1', 'claim src/a.ts');
    await type('session-2', 'claim src/b.ts');
    await call('session-2', { name: 'Rename' });
    const first = inSession('session-2', 'wait', 'src/a.ts');
    await first.said(/Waiting/);
    const second = await inSession('session-1', 'wait', 'src/b.ts').ended;
    assert.equal(second.code, 3);
    assert.match(second.stderr, /^signalbox: Waiting would never end, .*session-1 → Rename → session-1\. .*\n$/);
    assert.deepEqual(second.lines, []);
  });

  it('gives up when the time is over, and is in no line any more', async () => {
    await type('other', 'claim src/a.ts');
    const vain = await inSession('s', 'wait', 'src/a.ts', '--wait', '200', '--json').ended;
    assert.equal(vain.code, 5);
    const { result, holder } = JSON.parse(vain.lines[0] ?? '') as Record<string, unknown>;
    assert.deepEqual([vain.lines.length, result, holder], [1, 'waited-in-vain', 'other']);
    assert.match(vain.stderr, /\nsignalbox: Waited in vain: src\/a\.ts is held by other, .* Work on something else/);
    assert.equal(await queued(), 0);
  });

  it('leaves the line when it is ended', async () => {
    await type('other', 'claim src/a.ts');
    for (const [signal, code] of [
      ['SIGINT', 130],
      ['SIGTERM', 143],
    ] as const) {
      const waiting = inSession('s', 'wait', 'src/a.ts');
      await waiting.said(/Waiting: /);
      assert.equal(await queued(), 1);
      waiting.child.kill(signal);
      assert.equal((await waiting.ended).code, code);
      assert.equal(await queued(), 0);
    }
  });

  it('prints one JSON object, and needs an agent and a file', async () => {
    const { lines } = await inSession('s', 'wait', 'src/a.ts', '--json').ended;
    assert.equal(lines.length, 1);
    const { agent, result } = JSON.parse(lines[0] ?? '') as Record<string, unknown>;
    assert.deepEqual([agent, result], ['s', 'granted']);
    assert.equal((await inSession('s', 'wait').ended).code, 2);
    assert.equal((await inSession('s', 'wait', 'src/a.ts', '--wait', '25h').ended).code, 2);
    assert.equal((await terminal.as(undefined, 'wait', 'src/a.ts')).code, 2);
  });

  it('acts as who is named, before the session in whose shell it runs', async () => {
    const env = { CLAUDE_CODE_SESSION_ID: 's', SIGNALBOX_AGENT: 'named' };
    assert.equal((await terminal.start(undefined, ['wait', 'src/a.ts'], { env }).ended).code, 0);
    assert.equal(await terminal.holder('src/a.ts'), 'named');
    assert.equal((await terminal.start(undefined, ['--agent', 'typed', 'wait', 'src/b.ts'], { env }).ended).code, 0);
    assert.equal(await terminal.holder('src/b.ts'), 'typed');
    assert.equal((await inSession('s', 'send', 'named', 'hello').ended).code, 0);
    assert.match((await type('named', 'inbox')).stdout, /\ts\thello$/m);
  });
});
