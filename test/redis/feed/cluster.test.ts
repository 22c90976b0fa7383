import { strict as assert } from 'node:assert';
import { execFileSync } from 'node:child_process';
import { connect } from 'node:net';
import { systemClock } from '../../../src/protocol/clock.ts';
import type { FeedMessage } from '../../../src/protocol/messages.ts';
import { silentLog } from '../../../src/protocol/log.ts';
import { openClient } from '../../../src/redis/client.ts';
import { parseNodes } from '../../../src/redis/cluster.ts';
import { Calls } from '../../../src/redis/library/calls.ts';
import { loadLibrary } from '../../../src/redis/library/load.ts';
import { Link } from '../../../src/redis/link.ts';
import { findRedisServer, startLocalServer, type LocalServer } from '../../../src/redis/localServer.ts';

const ns = '{shop}:';

/** Three primaries that have found each other. */
async function startCluster(): Promise<LocalServer[]> {
  const binary = findRedisServer(process.env)!;
  const args = ['--cluster-enabled', 'yes', '--cluster-node-timeout', '2000', '--cluster-config-file', 'nodes.conf'];
  const servers: LocalServer[] = [];
  for (let i = 0; i < 3; i++) {
    // The bus is on the port 10,000 higher, which has to be one.
    const server = await startLocalServer({ binary, args, port: await portBelow(55_000) });
    servers.push(server);
  }
  const nodes = servers.map((server) => `127.0.0.1:${server.port}`);
  execFileSync('redis-cli', ['--cluster', 'create', ...nodes, '--cluster-yes'], { stdio: 'ignore' });
  for (const { port } of servers) untilUp(port);
  return servers;
}

/** The nodes agree a moment after they have been introduced. */
function untilUp(port: number): void {
  for (const end = Date.now() + 20_000; Date.now() < end;) {
    const info = execFileSync('redis-cli', ['-p', String(port), 'CLUSTER', 'INFO'], { encoding: 'utf8' });
    if (info.includes('cluster_state:ok')) return;
  }
  throw new Error('the cluster did not come up');
}

async function portBelow(most: number): Promise<number> {
  for (;;) {
    const port = 20_000 + Math.floor(Math.random() * (most - 20_000));
    const isFree = await new Promise<boolean>((resolve) => {
      const socket = connect(port, '127.0.0.1', () => {
        socket.destroy();
        resolve(false);
      });
      socket.on('error', () => resolve(true));
    });
    if (isFree) return port;
  }
}

describe('a cluster', function () {
  this.timeout(60_000);
  let servers: LocalServer[];
  const cli = (at: number, ...args: string[]): string =>
    execFileSync('redis-cli', ['-p', String(servers[at]!.port), ...args], { encoding: 'utf8' }).trim();

  before(async () => {
    servers = await startCluster();
  });
  after(async () => {
    await Promise.all(servers.map((server) => server.stop()));
  });

  it('has its primaries read from what a node says', () => {
    const nodes = parseNodes(cli(0, 'CLUSTER', 'NODES'));
    assert.deepEqual(nodes.map(({ port }) => port).sort(), servers.map(({ port }) => port).sort());
    assert.equal(nodes.filter(({ isSelf }) => isSelf).length, 1);
  });

  it('gets the library on every primary, with a version key of its own', async () => {
    const client = await openClient({ url: servers[0]!.url, namespaces: [''] });
    const loaded = await loadLibrary(client);
    assert.equal(loaded.changed, true);
    for (let i = 0; i < 3; i++) {
      assert.equal(cli(i, 'FCALL_RO', 'signalbox_version', '0'), loaded.version);
      assert.equal(cli(i, 'DBSIZE'), '1');
    }
    assert.equal((await loadLibrary(client)).changed, false);
    client.disconnect();
  });

  for (const from of [0, 1, 2]) {
    it(`is followed and claimed in from node ${from + 1}, wherever the namespace is`, async () => {
      const heard: FeedMessage[] = [];
      let told: (() => void) | undefined;
      const link = new Link(
        {
          apply: (message) => {
            heard.push(message);
            if (message.kind === 'change' && message.change.agent === `agent-${from}`) told?.();
          },
        },
        systemClock,
        silentLog,
        'load',
      );
      const url = servers[from]!.url;
      link.connect({ url, namespaces: [ns] });
      link.watch(true);
      await link.settled(20_000);
      assert.deepEqual(
        heard.filter((message) => message.kind === 'snapshot').map(({ word }) => word),
        [null],
      );
      const client = await openClient({ url, namespaces: [ns] });
      const calls = new Calls(client, ns, () => loadLibrary(client));
      const arrived = new Promise<void>((resolve) => (told = resolve));
      const reply = await calls.claim(`agent-${from}`, { resources: [`file-${from}`], ttlMs: 60_000 });
      assert.equal(reply.kind, 'granted');
      await arrived;
      client.disconnect();
      link.dispose();
    });
  }

  it('says what a namespace without a tag lacks', async () => {
    let end: ((message: FeedMessage) => void) | undefined;
    const trouble = new Promise<FeedMessage>((resolve) => (end = resolve));
    const apply = (message: FeedMessage): void => {
      if (message.kind === 'trouble' && message.what === 'cluster' && message.reason) end?.(message);
    };
    const link = new Link({ apply }, systemClock, silentLog, 'load');
    link.connect({ url: servers[0]!.url, namespaces: ['', 'shop:'] });
    assert.deepEqual(await trouble, { kind: 'trouble', what: 'cluster', reason: { code: 'cluster' } });
    link.dispose();
  });
});
