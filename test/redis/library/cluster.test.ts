import assert from 'node:assert/strict';
import { openClient, type Redis } from '../../../src/redis/client.ts';
import { Calls } from '../../../src/redis/library/calls.ts';
import { installedVersion, loadLibrary } from '../../../src/redis/library/load.ts';
import type { LocalServer } from '../../../src/redis/localServer.ts';
import { startCluster } from '../../support/cluster.ts';

describe('the library in a cluster', function () {
  this.timeout(60_000);
  let servers: LocalServer[];
  let clients: Redis[];
  before(async () => {
    servers = await startCluster();
    clients = await Promise.all(servers.map(({ url }) => openClient({ url, namespaces: [''] })));
  });
  after(async () => {
    for (const client of clients) client.disconnect();
    await Promise.all(servers.map((server) => server.stop()));
  });

  const missing = (): Promise<never> => Promise.reject(new Error('it is there'));

  it('is put on every primary by many loaders at once, and stays one version', async () => {
    const loaded = await Promise.all([...clients, ...clients].map((client) => loadOn(client)));
    const versions = await Promise.all(clients.map(installedVersion));
    assert.equal(new Set([...versions, ...loaded]).size, 1);
  });

  it('works in a namespace with a tag, on the node that owns it, with all that it writes', async () => {
    for (const tag of ['a', 'b', 'c', 'd', 'e', 'f']) {
      const ns = `{shop-${tag}}:`;
      const client = await owner(ns);
      const calls = new Calls(client, ns, missing);
      const { epoch } = await calls.hello('a');
      assert.equal((await calls.publish('a', epoch, '{"ver":1}')).kind, 'accepted');
      const claim = (agent: string, waitId: string): ReturnType<Calls['claim']> =>
        calls.claim(agent, { resources: ['src/', 'docs/x.md', 'git:index'], ttlMs: 60_000, waitId });
      assert.equal((await claim('a', '')).kind, 'granted');
      assert.equal((await claim('b', 'w')).kind, 'denied');
      assert.equal((await calls.releaseAll('a')).length, 3);
      assert.equal((await claim('b', 'w')).kind, 'granted');
      assert.equal(await calls.send('a', '*', 'id', 'text'), 0);
      await calls.reap(10);
      assert.equal((await calls.snapshot('0', 100)).items.length > 0, true);
    }
  });

  it('says what to do where a namespace has no tag', async () => {
    for (const client of clients) {
      const calls = new Calls(client, 'shop:', missing);
      const claim = calls.claim('a', { resources: ['x', 'y'], ttlMs: 1_000 });
      await assert.rejects(claim, /cluster|\{/i);
    }
  });

  /** Each loader needs a connection of its own for its MULTI. */
  async function loadOn(client: Redis): Promise<string> {
    const own = client.duplicate();
    await own.connect();
    const { version } = await loadLibrary(own);
    own.disconnect();
    return version;
  }

  async function owner(ns: string): Promise<Redis> {
    for (const client of clients) {
      const answer = await client.get(`${ns}agent:seq`).catch((error: unknown) => String(error));
      if (!String(answer).includes('MOVED')) return client;
    }
    throw new Error('nobody has it');
  }
});
