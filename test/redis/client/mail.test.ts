import assert from 'node:assert/strict';
import { Agents, Heard } from './agents.ts';

describe('An agent’s client, its inbox and its pauses', () => {
  let agents: Agents;
  before(async () => {
    agents = await Agents.start();
  });
  beforeEach(() => agents.rig.fresh());
  afterEach(() => agents.closeAll());
  after(() => agents.dispose());

  const inInbox = (agent: string): Promise<number> => agents.rig.client.xlen(agents.rig.key(`agent:inbox:${agent}`));
  const emptied = (agent: string): Promise<void> =>
    agents.rig.until('the inbox is empty', async () => (await inInbox(agent)) === 0);

  it('hears what lay there and what comes, in order, and confirms it', async () => {
    const [a, b] = [await agents.connect('a'), await agents.connect('b')];
    for (const text of ['one', 'two']) assert.equal(await a.send('b', text), 1);
    assert.equal(await a.send('*', 'to all'), 1);
    const heard = await Heard.by(b);
    await heard.first('inbox', ({ text }) => text === 'to all');
    await a.send('b', 'live');
    const last = await heard.first('inbox', ({ text }) => text === 'live');
    assert.equal(last.from, 'a');
    assert.deepEqual(
      heard.of('inbox').map(({ text }) => text),
      ['one', 'two', 'to all', 'live'],
    );
    await emptied('b');
    assert.equal(await inInbox('a'), 0);
  });

  it('confirms nothing before the listener has returned, and gives it to a later run again', async () => {
    const [a, b] = [await agents.connect('a'), await agents.connect('b')];
    await a.send('b', 'important');
    const heard = new Heard();
    await b.onMessage((message) => {
      heard.add(message);
      return message.kind === 'inbox' ? new Promise(() => {}) : undefined;
    });
    await heard.first('inbox');
    assert.equal(await inInbox('b'), 1);
    await b.close();
    assert.equal(await inInbox('b'), 1);
    const later = await Heard.by(await agents.connect('b'));
    assert.equal((await later.first('inbox')).text, 'important');
    await emptied('b');
    assert.equal(later.of('inbox').length, 1);
  });

  it('misses no message that comes while its connections are cut', async () => {
    const { rig } = agents;
    const client = await agents.connect('b');
    const heard = await Heard.by(client);
    const args = ['a', 'b', 'id-1', 'unheard'];
    await rig.client
      .multi()
      .call('CLIENT', 'KILL', 'TYPE', 'pubsub')
      .call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes')
      .call('FCALL', 'signalbox_send', 1, rig.key('agent:seq'), ...args)
      .call('FCALL', 'signalbox_control', 1, rig.key('agent:seq'), 'a', '*', 'pause', 'deploying')
      .exec();
    assert.equal((await heard.first('inbox')).text, 'unheard');
    assert.equal((await heard.first('paused')).reason, 'deploying');
    await emptied('b');
  });

  it('hears that it, or all, shall pause and may go on', async () => {
    const [a, b] = [await agents.connect('a'), await agents.connect('b')];
    const heard = await Heard.by(b);
    assert.equal(b.paused, null);
    assert.equal(await a.pause('b', 'wait for me'), true);
    assert.equal(await a.pause('b', 'again'), false);
    const own = { target: 'b', by: 'a', reason: 'wait for me' };
    assert.deepEqual(await heard.first('paused'), { kind: 'paused', ...own });
    assert.deepEqual(b.paused, own);
    await a.pause('*', 'all');
    await a.resume('b');
    // Still paused, as everybody is.
    assert.deepEqual(await heard.first('paused', ({ target }) => target === '*'), {
      kind: 'paused',
      target: '*',
      by: 'a',
      reason: 'all',
    });
    assert.equal(heard.of('resumed').length, 0);
    // A run that begins meanwhile knows it from the start.
    assert.equal((await agents.connect('c')).paused?.target, '*');
    await a.resume('*');
    await heard.first('resumed');
    assert.equal(b.paused, null);
    await a.pause('other');
    await a.report('last');
    await heard.first('event', ({ event }) => event.name === 'last');
    assert.equal(heard.of('paused').length, 2);
  });
});
