import { strict as assert } from 'node:assert';
import { execFileSync } from 'node:child_process';
import { systemClock } from '../../../src/protocol/clock.ts';
import type { FeedMessage } from '../../../src/protocol/messages.ts';
import { silentLog } from '../../../src/protocol/log.ts';
import { openClient } from '../../../src/redis/client.ts';
import { parseNodes } from '../../../src/redis/cluster.ts';
import { Calls } from '../../../src/redis/library/calls.ts';
import { loadLibrary, versionIn } from '../../../src/redis/library/load.ts';
import { source } from '../../../src/redis/library/source.ts';
import { Link } from '../../../src/redis/link.ts';
import type { LocalServer } from '../../../src/redis/localServer.ts';
import { startCluster } from '../../support/cluster.ts';

const ns = '{shop}:';

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
    assert.deepEqual(new Set(nodes.map(({ port }) => port)), new Set(servers.map(({ port }) => port)));
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

  it('gets it also from a supervisor that was led to another node than its settings name', async () => {
    for (const server of servers) {
      for (let i = 0; i < 3; i++) cli(i, 'FUNCTION', 'FLUSH');
      for (let i = 0; i < 3; i++) cli(i, 'FLUSHALL');
      let isLive: (() => void) | undefined;
      const live = new Promise<void>((resolve) => (isLive = resolve));
      const apply = (message: FeedMessage): void => {
        if (message.kind === 'connection' && message.state === 'live') isLive?.();
      };
      const link = new Link({ apply }, systemClock, silentLog, 'load');
      link.connect({ url: server.url, namespaces: [ns] });
      await live;
      for (let i = 0; i < 3; i++) assert.equal(cli(i, 'FCALL_RO', 'signalbox_version', '0'), versionIn(source));
      link.dispose();
    }
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
