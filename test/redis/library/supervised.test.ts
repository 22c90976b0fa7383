import assert from 'node:assert/strict';
import { answered, edits, hookCall, type Said } from '../../support/hookCalls.ts';
import { LibraryRig } from '../../support/libraryRig.ts';

describe('what a supervisor sets for agents with a hook', () => {
  let rig: LibraryRig;
  before(async () => {
    rig = await LibraryRig.start({ movable: true });
  });
  beforeEach(() => void rig.fresh());
  after(() => rig.dispose());

  const hook = (event: string, agent: string, said?: Said): Promise<string> => hookCall(rig, event, agent, said);
  const reads = (agent: string, left = '58000'): Promise<string> => hook('PreToolUse', agent, { tool: 'Read', left });
  const edit = (agent: string, rel: string, left = '58000'): Promise<string> =>
    hook('PreToolUse', agent, { tool: 'Edit', rel, left });
  const { post } = edits(() => rig);
  const pause = (target: string, reason = 'a demo'): Promise<boolean> =>
    rig.calls.control('ada@desk', target, 'pause', reason);
  const resume = (target: string): Promise<boolean> => rig.calls.control('ada@desk', target, 'resume', '');
  const halted = (reply: string): { key: string; ms: number } => {
    const [, key = '', ms] = /^PAUSE (\S+) (\d+)$/.exec(reply) ?? assert.fail(`is to stand still, and got ${reply}`);
    return { key, ms: Number(ms) };
  };

  describe('a pause', () => {
    it('keeps every tool of an agent and of its subagents waiting, and nobody else', async () => {
      await pause('a');
      for (const agent of ['a', 'a/1']) assert.ok(halted(await reads(agent)).ms <= 5_000);
      assert.equal(await reads('b'), '');
      assert.equal(await hook('PostToolUse', 'a', { tool: 'Read' }), '', 'what runs already ends');
      await pause('*');
      halted(await reads('b'));
    });

    it('wakes at once whom it kept when it ends, but not whom another one keeps', async () => {
      await pause('*');
      await pause('b');
      const [a, child, b] = [halted(await reads('a')), halted(await reads('a/1')), halted(await reads('b'))];
      await resume('*');
      assert.ok((await rig.client.llen(a.key)) > 1, 'several calls of one agent may wait');
      assert.ok((await rig.client.llen(child.key)) > 1);
      assert.equal(await rig.client.llen(b.key), 0);
      assert.equal(await reads('a'), '');
      halted(await reads('b'));
      await resume('b');
      assert.ok((await rig.client.llen(b.key)) > 1);
    });

    it('leaves nothing of a former one that would end the next', async () => {
      await pause('a');
      const { key } = halted(await reads('a'));
      await resume('a');
      await pause('a');
      assert.equal(halted(await reads('a')).key, key);
      assert.equal(await rig.client.exists(key), 0);
    });

    it('refuses the call shortly before the hook would be ended, with by whom, why and what to do', async () => {
      await pause('*', 'look at the plan');
      assert.equal(halted(await reads('a', '2950')).ms, 950);
      const { denied, said } = answered(await reads('a', '2000'));
      assert.equal(denied, true);
      assert.match(
        said,
        /paused by the supervisor, ada@desk, with the whole fleet: look at the plan\. .*same call again/,
      );
    });

    it('refuses at once where a hook does not say how long it may wait, as older ones', async () => {
      await pause('a');
      assert.match(answered(await reads('a', '')).said, /paused by the supervisor/);
    });

    it('comes before the claim: who stood in line has left it, and an intent is free', async () => {
      await edit('a', 'x');
      assert.match(await edit('b', 'x'), /^WAIT /);
      await pause('b');
      halted(await edit('b', 'x'));
      assert.equal(await rig.client.zcard(rig.side('queue')), 0);
      await pause('a');
      halted(await edit('a', 'y'));
      assert.equal(await rig.lease('x'), null);
      assert.equal(await rig.lease('y'), null);
    });

    it('stretches what the agent has, at most as long after its edit as leases are kept', async () => {
      await edit('a', 'x');
      await post('a', 'x');
      await pause('a');
      for (let i = 0; i < 6; i++) {
        await rig.pass(90_000);
        halted(await reads('a'));
      }
      assert.equal((await rig.lease('x'))?.holder, 'a');
      await rig.pass(61_000);
      halted(await reads('a'));
      assert.equal((await rig.lease('x'))?.holder, undefined);
    });

    it('holds whatever somebody else has written there', async () => {
      await rig.client.hset(rig.key('agent:control'), 'a', 'nonsense');
      halted(await reads('a'));
      assert.match(answered(await reads('a', '1000')).said, /paused by the supervisor\./);
    });
  });

  it('no wait for a claim goes on to where the hook would be ended', async () => {
    await edit('a', 'x');
    const [, ms] = /^WAIT \S+ (\d+)$/.exec(await edit('b', 'x', '2950')) ?? [];
    assert.ok(Number(ms) <= 950, String(ms));
    const { denied, said } = answered(await edit('b', 'x', '2000'));
    assert.equal(denied, true);
    assert.match(said, /is claimed by/);
    assert.equal(await rig.client.zcard(rig.side('queue')), 0);
  });

  describe('the cap on agents', () => {
    const starts = (agent: string, tool = 'Agent'): Promise<string> => hook('PreToolUse', agent, { tool });
    const cap = (most: number): Promise<number> => rig.client.hset(rig.key('agent:config'), 'agents.max', most);

    it('refuses the tool beyond it, with how many there are, what it is and who may raise it', async () => {
      await cap(3);
      await reads('a');
      await reads('b');
      assert.equal(await starts('a', 'Task'), '');
      const { denied, said } = answered(await starts('b'));
      assert.equal(denied, true);
      assert.match(said, /there are 2 agents, and 1 more being started; 3 is the most/);
      assert.match(said, /person you work for can raise the cap.*signalbox\.agents\.max/);
      await cap(0);
      assert.equal(await starts('b'), '', 'no cap');
    });

    it('lets no two calls at once pass together', async () => {
      await cap(5);
      await reads('a');
      const replies = await Promise.all(Array.from({ length: 20 }, () => starts('a')));
      assert.equal(replies.filter((reply) => reply === '').length, 4);
    });

    it('counts who is to come until it has come, its call has ended or a minute has passed', async () => {
      await cap(2);
      assert.equal(await starts('a'), '');
      assert.notEqual(await starts('a'), '');
      await hook('PostToolUseFailure', 'a', { tool: 'Agent' });
      assert.equal(await starts('a'), '', 'it came to nothing');
      await hook('SubagentStart', 'a/1');
      assert.notEqual(await starts('a'), '', 'it is an agent now');
      await hook('SubagentStop', 'a/1');
      await hook('PostToolUse', 'a', { tool: 'Agent' });
      assert.equal(await starts('a'), '');
      await rig.pass(61_000);
      assert.equal(await starts('a'), '', 'it never came');
    });

    it('takes the end of one that came for that, and not for one that is still to come', async () => {
      await cap(3);
      assert.equal(await starts('a'), '');
      assert.equal(await starts('a'), '');
      await hook('SubagentStart', 'a/1');
      await hook('SubagentStop', 'a/1');
      await hook('PostToolUse', 'a', { tool: 'Agent' });
      assert.equal(await starts('a'), '');
      assert.notEqual(await starts('a'), '', 'the second one is still to come');
    });

    it('counts nobody who was not heard for an hour', async () => {
      await cap(2);
      await reads('b');
      await reads('a');
      assert.notEqual(await starts('a'), '');
      await rig.pass(3_601_000);
      assert.equal(await starts('a'), '');
    });
  });

  describe('what others are told', () => {
    const delivered = async (): Promise<unknown[]> =>
      (await rig.history())
        .filter(({ kind }) => kind === 'delivered')
        .map(({ agent, data }) => [agent, (JSON.parse(data) as { ids: string[] }).ids]);

    it('is which messages have come to an agent, by its hook or by its own word, once', async () => {
      await rig.call('send', [], 'ada@desk', 'a', 'm1', 'look here');
      assert.match(answered(await hook('PostToolUse', 'a', { tool: 'Read' })).said, /ada@desk: look here/);
      assert.equal(await hook('PostToolUse', 'a', { tool: 'Read' }), '');
      await rig.call('send', [], 'ada@desk', 'b', 'm2', 'and here');
      const [id = ''] = await rig.call('inbox', [], 'b', '', 10);
      assert.deepEqual(await delivered(), [['a', ['m1']]], 'that it was read is no word of that');
      await rig.call('inbox', [], 'b', id, 0);
      await rig.call('inbox', [], 'b', id, 0);
      assert.deepEqual(await delivered(), [
        ['a', ['m1']],
        ['b', ['m2']],
      ]);
    });

    it('is a break also for who gets the claim by waiting', async () => {
      await edit('a', 'x');
      await post('a', 'x');
      await rig.client.hset(rig.key('agent:config'), 'claims.yieldAfter', 60_000);
      assert.match(await edit('b', 'x'), /^WAIT /);
      const { token } = (await rig.lease('x'))!;
      await rig.call('transfer', ['x'], 'ada@desk', '', token, 0, 'it hangs');
      assert.equal(await edit('b', 'x'), '');
      assert.match(
        answered(await post('b', 'x')).said,
        /You now hold "x", for which you waited: ada@desk ended .*: it hangs/,
      );
      assert.match(
        answered(await hook('PostToolUse', 'a', { tool: 'Read' })).said,
        /"x" was ended by ada@desk: it hangs/,
      );
    });

    it('is what the first has done, for who comes second', async () => {
      const [token = 0] = await rig.hold('a', ['x']);
      const move = (by: string, to: string | null, expected: number): ReturnType<typeof rig.calls.transfer> =>
        rig.calls.transfer('x', { by, to, expected, ttlMs: 60_000, reason: `by ${by}` });
      const first = await move('ada@desk', 'b', token);
      assert.equal(first.kind, 'done');
      const second = await move('bob@desk', null, token);
      assert.ok(second.kind === 'changed' && second.last);
      assert.deepEqual([second.holder, second.last.by, second.last.kind], ['b', 'ada@desk', 'transfer']);
      assert.deepEqual([second.last.to, second.last.reason], ['b', 'by ada@desk']);
      const now = await rig.now();
      assert.ok(second.last.at > now - 10_000 && second.last.at <= now);
      // What was before the claim that one has seen is no news.
      await rig.call('release_all', [], 'b');
      const [later = 0] = await rig.hold('c', ['x']);
      await rig.call('release_all', [], 'c');
      const third = await move('bob@desk', null, later);
      assert.deepEqual(third, { kind: 'changed', holder: '', token: null, last: null });
    });
  });
});
