import assert from 'node:assert/strict';
import { assertConsecutive, LibraryRig } from '../../support/libraryRig.ts';
import { racers } from '../../support/racers.ts';

const processes = 12;

describe('many processes at once', () => {
  let rig: LibraryRig;
  before(async () => {
    rig = await LibraryRig.start();
  });
  beforeEach(() => void rig.fresh());
  after(() => rig.dispose());

  /** Lets a process for each of the calls go at the same moment. */
  const race = async (calls: readonly (readonly string[])[]): Promise<string[][]> => {
    const { lists, replies } = racers(rig.server.port, calls, rig.key('start'));
    await rig.until('all stand at the line', async () =>
      (await rig.client.info('clients')).includes(`blocked_clients:${String(calls.length)}`),
    );
    const start = rig.client.multi();
    for (const list of lists) start.rpush(list, 'go');
    await start.exec();
    return Promise.all(replies);
  };

  const claim = (agent: string, ...resources: string[]): string[] => {
    const keys = [rig.key('agent:seq'), ...resources.map((resource) => rig.lock(resource))];
    return ['FCALL', 'signalbox_claim', String(keys.length), ...keys, agent, '60000', '', ''];
  };
  const names = (count: number): string[] => Array.from({ length: count }, (_, i) => `p${String(i)}`);

  it('want one claim: one has it; when it is released, one of the rest; the tokens grow (invariant 2)', async () => {
    let rest = names(processes);
    let last = 0;
    for (let round = 0; round < 3; round++) {
      const replies = await race(rest.map((agent) => claim(agent, 'src/a.ts')));
      const winners = rest.filter((_, i) => replies[i]![0] === 'OK');
      assert.equal(winners.length, 1);
      const winner = winners[0]!;
      const token = Number(replies[rest.indexOf(winner)]![4]);
      assert.ok(token > last, 'the token has grown');
      assert.deepEqual(await rig.lease('src/a.ts'), { holder: winner, token });
      for (const reply of replies.filter(([word]) => word !== 'OK')) {
        assert.deepEqual([reply[0], reply[3]], ['DENIED', winner]);
      }
      last = token;
      rest = rest.filter((agent) => agent !== winner);
      assert.deepEqual(await rig.call('release', ['src/a.ts'], winner, token), ['released']);
    }
    assertConsecutive(await rig.history());
  });

  it('want a folder, what is in it, and what is above it: what is granted does not overlap (invariant 2)', async () => {
    const wanted = [['src/'], ['src/a.ts', 'docs/'], ['src/auth/', 'x.ts'], ['./'], ['src/auth/x.ts'], ['x.ts']];
    const agents = names(processes);
    const replies = await race(agents.map((agent, i) => claim(agent, ...wanted[i % wanted.length]!)));
    const overlaps = (a: string, b: string): boolean =>
      a === b ||
      a === './' ||
      b === './' ||
      (a.endsWith('/') && b.startsWith(a)) ||
      (b.endsWith('/') && a.startsWith(b));
    const granted = agents.flatMap((agent, i) =>
      replies[i]![0] === 'OK' ? wanted[i % wanted.length]!.map((resource) => ({ agent, resource })) : [],
    );
    assert.ok(granted.length > 0);
    for (const a of granted) {
      for (const b of granted)
        assert.ok(a.agent === b.agent || !overlaps(a.resource, b.resource), JSON.stringify([a, b]));
    }
  });

  it('want it by the library and by SETNX: one of all has it (invariant 2)', async () => {
    const agents = names(processes);
    const setnx = (agent: string): string[] => ['SET', rig.lock('src/a.ts'), agent, 'NX', 'PX', '60000'];
    const replies = await race(agents.map((agent, i) => (i % 2 === 0 ? claim(agent, 'src/a.ts') : setnx(agent))));
    const winners = agents.filter((_, i) => replies[i]![0] === 'OK');
    assert.equal(winners.length, 1);
    const text = (await rig.lockText('src/a.ts'))!;
    assert.equal((await rig.lease('src/a.ts'))?.holder ?? text, winners[0]);
  });
});
