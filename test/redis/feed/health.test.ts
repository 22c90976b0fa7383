import assert from 'node:assert/strict';
import { healthReason } from '../../../src/model/attentionText.ts';
import { systemClock } from '../../../src/protocol/clock.ts';
import type { HealthSeen } from '../../../src/protocol/healthSeen.ts';
import { openClient, type Redis } from '../../../src/redis/client.ts';
import { HealthPoller } from '../../../src/redis/health/poller.ts';
import { Rig } from '../../support/rig.ts';

describe('the health of a server', () => {
  let rig: Rig;
  let client: Redis;
  beforeEach(async () => {
    rig = new Rig();
    await rig.serve();
    client = await openClient({ url: rig.server.url, namespaces: [''] });
  });
  afterEach(async () => {
    client.disconnect();
    await rig.dispose();
  });

  /** What the next look tells, of connections and servers however young. */
  const look = (by: Redis = client, namespaces: readonly string[] = ['']): Promise<HealthSeen> =>
    new Promise((resolve) => {
      const act = <T>(asked: (of: Redis) => Promise<T>): Promise<T> => asked(by);
      const limits = { idle: 0, lasting: 0 };
      const poller = new HealthPoller(
        systemClock,
        namespaces,
        act,
        (health) => (poller.dispose(), resolve(health)),
        limits,
      );
      poller.watch(true);
    });

  it('stands under Needs Attention while somebody watches: memory that is nearly full, and that claims may be deleted', async () => {
    const used = Number(/^used_memory:(\d+)/m.exec(await client.info('memory'))?.[1]);
    await client.config('SET', 'maxmemory', String(Math.floor(used * 1.02)));
    await client.config('SET', 'maxmemory-policy', 'volatile-ttl');
    await rig.connect();
    const codes = (): string[] =>
      rig.model.attention.filter(({ kind }) => kind === 'health').map((item) => healthReason(item).code);
    await rig.until('both are told', () => codes().includes('memory-full') && codes().includes('evicts'));
    assert.ok(!codes().includes('not-persistent'), 'a server that was just started may be thrown away');
  });

  it('knows whether anything is written to disk', async () => {
    assert.equal((await look()).isVolatile, true);
    await client.config('SET', 'save', '3600 1');
    assert.equal((await look()).isVolatile, false);
  });

  it('names connections that do nothing, and neither our own nor those that wait', async () => {
    const others = await Promise.all([1, 2, 3].map(() => openClient({ url: rig.server.url, namespaces: [''] })));
    for (const [i, other] of others.entries()) await other.client('SETNAME', `agent-${String(i)}`);
    await others[1]!.subscribe('x');
    const blocked = others[2]!.blpop('nothing', 0).catch(() => null);
    const { idle } = await look();
    assert.deepEqual([idle?.count, idle?.names], [1, ['agent-0']]);
    assert.match(idle?.ids[0] ?? '', /^\d+$/);
    rig.cli('CLIENT', 'KILL', 'ID', idle!.ids[0]!);
    assert.equal((await look()).idle?.count, 0);
    for (const other of others) other.disconnect();
    await blocked;
  });

  it('finds keys that look temporary and have no expiry, in the namespace that they are of', async () => {
    await client.mset(
      'session:temp:data',
      '1',
      'shop:tmp:x',
      '1',
      'shop:files:temp',
      '1',
      'temperature',
      '1',
      'a:result',
      '1',
    );
    await client.set('temp:ends', '1', 'EX', 60);
    await client.mset('other-3f2a:temp:x', '1');
    const { temporary } = await look(client, ['', 'shop:']);
    assert.deepEqual(temporary?.map(({ ns, count, examples }) => [ns, count, examples.toSorted()]).toSorted(), [
      ['', 1, ['session:temp:data']],
      ['shop:', 2, ['files:temp', 'tmp:x']],
    ]);
  });

  it('is left out where it may not be asked, which is no trouble', async () => {
    rig.cli('ACL', 'SETUSER', 'bob', 'on', '>x', '~*', '&*', '+@all', '-info', '-config', '-client|list', '-scan');
    const url = rig.server.url.replace('redis://', 'redis://bob:x@');
    const bob = await openClient({ url, namespaces: [''] });
    const nothing = { memory: null, isVolatile: null, idle: null, temporary: null };
    assert.deepEqual(await look(bob), nothing);
    bob.disconnect();
  });

  it('is not asked about while nobody watches', async () => {
    rig.cli('SET', 'temp:x', '1');
    rig.link.connect({ url: rig.server.url, namespaces: [''] });
    await rig.until('it is live', () => rig.model.connection.state === 'live');
    const calls = (): string => /^cmdstat_client\|list:calls=(\d+)/m.exec(rig.cli('INFO', 'commandstats'))?.[1] ?? '0';
    assert.equal(calls(), '0');
    rig.link.watch(true);
    await rig.until('it is told', () => rig.model.attention.some((item) => item.resource === 'never-end'));
    assert.equal(calls(), '1');
  });
});
