import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { UserError } from '../../../src/agent/client/index.ts';
import { FakeClock } from '../../support/fakeClock.ts';
import { LibraryRig } from '../../support/libraryRig.ts';
import { Agents, Heard } from './agents.ts';

describe('An agent’s client and states', () => {
  let agents: Agents;
  before(async () => {
    agents = await Agents.start();
  });
  beforeEach(() => agents.rig.fresh());
  afterEach(() => agents.closeAll());
  after(() => agents.dispose());

  it('publishes with a version of its own, and begins where an earlier run ended', async () => {
    const earlier = await agents.connect('a');
    assert.equal(earlier.stored, null);
    assert.deepEqual(await earlier.publish({ task: 'fileA', status: 'working' }), { ver: 1, seq: 2 });
    assert.deepEqual(await earlier.update({ status: 'done' }), { ver: 2, seq: 3 });
    const state = { task: 'fileA', status: 'done', ver: 2 };
    assert.deepEqual(await agents.stored('a'), state);
    await earlier.close();

    const later = await agents.connect('a');
    assert.deepEqual(later.stored, state);
    assert.deepEqual(later.state, state);
    assert.ok(later.epoch > earlier.epoch);
    // Counted on, also for those who know no epochs.
    assert.equal((await later.publish({ task: 'fileB', ver: 1 })).ver, 3);
    assert.deepEqual(await agents.stored('a'), { task: 'fileB', ver: 3 });
  });

  it('begins with what a plain agent of its name had stored', async () => {
    const { rig } = agents;
    await rig.client.hset(rig.key('agent:state'), 'a', '{"agent_id":"a","state":{"task":"x","ver":7}}');
    const client = await agents.connect('a');
    assert.deepEqual(client.stored, { task: 'x', ver: 7 });
    assert.equal((await client.update({ status: 'working' })).ver, 8);
    assert.deepEqual(await agents.stored('a'), { task: 'x', ver: 8, status: 'working' });
  });

  it('hears others, but neither itself nor what is stale', async () => {
    const [a, b] = [await agents.connect('a'), await agents.connect('b')];
    await a.publish({ task: 'stored before' });
    const heard = await Heard.by(b);
    await heard.first('state', ({ stored }) => stored);
    await a.publish({ task: 'live' });
    await heard.first('state', ({ ver, stored }) => ver === 2 && !stored);
    await b.publish({ task: 'own' });
    for (const ver of [1, 2]) await agents.publish('a', { task: 'late', ver }, a.epoch);
    await agents.publish('a', { task: 'of an earlier run', ver: 99 }, a.epoch - 1);
    for (const ver of [5, 4, 6]) await agents.publish('plain', { task: 'p', ver });
    await agents.rig.client.publish(agents.rig.key('agent:state:sync'), '{"agent_id":');
    await a.publish({ task: 'last' });
    await heard.first('state', ({ state }) => state['task'] === 'last');
    assert.deepEqual(
      heard.of('state').map(({ agent, state }) => [agent, state['task'], state['ver']]),
      [
        ['a', 'stored before', 1],
        ['a', 'live', 2],
        ['plain', 'p', 5],
        ['plain', 'p', 6],
        ['a', 'last', 3],
      ],
    );
    // Its own state; what was late, three of a and one of the plain agent; and what was cut off.
    assert.deepEqual(b.skipped, { own: 1, stale: 4, malformed: 1 });
  });

  it('hears plain and numbered events of others', async () => {
    const [a, b] = [await agents.connect('a'), await agents.connect('b')];
    const heard = await Heard.by(b);
    await agents.rig.client.publish(agents.rig.key('agent:events'), 'error:invalid_syntax');
    await a.report('tests-passed', { resource: 'src/a.ts', detail: '12 of 12' });
    await b.report('own');
    await a.report('last');
    await heard.first('event', ({ event }) => event.name === 'last');
    assert.deepEqual(
      heard.of('event').map(({ event }) => [event.name, event.detail, event.agentId, event.isError]),
      [
        ['error', 'invalid_syntax', null, true],
        ['tests-passed', '12 of 12', 'a', false],
        ['last', '', 'a', false],
      ],
    );
  });

  it('listens again after its connection was cut, and reads what was published meanwhile', async () => {
    const { rig } = agents;
    const [a, b] = [await agents.connect('a'), await agents.connect('b')];
    const heard = await Heard.by(b);
    const { epoch } = await rig.calls.hello('c');
    // In one step, so that nobody hears the broadcast.
    await rig.client
      .multi()
      .call('CLIENT', 'KILL', 'TYPE', 'pubsub')
      .call('FCALL', 'signalbox_publish', 1, rig.key('agent:seq'), 'c', epoch, '', '{"task":"unheard","ver":1}')
      .exec();
    assert.equal((await heard.first('state', ({ agent }) => agent === 'c')).stored, true);
    await a.publish({ task: 'heard' });
    assert.equal((await heard.first('state', ({ agent }) => agent === 'a')).stored, false);
  });

  it('makes one publish of many within a window, and loses no final state', async () => {
    const clock = new FakeClock();
    const client = await agents.connect('a', { mergeMs: 50, clock });
    const many = Array.from({ length: 30 }, (_, i) => client.publish({ task: 'fileA', step: i }));
    const last = client.update({ status: 'working' });
    assert.deepEqual(client.state, { task: 'fileA', step: 29, status: 'working' });
    clock.advance(50);
    assert.deepEqual(new Set((await Promise.all([...many, last])).map(({ ver }) => ver)), new Set([1]));
    assert.deepEqual(await agents.stored('a'), { task: 'fileA', step: 29, status: 'working', ver: 1 });
    assert.equal(await agents.count('state'), 1);
    // What is held back at the end is sent, not dropped.
    const final = client.update({ status: 'done' });
    await client.close();
    assert.equal((await final).ver, 2);
    assert.deepEqual(await agents.stored('a'), { task: 'fileA', step: 29, status: 'done', ver: 2 });
    assert.equal(await agents.count('state'), 2);
  });

  it('says that another run of its name took over', async () => {
    const earlier = await agents.connect('a');
    const later = await agents.connect('a');
    await later.publish({ task: 'mine' });
    await assert.rejects(earlier.publish({ task: 'no, mine' }), /another run of agent a/);
    assert.deepEqual(await agents.stored('a'), { task: 'mine', ver: 1 });
  });

  it('forgets a state that was refused', async () => {
    const client = await agents.connect('a');
    await client.publish({ task: 'small' });
    await assert.rejects(client.update({ all: 'x'.repeat(70_000) }), UserError);
    await client.update({ status: 'done' });
    assert.deepEqual(await agents.stored('a'), { task: 'small', status: 'done', ver: 3 });
  });

  it('cannot be used after its end, and says what is wrong with options', async () => {
    const client = await agents.connect('a');
    await client.close();
    await client.close();
    await assert.rejects(client.publish({}), UserError);
    await assert.rejects(client.claim('src/a.ts'), UserError);
    const url = agents.rig.server.url;
    await assert.rejects(agents.connect('', { url }), /needs a name/);
    await assert.rejects(agents.connect('a', { namespace: 'no namespace' }), {
      name: 'UserError',
      message: /no namespace/,
    });
    await assert.rejects(agents.connect('a', { url: 'redis://u:secret@127.0.0.1:1' }), (error: Error) => {
      assert.ok(error instanceof UserError);
      assert.doesNotMatch(`${error.message} ${JSON.stringify(error.reason)}`, /secret/);
      return true;
    });
  });
});

describe('An agent’s client whose server goes', () => {
  it('keeps only the newest state, and is not forgotten by a server that comes back with nothing', async () => {
    const agents = await Agents.start();
    try {
      agents.rig.fresh();
      const { server, ns } = agents.rig;
      const client = await agents.connect('a');
      await client.publish({ step: 0 });
      process.kill(server.pid, 'SIGKILL');
      const meanwhile = [1, 2, 3].map((step) => client.publish({ step }));
      await agents.rig.dispose();
      // Without the library, which the client brings.
      agents.rig = await LibraryRig.start({ port: server.port, load: false });
      agents.rig.ns = ns;
      assert.deepEqual(new Set((await Promise.all(meanwhile)).map(({ ver }) => ver)), new Set([4]));
      assert.deepEqual(await agents.stored('a'), { step: 3, ver: 4 });
      assert.equal(await agents.count('state'), 1);

      process.kill(agents.rig.server.pid, 'SIGKILL');
      await agents.rig.dispose();
      agents.rig = await LibraryRig.start({ port: server.port, load: false });
      agents.rig.ns = ns;
      // Nothing new is said; what is true is told again.
      await agents.rig.until('it is known again', async () => (await agents.stored('a')) !== null);
      assert.deepEqual(await agents.stored('a'), { step: 3, ver: 4 });
    } finally {
      await agents.dispose();
    }
  });

  it('goes on with its epoch on a server that has kept all', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'signalbox-client-'));
    const durable = { folder, args: ['--appendonly', 'yes', '--appendfsync', 'always'] };
    const agents = await Agents.start(durable);
    try {
      agents.rig.fresh();
      const { server, ns } = agents.rig;
      const client = await agents.connect('a');
      await client.publish({ step: 1 });
      process.kill(server.pid, 'SIGKILL');
      await agents.rig.dispose();
      agents.rig = await LibraryRig.start({ ...durable, port: server.port, load: false });
      agents.rig.ns = ns;
      assert.equal((await client.publish({ step: 2 })).ver, 2);
      assert.equal(await agents.count('hello'), 1);
      assert.deepEqual(await agents.stored('a'), { step: 2, ver: 2 });
    } finally {
      await agents.dispose();
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
