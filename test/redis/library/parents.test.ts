import assert from 'node:assert/strict';
import { LibraryRig } from '../../support/libraryRig.ts';

describe('what the parent of an agent is told', () => {
  let rig: LibraryRig;
  before(async () => {
    rig = await LibraryRig.start();
  });
  beforeEach(() => void rig.fresh());
  after(() => rig.dispose());

  const inbox = async (agent: string): Promise<string[]> =>
    (await rig.calls.inbox(agent, '', 100)).map(({ from, text }) => `${from}: ${text}`);
  const say = (agent: string, ver: number, status: string, epoch = 0): Promise<unknown> =>
    rig.calls.publish(agent, epoch, JSON.stringify({ ver, task: 'login', status }));

  it('is that it has failed, once while it stays so', async () => {
    await say('lead/a', 1, 'working');
    await say('lead/a', 2, 'failed');
    await say('lead/a', 2, 'failed');
    await say('lead/a', 3, 'Error');
    const told = 'signalbox: lead/a has failed at login. Decide what becomes of its work.';
    assert.deepEqual(await inbox('lead'), [told]);
    await say('lead/a', 4, 'working');
    await say('lead/a', 5, 'failed');
    assert.deepEqual(await inbox('lead'), [told, told]);
  });

  it('is that it wants a new plan', async () => {
    await rig.calls.event('lead/a/b', 'replan', '', 'the API has changed');
    await rig.calls.event('lead/a/b', 'other', '', 'x');
    assert.deepEqual(await inbox('lead/a'), [
      'signalbox: lead/a/b asks for a new plan: the API has changed. Decide how to go on.',
    ]);
    assert.deepEqual(await inbox('lead'), []);
  });

  it('goes to whom it named when it said hello, and to nobody where it has no parent', async () => {
    const { epoch } = await rig.calls.hello('kid', { parent: 'lead' });
    await say('kid', 1, 'failed', epoch);
    await rig.calls.event('kid', 'replan', '', '');
    await say('alone', 1, 'failed');
    await rig.calls.event('alone', 'replan', '', 'x');
    assert.deepEqual(await inbox('lead'), [
      'signalbox: kid has failed at login. Decide what becomes of its work.',
      'signalbox: kid asks for a new plan. Decide how to go on.',
    ]);
    assert.equal(rig.cli('--scan', '--pattern', `${rig.ns}agent:inbox:*`), `${rig.ns}agent:inbox:lead`);
  });

  it('knows what a plain agent had stored before, and takes whatever stands in a status', async () => {
    await rig.client.hset(
      rig.key('agent:state'),
      'lead/a',
      '{"agent_id":"lead/a","state":{"ver":1,"status":"failed"}}',
    );
    await say('lead/a', 2, 'failed');
    await rig.calls.publish('lead/a', 0, '{"ver":3,"status":{"failed":true}}');
    await rig.calls.publish('lead/a', 0, '{"ver":4,"status":"failed","task":{}}');
    assert.deepEqual(await inbox('lead'), ['signalbox: lead/a has failed. Decide what becomes of its work.']);
  });
});
