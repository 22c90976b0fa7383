import assert from 'node:assert/strict';
import { versionIn } from '../../../src/redis/library/load.ts';
import { source } from '../../../src/redis/library/source.ts';
import { answered, edits, hookCall, type Said } from '../../support/hookCalls.ts';
import { LibraryRig } from '../../support/libraryRig.ts';

describe('an edit by a hook', () => {
  let rig: LibraryRig;
  before(async () => {
    rig = await LibraryRig.start({ movable: true });
  });
  beforeEach(() => void rig.fresh());
  after(() => rig.dispose());

  const hook = (event: string, agent: string, said?: Said): Promise<string> => hookCall(rig, event, agent, said);
  const { pre, post, failed, asks } = edits(() => rig);
  const holder = async (resource = 'x'): Promise<string | undefined> => (await rig.lease(resource))?.holder;
  const left = (resource = 'x'): Promise<number> => rig.client.pttl(rig.lock(resource));
  const isAbout = async (ms: number, resource = 'x'): Promise<void> => {
    const found = await left(resource);
    assert.ok(found > ms - 5_000 && found <= ms, `${resource} has ${String(found)} ms left, not ${String(ms)}`);
  };
  const config = (name: string, ms: number): Promise<number> => rig.client.hset(rig.key('agent:config'), name, ms);
  const waits = (reply: string): { key: string; ms: number } => {
    const [, key = '', ms] = /^WAIT (\S+) (\d+)$/.exec(reply) ?? assert.fail(`is to wait, and got ${reply}`);
    return { key, ms: Number(ms) };
  };
  const kinds = async (agent: string): Promise<string[]> =>
    (await rig.told()).filter((line) => line.split(' ')[1] === agent).map((line) => line.split(' ')[0]!);

  it('begins with an intent, becomes a lease, and ends with the turn', async () => {
    assert.equal(await pre('a', 'x'), '');
    await isAbout(30_000);
    assert.equal(await post('a', 'x'), '');
    await isAbout(120_000);
    const token = (await rig.lease('x'))!.token;
    await pre('a', 'x');
    assert.equal((await rig.lease('x'))!.token, token, 'the next edit of the same file is in the same lease');
    await post('a', 'x');
    assert.equal(await hook('Stop', 'a', { more: { background_tasks: [] } }), '');
    assert.equal(await holder(), undefined);
  });

  it('is stretched by whatever its agent does, at most so long after the edit', async () => {
    await pre('a', 'x');
    await post('a', 'x');
    for (let i = 0; i < 6; i++) {
      await rig.pass(90_000);
      await hook('PostToolUse', 'a', { tool: 'Read' });
      if (i < 5) await isAbout(120_000);
    }
    // 540 s after the edit there are 60 s left of the ten minutes.
    await isAbout(60_000);
    await rig.pass(59_000);
    await hook('PostToolUse', 'a', { tool: 'Read' });
    await rig.pass(2_000);
    await pre('b', 'x');
    assert.equal(await holder(), 'b');
  });

  it('passes to one who waits soon after the last edit, and both are told', async () => {
    await pre('a', 'x');
    await post('a', 'x');
    const wait = waits(await pre('b', 'x'));
    assert.ok(wait.ms <= 5_000);
    await isAbout(5_000);
    await rig.pass(3_000);
    await hook('PostToolUse', 'a', { tool: 'Read' });
    await isAbout(2_000);
    await rig.pass(2_100);
    assert.equal(await pre('b', 'x'), '');
    assert.equal(await holder(), 'b');
    assert.match(answered(await hook('PostToolUse', 'a', { tool: 'Read' })).said, /"x" has passed to another agent/);
    assert.match(answered(await post('b', 'x')).said, /You now hold "x"/);
    assert.equal(await hook('PostToolUse', 'a', { tool: 'Read' }), '', 'it is told once');
  });

  it('passes at once where the last edit is long ago', async () => {
    await pre('a', 'x');
    await post('a', 'x');
    await rig.pass(20_000);
    assert.equal(await pre('b', 'x'), '');
    assert.equal(await holder(), 'b');
    assert.ok((await kinds('a')).includes('expire'));
  });

  it('is not taken away in the middle', async () => {
    await pre('a', 'x');
    await post('a', 'x');
    await rig.pass(10_000);
    await pre('a', 'x');
    waits(await pre('b', 'x'));
    assert.equal(await holder(), 'a');
    await post('a', 'x');
    await isAbout(5_000);
    assert.equal(await holder(), 'a');
  });

  it('wakes who waits when the turn of the holder ends', async () => {
    await pre('a', 'x');
    const { key } = waits(await pre('b', 'x'));
    await hook('Stop', 'a', { more: { background_tasks: [] } });
    assert.equal(await rig.client.llen(key), 1);
    assert.equal(await pre('b', 'x'), '');
    await isAbout(30_000);
  });

  it('is refused after the wait, with whose it is, what for and the place in line, and the line is left', async () => {
    await rig.client.hset(rig.key('agent:state'), 'a', '{"agent_id":"a","state":{"task":"login","ver":1}}');
    await hook('SessionStart', 'a', { more: { source: 'startup', session_title: 'Fix login' } });
    await pre('a', 'x');
    for (let waited = 0; waited < 20_000; waited += 4_000) {
      waits(await pre('b', 'x'));
      await asks('a', 'x');
      await rig.pass(4_000);
    }
    const { denied, said } = answered(await pre('b', 'x'));
    assert.ok(denied);
    for (const part of ['x is claimed by Fix login (task "login")', 'place 1 in line', 'Work on something else']) {
      assert.ok(said.includes(part), said);
    }
    assert.equal(await rig.client.zcard(rig.side('queue')), 0);
    assert.deepEqual(
      (await kinds('b')).filter((kind) => kind !== 'phase'),
      ['hello', 'wait', 'unwait', 'denied'],
    );
  });

  it('is refused at once where nobody may wait', async () => {
    await config('claims.wait', 0);
    await pre('a', 'x');
    const { denied, said } = answered(await pre('b', 'x'));
    assert.ok(denied && /main 1/.test(said), said);
  });

  it('is refused at once where waiting would close a circle, which is named', async () => {
    await pre('a', 'x');
    await pre('b', 'y');
    // An intent of one's own ends with the next edit; a lease does not.
    await post('a', 'x');
    await post('b', 'y');
    waits(await pre('a', 'y'));
    const { denied, said } = answered(await pre('b', 'x'));
    assert.ok(denied && /main 2 -> main 1 -> main 2/.test(said), said);
  });

  it('obeys the times that the fleet is configured with', async () => {
    await config('claims.ttl', 60_000);
    await config('claims.yieldAfter', 1_000);
    await pre('a', 'x');
    await post('a', 'x');
    await isAbout(60_000);
    waits(await pre('b', 'x'));
    await isAbout(1_000);
  });

  it('that the person rejects does not linger', async () => {
    for (const next of [
      () => hook('UserPromptSubmit', 'a'),
      () => pre('a', 'y'),
      () => hook('Stop', 'a', { more: { background_tasks: [{}] } }),
    ]) {
      await pre('a', 'x');
      await asks('a', 'x');
      assert.equal(await holder(), 'a');
      await next();
      assert.equal(await holder(), undefined);
      await hook('Stop', 'a', { more: { background_tasks: [] } });
    }
  });

  it('that fails ends its intent, but not a lease of before', async () => {
    await pre('a', 'x');
    await failed('a', 'x');
    assert.equal(await holder(), undefined);
    await pre('a', 'x');
    await post('a', 'x');
    await pre('a', 'x');
    await failed('a', 'x');
    assert.equal(await holder(), 'a');
    waits(await pre('b', 'x'));
    await isAbout(5_000);
  });

  it('waits for the person as long as a lease lasts', async () => {
    await pre('a', 'x');
    await asks('a', 'x');
    await isAbout(120_000);
  });

  it('without a claim is told, and makes none', async () => {
    await post('a', 'x');
    assert.equal(await holder(), undefined);
    const entry = (await rig.history()).find(({ kind }) => kind === 'unclaimed')!;
    assert.match(entry.data, /"agent":"a","resource":"x","detail":"edited"/);
  });

  it('that was let through while Redis was away is told once, also where its end comes after', async () => {
    await hook('PostToolUse', 'a', { tool: 'Edit', rel: 'x', missed: '1795884753\ta\tx\n1795884754\tb\tsrc/y' });
    const unclaimed = (await rig.history()).filter(({ kind }) => kind === 'unclaimed');
    assert.deepEqual(
      unclaimed.map(({ agent, data }) => `${agent} ${/"detail":"([^"]*)"/.exec(data)![1]!}`),
      ['a redis-down', 'b redis-down'],
    );
  });

  it('of a child takes its parent’s file over and gives it back; siblings exclude each other', async () => {
    await pre('a', 'x');
    await post('a', 'x');
    assert.equal(await pre('a/1', 'x'), '');
    assert.equal(await post('a/1', 'x'), '');
    assert.equal(await holder(), 'a/1');
    waits(await pre('a/2', 'x'));
    await hook('SubagentStop', 'a/1');
    assert.equal(await holder(), 'a/2', 'a sibling in line comes before the parent’s own return');
    await hook('SubagentStop', 'a/2');
    assert.equal(await holder(), 'a');
  });

  it('keeps what it has while something runs in the background', async () => {
    await pre('a', 'x');
    await post('a', 'x');
    await hook('Stop', 'a', { more: { background_tasks: [{ id: 'b1' }] } });
    assert.equal(await holder(), 'a');
    await hook('SessionEnd', 'a', { more: { reason: 'other' } });
    assert.equal(await holder(), undefined);
  });

  it('of what can be no resource is let through', async () => {
    for (const rel of ['', 'a/../b', '/etc/passwd', 'a//b', 'x'.repeat(1025), 'line\nbreak', 'src/', 'c:/x']) {
      assert.equal(await pre('a', rel), '', rel);
    }
    assert.deepEqual(await rig.client.keys(rig.lock('*')), []);
    await pre('a', 'port:3000');
    assert.equal(await holder('./port:3000'), 'a', 'a file that is called like a named thing');
  });

  it('waits for a plain lock, and for whoever came first', async () => {
    await rig.client.set(rig.lock('x'), 'somebody', 'PX', 60_000);
    waits(await pre('a', 'x'));
    waits(await pre('b', 'x'));
    await rig.client.del(rig.lock('x'));
    waits(await pre('b', 'x'));
    assert.equal(await pre('a', 'x'), '');
  });
});

describe('what a hook says of its agent', () => {
  let rig: LibraryRig;
  before(async () => {
    rig = await LibraryRig.start({ movable: true });
  });
  beforeEach(() => void rig.fresh());
  after(() => rig.dispose());

  const hook = (event: string, agent: string, said?: Said): Promise<string> => hookCall(rig, event, agent, said);
  const record = async (agent: string): Promise<Record<string, unknown> | null> => {
    const text = await rig.client.hget(rig.side('agents'), agent);
    return text === null ? null : (JSON.parse(text) as Record<string, unknown>);
  };
  const phase = async (agent = 'a'): Promise<unknown> => (await record(agent))?.['phase'];

  it('registers it with the first event of any kind, the session with its subagent’s', async () => {
    await hook('PostToolUse', 'a/1', { tool: 'Read', more: { prompt_id: 'p1' } });
    const session = (await record('a'))!;
    assert.deepEqual(
      [session['name'], session['host'], session['pid'], session['branch']],
      ['main 1', 'here', '1', 'main'],
    );
    const child = (await record('a/1'))!;
    assert.deepEqual([child['name'], child['parent'], child['role']], ['Explore 1', 'a', 'Explore']);
    const hellos = (await rig.history()).filter(({ kind }) => kind === 'hello').map(({ agent }) => agent);
    assert.deepEqual(hellos, ['a', 'a/1']);
    const told = (await rig.history()).find(({ kind }) => kind === 'phase')!;
    assert.match(told.data, /"role":"Explore"/);
    assert.match(told.data, /"request":"p1"/);
  });

  it('calls it by its title, else by branch and number; another process is another run', async () => {
    await hook('SessionStart', 'a');
    await hook('SessionStart', 'b', { branch: 'fix' });
    await hook('SessionStart', 'c');
    assert.deepEqual(
      [(await record('a'))!['name'], (await record('b'))!['name'], (await record('c'))!['name']],
      ['main 1', 'fix 1', 'main 2'],
    );
    await hook('SessionStart', 'a', { more: { session_title: 'Fix "login"' } });
    assert.equal((await record('a'))!['name'], 'Fix "login"');
    const before = (await record('a'))!['epoch'];
    await hook('SessionStart', 'a', { pid: '2' });
    assert.notEqual((await record('a'))!['epoch'], before);
    assert.equal((await record('a'))!['name'], 'Fix "login"');
  });

  it('tells each phase when it begins', async () => {
    const steps: [string, Said, string][] = [
      ['SessionStart', { more: { source: 'startup' } }, 'idle'],
      ['UserPromptSubmit', {}, 'working'],
      ['PreToolUse', { tool: 'Bash' }, 'working'],
      ['PermissionRequest', { tool: 'Bash' }, 'you'],
      ['PostToolUse', { tool: 'Bash' }, 'working'],
      ['Notification', { more: { notification_type: 'permission_prompt' } }, 'you'],
      ['PreToolUse', { tool: 'AskUserQuestion' }, 'you'],
      ['StopFailure', { more: { error: 'unknown' } }, 'idle'],
      ['StopFailure', {}, 'limited'],
      ['Stop', { more: { background_tasks: [{}] } }, 'job'],
      ['Stop', { more: { background_tasks: [] } }, 'idle'],
    ];
    for (const [event, said, expected] of steps) {
      await hook(event, 'a', said);
      assert.equal(await phase(), expected, event);
      await rig.pass(2_000);
    }
    const told = (await rig.history())
      .filter(({ kind }) => kind === 'phase')
      .map(({ data }) => /"phase":"(\w+)"/.exec(data)![1]);
    assert.deepEqual(told, ['idle', 'working', 'you', 'working', 'you', 'idle', 'limited', 'job', 'idle']);
  });

  it('takes no question for one that has been answered and done meanwhile', async () => {
    await hook('PreToolUse', 'a', { tool: 'Bash' });
    await hook('PostToolUse', 'a', { tool: 'Bash' });
    await hook('PermissionRequest', 'a', { tool: 'Bash' });
    assert.equal(await phase(), 'working');
  });

  it('is a sign of life otherwise, which is not kept', async () => {
    const heard: string[] = [];
    const ear = await rig.open();
    await ear.subscribe(rig.key('agent:events'));
    ear.on('message', (_, text: string) => heard.push(text));
    await hook('PreToolUse', 'a', { tool: 'Read' });
    const entries = (await rig.history()).length;
    await rig.pass(2_000);
    await hook('PreToolUse', 'a', { tool: 'Grep' });
    await rig.until('it is heard', () => Promise.resolve(heard.some((text) => text.includes('"alive"'))));
    assert.match(heard.at(-1)!, /^\{"kind":"alive","agent":"a","phase":"working","tool":"Grep","at":"\d+"\}$/);
    assert.equal((await rig.history()).length, entries);
  });

  it('is forgotten at its end, with its children', async () => {
    await hook('PreToolUse', 'a/1', { tool: 'Edit', rel: 'x' });
    await hook('SessionEnd', 'a', { more: { reason: 'clear' } });
    assert.deepEqual(await rig.client.hkeys(rig.side('agents')), []);
    assert.equal(await rig.lease('x'), null);
    const byes = (await rig.history()).filter(({ kind }) => kind === 'bye').map(({ agent }) => agent);
    assert.deepEqual(byes, ['a/1', 'a']);
  });

  it('hands over what others sent it, once, where Claude Code takes it', async () => {
    await hook('SessionStart', 'a');
    await hook('SessionStart', 'b', { more: { session_title: 'Docs' } });
    await rig.calls.send('b', 'a', 'm1', 'the "form"\nis ready');
    assert.equal(await hook('PreToolUse', 'a', { tool: 'Read' }), '');
    const reply = await hook('UserPromptSubmit', 'a');
    assert.equal(
      reply,
      '{"hookSpecificOutput":{"hookEventName":"UserPromptSubmit","additionalContext":"Signalbox: Message from Docs: the \\"form\\"\\n  is ready"}}',
    );
    assert.equal(await hook('UserPromptSubmit', 'a'), '');
  });

  it('is counted by host', async () => {
    await hook('PreToolUse', 'a', { tool: 'Edit', rel: 'x' });
    await hook('PostToolUse', 'a', { tool: 'Edit', rel: 'x', missed: '1\ta\ty' });
    const { at, ...guard } = JSON.parse((await rig.client.hget(rig.side('guard'), 'here'))!) as Record<string, unknown>;
    assert.match(String(at), /^\d{16}$/);
    assert.deepEqual(guard, { by: 'sh 1.2.0', calls: 2, edits: 1, denied: 0, missed: 1 });
  });

  it('leaves no trace where somebody only looks whether all works', async () => {
    assert.equal(await hook('SignalboxProbe', 'a'), `signalbox ${versionIn(source)}`);
    assert.deepEqual(await rig.client.keys(`${rig.ns}*`), []);
  });

  it('is refused where it names nobody, or nothing that happens, and changes nothing (invariant 7)', async () => {
    const call = (fields: string) => () => rig.callBy(rig.client, 'hook', [], 'here', '/repo', 'x', fields);
    for (const fields of [
      '',
      '{}',
      '"session_id":"a"',
      '"session_id":7\n"hook_event_name":"Stop"',
      '"hook_event_name":"Stop"',
    ]) {
      await rig.refuses(call(fields), /name no (session|event)/);
    }
    await rig.refuses(call(`"session_id":"${'a'.repeat(129)}"\n"hook_event_name":"Stop"`), /name no session/);
  });

  it('does not fail for what somebody else has written beside it', async () => {
    await rig.client.hset(rig.side('agents'), 'a', '[1]', 'b', '{"name":7,"since":"x","kids":{}}');
    await rig.client.hset(rig.side('guard'), 'here', 'nonsense');
    await rig.client.hset(rig.key('agent:config'), 'claims.ttl', 'soon', 'claims.wait', '-4');
    for (const agent of ['a', 'b', 'b/1'])
      assert.equal(await hook('PreToolUse', agent, { tool: 'Edit', rel: agent }), '');
  });
});
