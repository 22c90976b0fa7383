import assert from 'node:assert/strict';
import path from 'node:path';
import { openClient, type Redis } from '../../../src/redis/client.ts';
import { loadLibrary } from '../../../src/redis/library/load.ts';
import { findRedisServer, startLocalServer, type LocalServer } from '../../../src/redis/localServer.ts';
import { startCluster } from '../../support/cluster.ts';
import { HookPrograms, programs } from '../../support/hookPrograms.ts';

describe('a hook whose Redis is', function () {
  this.timeout(120_000);
  const dispose: (() => unknown)[] = [];
  afterEach(async () => {
    for (const end of dispose.splice(0).toReversed()) await end();
  });

  async function serve(args: readonly string[] = []): Promise<{ server: LocalServer; client: Redis }> {
    const server = await startLocalServer({ binary: findRedisServer(process.env)!, args });
    const client = await openClient({ url: server.url, namespaces: [''] });
    dispose.push(
      () => server.stop(),
      () => client.disconnect(),
    );
    await loadLibrary(client);
    return { server, client };
  }

  /** Has both hooks claim a file each; gives who holds these. */
  async function claims(hooks: HookPrograms, ns: string, lookAt: Redis, env = {}): Promise<string[]> {
    dispose.push(() => hooks.dispose());
    const holders: string[] = [];
    for (const program of programs) {
      assert.equal(await hooks.run(program, hooks.edit('PreToolUse', `${program}.ts`), env), '');
      holders.push(
        (JSON.parse((await lookAt.get(`${ns}lock:${program}.ts`)) ?? '{}') as { holder?: string }).holder ?? 'nobody',
      );
    }
    return holders;
  }

  it('a cluster asks the node that has the namespace, and waits there', async () => {
    const servers = await startCluster();
    dispose.push(() => Promise.all(servers.map((server) => server.stop())));
    const clients = await Promise.all(servers.map(({ url }) => openClient({ url, namespaces: [''] })));
    dispose.push(() => clients.forEach((client) => client.disconnect()));
    await loadLibrary(clients[0]!);
    for (const tag of ['a', 'b', 'c']) {
      const ns = `{shop-${tag}}:`;
      const found = await Promise.all(
        clients.map((client) =>
          client.get(`${ns}x`).then(
            () => true,
            () => false,
          ),
        ),
      );
      const owner = clients[found.indexOf(true)]!;
      const hooks = new HookPrograms(ns, servers[0]!.url);
      assert.deepEqual(await claims(hooks, ns, owner), ['s1', 's1'], tag);
      const waiting = hooks.run('sh', hooks.edit('PreToolUse', 'node.ts', { session_id: 's2' }));
      while ((await owner.zcard(`${ns}signalbox:queue`)) === 0) await new Promise((resolve) => setImmediate(resolve));
      await hooks.run('sh', hooks.input('Stop', { background_tasks: [] }));
      assert.equal(await waiting, '');
    }
  });

  it('behind TLS speaks it, and trusts whom Node is told to trust', async () => {
    const tls = (name: string): string => path.resolve('test/fixtures/tls', name);
    const files = [
      '--tls-cert-file',
      tls('server.pem'),
      '--tls-key-file',
      tls('server.key'),
      '--tls-ca-cert-file',
      tls('ca.pem'),
    ];
    const probe = await serve();
    // A port of its own beside the plain one, by which the test looks.
    const port = String(probe.server.port + 1);
    const { client } = await serve(['--tls-port', port, ...files, '--tls-auth-clients', 'no']);
    const hooks = new HookPrograms('shop:', `rediss://127.0.0.1:${port}`);
    assert.deepEqual(await claims(hooks, 'shop:', client), ['nobody', 'nobody'], 'a certificate of unknown origin');
    assert.deepEqual(await claims(hooks, 'shop:', client, { NODE_EXTRA_CA_CERTS: tls('ca.pem') }), ['s1', 's1']);
  });

  it('at a socket, or wants a password that stands in the address', async () => {
    const { server, client } = await serve(['--unixsocket', 'here.sock']);
    const socket = path.join(server.folder, 'here.sock');
    for (const url of [`unix://${socket}`, socket]) {
      await client.flushall();
      assert.deepEqual(await claims(new HookPrograms('shop:', url), 'shop:', client), ['s1', 's1'], url);
    }
    await client.call('ACL', 'SETUSER', 'guard', 'on', '>p@ss:word', '~*', '&*', '+@all');
    await client.call('ACL', 'SETUSER', 'default', 'resetpass', '>other');
    for (const login of ['guard:p%40ss%3Aword', ':other']) {
      await client.flushall();
      const hooks = new HookPrograms('shop:', `redis://${login}@127.0.0.1:${String(server.port)}/0`);
      assert.deepEqual(await claims(hooks, 'shop:', client), ['s1', 's1'], login);
    }
  });
});
