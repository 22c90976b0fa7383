import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { AgentClient } from '../../../src/agent/client/index.ts';
import type { LocalServer } from '../../../src/redis/localServer.ts';
import { startCluster } from '../../support/cluster.ts';
import { Heard } from './agents.ts';

describe('An agent’s client in a cluster', function () {
  this.timeout(60_000);
  let servers: LocalServer[];
  const clients: AgentClient[] = [];
  const namespace = '{shop}:';

  before(async () => {
    servers = await startCluster();
  });
  afterEach(() => Promise.all(clients.splice(0).map((client) => client.close())));
  after(() => Promise.all(servers.map((server) => server.stop())));

  async function open(agent: string, at: number): Promise<AgentClient> {
    const url = servers[at % servers.length]!.url;
    const client = await AgentClient.connect({ url, namespace, agent });
    clients.push(client);
    return client;
  }

  for (const at of [0, 1, 2]) {
    it(`finds its namespace from node ${String(at + 1)}, and again when its connections are cut`, async () => {
      const [a, b] = [await open('a', at), await open('b', at + 1)];
      const heard = await Heard.by(b);
      const { ver } = await a.update({ task: `from ${String(at)}` });
      await heard.first('state', (message) => message.ver === ver);
      const held = await a.claim('src/a.ts');
      const wait = b.claim('src/a.ts', { waitMs: 30_000 });
      for (const { port } of servers)
        execFileSync('redis-cli', ['-p', String(port), 'CLIENT', 'KILL', 'TYPE', 'normal']);
      assert.ok(held.kind === 'granted' && (await held.lease.release()));
      assert.equal((await wait).kind, 'granted');
    });
  }

  it('says what a namespace needs there', async () => {
    const plain = AgentClient.connect({ url: servers[0]!.url, namespace: 'shop:', agent: 'a' });
    await assert.rejects(plain, /a tag in braces/);
  });
});
