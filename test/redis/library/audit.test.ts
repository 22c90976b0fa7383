import assert from 'node:assert/strict';
import { answered, edits, hookCall, type Said } from '../../support/hookCalls.ts';
import { LibraryRig } from '../../support/libraryRig.ts';

describe('a shell command by a hook', () => {
  let rig: LibraryRig;
  before(async () => {
    rig = await LibraryRig.start({ movable: true });
  });
  beforeEach(() => void rig.fresh());
  after(() => rig.dispose());

  const hook = (event: string, agent: string, said?: Said): Promise<string> => hookCall(rig, event, agent, said);
  const { pre, post } = edits(() => rig);
  const begins = (agent: string, shell = '', said: Said = {}): Promise<string> =>
    hook('PreToolUse', agent, { tool: 'Bash', shell, ...said });
  const ends = (agent: string, shell = 'A', said: Said = {}): Promise<string> =>
    hook('PostToolUse', agent, { tool: 'Bash', shell, ...said });
  const changed = (agent: string, paths: string, root = '/repo'): Promise<string[]> =>
    rig.call('changed', [], 'here', root, agent, paths);
  const holder = async (resource: string): Promise<string | undefined> => (await rig.lease(resource))?.holder;
  const reports = async (): Promise<string[]> =>
    (await rig.history())
      .filter(({ kind }) => kind === 'unclaimed')
      .map(({ data }) => JSON.parse(data) as Record<string, string>)
      .map(({ agent, resource, detail, holder: whose }) => [agent, resource, detail, whose].join(' '));
  const isDenied = async (reply: Promise<string>, pattern: RegExp): Promise<void> => {
    const { denied, said } = answered(await reply);
    assert.ok(denied);
    assert.match(said, pattern);
  };

  it('may write to what is free or its own or its parent’s, and to nothing else', async () => {
    await pre('p', 'x');
    await post('p', 'x');
    assert.equal(await begins('p', 'W\tx\nW\ty'), '');
    assert.equal(await begins('p/child', 'W\tx'), '');
    await isDenied(begins('b', 'W\ty\nW\tx'), /^Signalbox: x is claimed by .*The command was not run/);
    assert.equal(await begins('b', 'W\ty'), '', 'what was refused before is nothing that stays');
    assert.equal(await holder('y'), undefined, 'to write claims nothing');
    await pre('p/child', 'z');
    await isDenied(begins('p', 'W\tz'), /^Signalbox: z is claimed/);
    await rig.client.set(rig.lock('raw'), 'somebody');
    await isDenied(begins('b', 'W\traw'), /raw is claimed by somebody, without an end/);
    await rig.hold('c', ['src/']);
    await isDenied(begins('b', 'W\tsrc/deep/a'), /src\/deep\/a is in src\/, which is claimed by c/);
  });

  it('sweeps a folder only where nobody works in it in the same working tree', async () => {
    await pre('a', 'src/a');
    await isDenied(begins('b', 'W\tsrc/'), /^Signalbox: src\/a is claimed/);
    await isDenied(begins('b', 'W\t./'), /^Signalbox: src\/a is claimed/);
    assert.equal(await begins('b', 'W\tother/'), '');
    assert.equal(await begins('b', 'W\tsrc/', { root: '/tree' }), '');
    assert.equal(await begins('b', 'W\tsrc/', { host: 'there' }), '');
    await isDenied(begins('b', 'W\tsrc/a', { root: '/tree' }), /^Signalbox: src\/a is claimed/);
  });

  it('claims all that its rules name or nothing, waits in line for it, and lets go of it when it has ended', async () => {
    assert.equal(await begins('a', 'R\tgit:index\nR\tdeps'), '');
    assert.deepEqual([await holder('git:index'), await holder('deps')], ['a', 'a']);
    assert.ok((await rig.client.pttl(rig.lock('deps'))) > 500_000, 'for as long as it may run');
    assert.match(await begins('b', 'R\tport:1\nR\tdeps'), /^WAIT /);
    assert.equal(await holder('port:1'), undefined);
    await ends('a');
    assert.equal(await begins('b', 'R\tport:1\nR\tdeps'), '');
    assert.deepEqual([await holder('port:1'), await holder('deps')], ['b', 'b']);
    await hook('PostToolUseFailure', 'b', { tool: 'Bash' });
    assert.deepEqual(await rig.client.keys(rig.lock('*')), []);
  });

  it('is refused after the wait, and where the wait would never end', async () => {
    await rig.client.hset(rig.key('agent:config'), 'claims.wait', 3_000);
    await begins('a', 'R\tgit:index');
    assert.match(await begins('b', 'R\tgit:index'), /^WAIT /);
    await rig.pass(3_000);
    await isDenied(
      begins('b', 'R\tgit:index'),
      /git:index is claimed by .*waited [34] s.*The command was not run\. .*`signalbox wait --exact git:index`, which ends when you may run it/,
    );
    await rig.hold('b', ['deps']);
    assert.match(await begins('b', 'R\tgit:index'), /^WAIT /);
    await isDenied(begins('a', 'R\tdeps'), /would never end.*The command was not run/);
  });

  it('leaves nothing claimed that was rejected', async () => {
    const after: [string, () => Promise<unknown>][] = [
      ['an edit', () => pre('a', 'x')],
      ['a prompt', () => hook('UserPromptSubmit', 'a')],
      ['a stop', () => hook('Stop', 'a', { more: { background_tasks: [{ id: 'x' }] } })],
      ['idling', () => hook('Notification', 'a', { more: { notification_type: 'idle_prompt' } })],
    ];
    for (const [what, happens] of after) {
      await begins('a', 'R\tgit:index');
      await hook('PreToolUse', 'a', { tool: 'Read' });
      await hook('PostToolUse', 'a', { tool: 'Read' });
      await begins('a', '');
      assert.equal(await holder('git:index'), 'a', `${what}: a sibling that only reads ends nothing`);
      await happens();
      assert.equal(await holder('git:index'), undefined, what);
    }
    await rig.hold('a', ['git:index']);
    await begins('a', 'R\tgit:index');
    await ends('a');
    assert.equal(await holder('git:index'), 'a', 'what was claimed otherwise stays');
  });

  it('is told what others hold, the newest first and not too much of it', async () => {
    await pre('a', 'edited');
    await post('a', 'edited');
    await rig.hold('a', ['claimed', 'git:index', './n:m', 'dir/']);
    await pre('b', 'own');
    assert.equal(await ends('b'), '\n0\tdir/\n0\tn:m\n0\tclaimed\n1\tedited');
    assert.equal(await ends('b', 'A', { root: '/tree' }), '\n0\tdir/\n0\tn:m\n0\tclaimed\n0\tedited');
    assert.equal(await ends('b', ''), '', 'who does not ask is told nothing');
    for (let i = 0; i < 6; i++)
      await rig.hold(
        'c',
        Array.from({ length: 50 }, (_, n) => `many/${String(i)}-${String(n)}`),
      );
    const lines = (await ends('b')).split('\n').slice(1);
    assert.equal(lines.length, 200);
    assert.ok(lines.every((line) => line.startsWith('0\tmany/')));
  });

  it('is reported where it changed what another holds, surely only where nobody else can have', async () => {
    await pre('a', 'x');
    await post('a', 'x');
    await rig.pass(1_000);
    await begins('b', '', { root: '/tree' });
    await rig.pass(1_000);
    assert.deepEqual(await changed('b', 'x\nfree', '/tree'), ['OK', '1']);
    assert.deepEqual(await reports(), ['b x bash a']);
    assert.match(
      answered(await hook('UserPromptSubmit', 'a')).said,
      /"x" was changed by a shell command of main 2, while you hold it/,
    );
    assert.match(
      answered(await hook('UserPromptSubmit', 'b')).said,
      /Your last shell command changed "x", which main 1 held\. Undo only/,
    );
    await hook('UserPromptSubmit', 'c', { root: '/tree' });
    await changed('b', 'x', '/tree');
    await hook('Stop', 'c', { root: '/tree', more: { background_tasks: [] } });
    await changed('b', 'x', '/tree');
    await begins('d');
    await changed('d', 'x');
    assert.deepEqual(await reports(), ['b x bash a', 'b x bash-suspected a', 'b x bash a', 'd x bash-suspected a']);
  });

  it('is not reported for what its holder edited meanwhile in the same place, nor for what is its own', async () => {
    await begins('b');
    await rig.pass(1_000);
    await pre('a', 'open');
    await pre('c', 'done');
    await post('c', 'done');
    await pre('b', 'own');
    assert.deepEqual(await changed('b', 'open\ndone\nown\nfree'), ['OK', '0']);
    await begins('b', '', { root: '/tree' });
    assert.deepEqual(await changed('b', 'open', '/tree'), ['OK', '1'], 'that is another file');
    assert.equal((await reports()).length, 1);
  });

  it('that moves its own working tree is told only of those who work in the same', async () => {
    await pre('a', 'x');
    await post('a', 'x');
    await begins('b', 'R\tgit:index:fix', { root: '/tree' });
    assert.equal(await ends('b', 'A', { root: '/tree' }), '');
    await begins('b', 'R\tgit:index');
    assert.equal(await ends('b'), '\n1\tx');
  });

  it('is not upset by what it should not be told, and refuses what names nobody (invariant 7)', async () => {
    await pre('a', 'x');
    const odd = [
      'W\t../x',
      'W\t/x',
      'W\t',
      'W',
      'R\t',
      'R\tsrc/',
      'R\ta//b',
      'X\tx',
      '\tW\tx',
      'W\tx\u0001',
      `W\t${'y'.repeat(2_000)}`,
      'w\tx',
      '\n\n',
      'A\tx',
    ];
    assert.equal(await begins('b', odd.join('\n')), '');
    assert.deepEqual(await rig.client.keys(rig.lock('*')), [rig.lock('x')]);
    const many = Array.from({ length: 300 }, (_, i) => `R\tn:${String(i)}`).join('\n');
    assert.equal(await begins('b', many), '');
    assert.equal((await rig.client.keys(rig.lock('n:*'))).length, 64);
    await rig.refuses(() => changed('', 'x'), /name is missing/);
    await rig.refuses(() => changed('b', 'x'.repeat(200_000)), /longer than/);
    assert.deepEqual(await changed('nobody', '../x\n/x\n\nx\u0001\nn:1/x'), ['OK', '0']);
  });
});
