import assert from 'node:assert/strict';
import { loadLibrary } from '../../../src/redis/library/load.ts';
import { source } from '../../../src/redis/library/source.ts';
import { answered } from '../../support/hookCalls.ts';
import { HookPrograms, programs, type Program } from '../../support/hookPrograms.ts';
import { LibraryRig } from '../../support/libraryRig.ts';

const ns = 'shop-3f2a:';
const short = { SIGNALBOX_HOOK_LIMIT: '6' };

describe('a hook whose agent is paused', function () {
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

  const pause = (): Promise<boolean> => rig.calls.control('ada@desk', 's1', 'pause', 'a demo');
  const runs = (program: Program, env: Readonly<Record<string, string>> = {}): Promise<string> =>
    hooks.run(program, hooks.input('PreToolUse', { tool_name: 'Read', tool_input: { file_path: '/x' } }), env);
  /** A hook that stands still, from when the server knows of it. */
  const standing = async (program: Program, env = {}): Promise<Promise<string>[]> => {
    await rig.client.flushall();
    await pause();
    const waiting = runs(program, env);
    await rig.until('it stands still', async () => /blocked_clients:1/.test(await rig.client.info('clients')));
    return [waiting];
  };

  it('waits until that ends, and lets the call through then', async () => {
    for (const program of programs) {
      const [waiting] = await standing(program);
      await rig.calls.control('ada@desk', 's1', 'resume', '');
      assert.equal(await waiting, '', program);
    }
  });

  it('asks again then, so that an edit has its claim', async () => {
    for (const program of programs) {
      await rig.client.flushall();
      await pause();
      const waiting = hooks.run(program, hooks.edit('PreToolUse', 'a.ts'));
      await rig.until('it stands still', async () => /blocked_clients:1/.test(await rig.client.info('clients')));
      assert.equal(await rig.lease('a.ts'), null);
      await rig.calls.control('ada@desk', 's1', 'resume', '');
      assert.equal(await waiting, '', program);
      assert.equal((await rig.lease('a.ts'))?.holder, 's1');
    }
  });

  it('refuses the call before it would be ended, in the library’s words, as the time it has says', async () => {
    for (const program of programs) {
      await pause();
      const { denied, said } = answered(await runs(program, { SIGNALBOX_HOOK_LIMIT: '3' }));
      assert.equal(denied, true, program);
      assert.match(said, /paused by the supervisor, ada@desk: a demo\./);
    }
  });

  it('refuses the call by itself where the server hangs meanwhile, or is lost', async () => {
    for (const program of programs) {
      const [hanging] = await standing(program, short);
      process.kill(rig.server.pid, 'SIGSTOP');
      try {
        const { denied, said } = answered(await hanging!);
        assert.equal(denied, true, program);
        assert.match(said, /paused by the supervisor/);
      } finally {
        process.kill(rig.server.pid, 'SIGCONT');
      }
      const [cut] = await standing(program);
      await rig.client.call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes');
      assert.equal(answered(await cut!).denied, true, program);
    }
  });

  it('refuses the call by itself where it is told what is no answer, which does not end a pause', async () => {
    for (const program of programs) {
      const [waiting] = await standing(program, short);
      await rig.client.call(
        ...['FUNCTION', 'LOAD', 'REPLACE'],
        "#!lua name=signalbox\nredis.register_function('signalbox_hook', function() return 'HTTP/1.1 200 OK' end)",
      );
      try {
        assert.equal(answered(await waiting!).denied, true, program);
      } finally {
        await loadLibrary(rig.client, source);
      }
    }
  });

  it('is paused also where its command is one that takes long to read', async () => {
    const command = `a=xxxxxxxxxxxxxxxx;${'a=$a$a$a$a;'.repeat(40)}rm $a`;
    for (const program of programs) {
      await pause();
      const input = hooks.input('PreToolUse', { tool_name: 'Bash', tool_input: { command } });
      assert.equal(answered(await hooks.run(program, input, { SIGNALBOX_HOOK_LIMIT: '4' })).denied, true, program);
    }
  });

  it('is told for how long it may go on by what the environment says, within bounds', async () => {
    const client = await rig.open();
    const monitor = await client.monitor();
    const lefts: number[] = [];
    monitor.on('monitor', (_: string, args: string[]) => {
      if (args[0]?.toUpperCase() === 'FCALL' && args[1] === 'signalbox_hook') lefts.push(Number(args[12]));
    });
    try {
      for (const program of programs) {
        for (const [limit, most] of [
          ['', 60],
          ['3', 3],
          ['1', 3],
          ['999', 600],
          ['soon', 60],
          ['120', 120],
        ] as const) {
          lefts.length = 0;
          await runs(program, { SIGNALBOX_HOOK_LIMIT: limit });
          await rig.until('the monitor has it', () => Promise.resolve(lefts.length > 0));
          const left = lefts[0]!;
          assert.ok(left <= most * 1_000 && left > 0, `${program} ${limit}: ${String(left)}`);
          assert.ok(most === 3 || left > most * 1_000 - 30_000, `${program} ${limit}: ${String(left)}`);
        }
      }
    } finally {
      monitor.disconnect();
    }
  });
});
