import assert from 'node:assert/strict';
import { answered, edits, hookCall, type Said } from '../../support/hookCalls.ts';
import { LibraryRig } from '../../support/libraryRig.ts';

describe('a hook beside other calls', () => {
  let rig: LibraryRig;
  before(async () => {
    rig = await LibraryRig.start({ movable: true });
  });
  beforeEach(() => void rig.fresh());
  after(() => rig.dispose());

  const hook = (event: string, agent: string, said?: Said): Promise<string> => hookCall(rig, event, agent, said);
  const { pre, post, failed } = edits(() => rig);
  const holder = async (resource = 'x'): Promise<string | undefined> => (await rig.lease(resource))?.holder;
  const left = (resource = 'x'): Promise<number> => rig.client.pttl(rig.lock(resource));
  const claims = (agent: string, ttl: number): Promise<unknown> =>
    rig.callBy(rig.client, 'claim', ['x'], agent, String(ttl), '', '');

  it('leaves a claim that was made otherwise where an edit in it comes to nothing', async () => {
    for (const next of [
      () => failed('a', 'x'),
      () => pre('a', 'y'),
      () => hook('UserPromptSubmit', 'a'),
      () => hook('Stop', 'a', { more: { background_tasks: [{}] } }),
    ]) {
      await claims('a', 600_000);
      await pre('a', 'x');
      await next();
      assert.equal(await holder(), 'a');
      assert.ok((await left()) > 590_000, 'for as long as it was made for');
      await hook('Stop', 'a', { more: { background_tasks: [] } });
    }
  });

  it('neither shortens such a claim by an edit, nor lets it pass before its time', async () => {
    await claims('a', 600_000);
    await pre('a', 'x');
    await post('a', 'x');
    assert.ok((await left()) > 590_000);
    await rig.pass(20_000);
    assert.match(await pre('b', 'x'), /^WAIT /);
    await post('a', 'x');
    assert.ok((await left()) > 570_000);
    await rig.pass(20_000);
    assert.match(await pre('b', 'x'), /^WAIT /);
    assert.equal(await holder(), 'a');
  });

  it('lets a claim that is made upon an edit stand for its own time', async () => {
    await pre('a', 'x');
    await post('a', 'x');
    await claims('a', 300_000);
    await rig.pass(20_000);
    assert.match(await pre('b', 'x'), /^WAIT /);
    assert.equal(await holder(), 'a');
  });

  it('keeps what was waited for in the shell as an edit keeps it', async () => {
    await claims('a', 30_000);
    await pre('a', 'x');
    await failed('a', 'x');
    assert.equal(await holder(), 'a');
    assert.ok((await left()) <= 30_000);
    await pre('a', 'x');
    await post('a', 'x');
    await pre('b', 'x');
    assert.ok((await left()) <= 5_000);
  });

  it('leaves nobody behind whose first event is its last', async () => {
    for (const [event, agent] of [
      ['SessionEnd', 'a'],
      ['SubagentStop', 'b/1'],
    ] as const) {
      await hook(event, agent);
      assert.equal(await rig.client.hexists(rig.side('agents'), agent), 0, agent);
    }
    const told = (await rig.history()).map(({ kind, agent }) => `${kind} ${agent}`);
    assert.deepEqual(
      told.filter((each) => each.endsWith(' a')),
      ['hello a', 'bye a'],
    );
  });

  it('grants nothing to one who ends in the same call', async () => {
    await claims('b', 1_000);
    await pre('a', 'x');
    await rig.pass(2_000);
    await hook('SessionEnd', 'a');
    assert.equal(await holder(), undefined);
  });

  it('hands over a message with any id, and a large one in part (invariant 7)', async () => {
    const inbox = rig.key('agent:inbox:a');
    await rig.client.xadd(inbox, '5-18446744073709551615', 'from', 'b', 'text', 'x'.repeat(100_000));
    const reply = await hook('UserPromptSubmit', 'a');
    assert.match(answered(reply).said, /xxx/);
    assert.ok(reply.length < 20_000);
    assert.equal(await hook('UserPromptSubmit', 'a'), '');
  });
});
