import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, connect, type AddressInfo, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { english, reasonText, type Reason } from '../../../src/protocol/reasons.ts';
import { findRedisServer, startLocalServer } from '../../../src/redis/localServer.ts';
import type { ConnectionSettings } from '../../../src/redis/settings.ts';
import { UserError } from '../../../src/redis/userError.ts';
import { Rig } from '../../support/rig.ts';

const tls = (name: string): string => path.join(process.cwd(), 'test/fixtures/tls', name);

describe('a first connection', () => {
  let rig: Rig;
  const open: { close(): void }[] = [];
  beforeEach(() => {
    rig = new Rig();
  });
  afterEach(async () => {
    await rig.dispose();
    for (const server of open.splice(0)) server.close();
  });

  const refused = async (settings: Partial<ConnectionSettings> & { url: string }): Promise<Reason> => {
    rig.link.connect({ namespaces: [''], ...settings });
    rig.link.watch(true);
    const failure: unknown = await rig.link.settled(8_000).then(
      () => assert.fail('it connected'),
      (error: unknown) => error,
    );
    assert.ok(failure instanceof UserError);
    assert.ok(failure.message.length > 20);
    return failure.reason;
  };

  const listen = async (onSocket: (socket: Socket) => void): Promise<string> => {
    const sockets = new Set<Socket>();
    const server: Server = createServer((socket) => {
      sockets.add(socket.on('error', () => {}));
      onSocket(socket);
    });
    await once(server.listen(0, '127.0.0.1'), 'listening');
    open.push({
      close: () => {
        server.close();
        for (const socket of sockets) socket.destroy();
      },
    });
    return `redis://127.0.0.1:${(server.address() as AddressInfo).port}`;
  };

  const troubles = (): string[] =>
    [...rig.model.connection.troubles.values()].map((reason) => reasonText(reason, english));

  describe('over TLS', () => {
    const serve = async (...args: string[]): Promise<string> => {
      // The plain port stays open, for the test's own redis-cli.
      const plain = await startLocalServer({ binary: findRedisServer(process.env)! });
      await plain.stop();
      const port = String(plain.port);
      const files = [
        '--tls-cert-file',
        tls('server.pem'),
        '--tls-key-file',
        tls('server.key'),
        '--tls-ca-cert-file',
        tls('ca.pem'),
      ];
      await rig.serve(['--tls-port', port, ...files, ...args]);
      return `rediss://127.0.0.1:${port}`;
    };
    const caFile = tls('ca.pem');

    it('works with the authority, and says what is wrong without it', async () => {
      const url = await serve('--tls-auth-clients', 'no');
      const reason = await refused({ url });
      assert.equal(reason.code, 'certificate');
      assert.equal(rig.model.connection.state, 'refused');
      await rig.connect({ url, tls: { caFile } });
      rig.cli('PUBLISH', 'agent:state:sync', '{"agent_id":"a","state":{"ver":1}}');
      await rig.until('the agent is known', () => rig.model.agents.length === 1);
    });

    it('checks the server name, and takes another from the settings', async () => {
      const url = (await serve('--tls-auth-clients', 'no')).replace('127.0.0.1', 'localhost');
      const reason = await refused({ url, tls: { caFile } });
      assert.equal(reason.code, 'certificate');
      await rig.connect({ url, tls: { caFile, servername: 'redis.test' } });
      assert.equal(rig.model.connection.state, 'live');
    });

    it('shows the client’s certificate to a server that wants one', async () => {
      const url = await serve();
      assert.notEqual((await refused({ url, tls: { caFile } })).code, 'not-redis');
      await rig.connect({ url, tls: { caFile, certFile: tls('client.pem'), keyFile: tls('client.key') } });
      assert.equal(rig.model.connection.state, 'live');
    });

    it('tells redis:// and rediss:// apart', async () => {
      const url = await serve('--tls-auth-clients', 'no');
      assert.equal((await refused({ url: rig.server.url.replace('redis:', 'rediss:') })).code, 'tls-unwanted');
      assert.equal((await refused({ url: url.replace('rediss:', 'redis:') })).code, 'tls-wanted');
    });
  });

  it('to a port that is not Redis says so', async () => {
    const url = await listen((socket) => socket.once('data', () => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')));
    assert.equal((await refused({ url })).code, 'not-redis');
    assert.equal(rig.model.connection.state, 'refused');
  });

  it('to a host that takes the connection and never answers says so, and goes on trying', async () => {
    const url = await listen(() => {});
    assert.equal((await refused({ url })).code, 'timeout');
    assert.equal(rig.model.connection.state, 'connecting');
  });

  it('to a port where nothing listens says so, and connects as soon as something does', async () => {
    await rig.serve();
    const { url } = rig.server;
    await rig.server.stop();
    rig.link.connect({ url, namespaces: [''] });
    await rig.until('the reason is known', () => rig.model.connection.reason?.code === 'unreachable');
    await rig.serve();
    await rig.until('it is live', () => rig.model.connection.state === 'live');
    assert.equal(rig.model.connection.reason, null);
  });

  it('to a stopped server that comes back is live again within a second of the server', async () => {
    await rig.serve();
    await rig.connect();
    process.kill(rig.server.pid, 'SIGSTOP');
    await rig.until('the silence is told', () => rig.model.connection.state === 'reconnecting');
    process.kill(rig.server.pid, 'SIGCONT');
    await rig.until('it is live', () => rig.model.connection.state === 'live');
  }).timeout(30_000);

  it('to a server that is loading says so, and is live when it has loaded', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'signalbox-loading-'));
    const slow = [
      '--key-load-delay',
      '300',
      '--loading-process-events-interval-bytes',
      '1024',
      '--dbfilename',
      'dump.rdb',
    ];
    try {
      await rig.serve([], folder);
      rig.cli('EVAL', `for i = 1, 10000 do redis.call('SET', 'k' .. i, i) end`, '0');
      rig.cli('SAVE');
      const { port } = rig.server;
      await rig.server.stop();
      const args = ['--port', String(port), '--bind', '127.0.0.1', '--dir', folder, ...slow];
      const server = spawn(findRedisServer(process.env)!, args, { stdio: 'ignore' });
      open.push({ close: () => server.kill('SIGKILL') });
      rig.link.connect({ url: rig.server.url, namespaces: [''] });
      await rig.until('it is loading', () => rig.model.connection.reason?.code === 'loading');
      await rig.until('it is live', () => rig.model.connection.state === 'live');
      server.kill('SIGKILL');
      await once(server, 'exit');
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  it('names each right that is missing with the ACL line that gives it, and goes on with the others', async () => {
    await rig.serve();
    rig.cli('ACL', 'SETUSER', 'bob', 'on', '>secret', '+hello', '+ping', '+client|setname');
    await rig.connect({ username: 'bob', password: 'secret' });
    assert.equal(rig.model.connection.state, 'live');
    const grants = (): string[] => troubles().map((text) => /ACL SETUSER bob (.*)$/.exec(text)?.[1] ?? '');
    assert.deepEqual(grants(), [
      '+subscribe &agent:state:sync',
      '+subscribe &agent:events',
      '+hscan %R~agent:state',
      '+scan',
    ]);
    rig.cli('SET', 'lock:a', 'agent-1', 'PX', '60000');
    rig.cli('LPUSH', 'agent:tasks', 'x');
    // Doing what the lines say mends one after the other.
    for (const round of [1, 2]) {
      for (const rules of grants()) rig.cli('ACL', 'SETUSER', 'bob', ...rules.split(' '));
      await rig.connect({ username: 'bob', password: 'secret' });
      if (round > 1) continue;
      const [locks, queues, ...others] = grants();
      assert.deepEqual([locks, others], ['+getrange +pttl %R~lock:*', []]);
      assert.match(queues ?? '', /^\+type \+llen .* %R~agent:tasks %R~agent:tasks:failed .* %R~bull:\*/);
    }
    assert.deepEqual(grants(), []);
    assert.equal(rig.model.claims.length, 1);
    assert.equal(rig.model.queues.length, 1);
    rig.cli('PUBLISH', 'agent:state:sync', '{"agent_id":"a","state":{"ver":1}}');
    await rig.until('the agent is known', () => rig.model.agentById('', 'a') !== undefined);
  });

  it('to a read-only replica says what cannot be done there', async () => {
    const primary = await startLocalServer({ binary: findRedisServer(process.env)! });
    try {
      await rig.serve(['--replicaof', `127.0.0.1 ${primary.port}`]);
      await rig.connect();
      assert.match(troubles().join(), new RegExp(`read-only replica.*127\\.0\\.0\\.1:${primary.port}`));
    } finally {
      await primary.stop();
    }
  });

  it('to a server older than 7.0 says so', async () => {
    // No such server can be had here: a proxy changes the version number in a real one's answer.
    await rig.serve();
    const { port } = rig.server;
    const version = /redis_version:(\S+)/.exec(rig.cli('INFO', 'server'))![1]!;
    const old = '6.2.9'.padEnd(version.length, '0');
    const url = await listen((socket) => {
      const upstream = connect(port, '127.0.0.1').on('error', () => {});
      socket.pipe(upstream).on('data', (data: Buffer) => {
        socket.write(data.toString('latin1').replace(`redis_version:${version}`, `redis_version:${old}`), 'latin1');
      });
    });
    await rig.connect({ url });
    assert.match(troubles().join(), /redis 6\.2.*7\.0/);
  });

  it('whose subscription dies without being closed is noticed and mended', async () => {
    await rig.serve();
    const { port } = rig.server;
    let swallow = true;
    const url = await listen((socket) => {
      const upstream = connect(port, '127.0.0.1').on('error', () => {});
      socket.on('close', () => upstream.destroy());
      let isSubscription = false;
      socket.on('data', (data: Buffer) => {
        isSubscription ||= data.toString('latin1').toLowerCase().includes('subscribe');
        // From the moment it is live, nothing of the subscription gets through any more, in either direction.
        if (!(isSubscription && swallow && rig.model.connection.state === 'live')) upstream.write(data);
      });
      upstream.on('data', (data: Buffer) => {
        if (!(isSubscription && swallow && rig.model.connection.state === 'live')) socket.write(data);
      });
    });
    await rig.connect({ url });
    await rig.until('the silence is noticed', () => rig.model.connection.state === 'reconnecting');
    swallow = false;
    await rig.until('it is live', () => rig.model.connection.state === 'live');
    rig.cli('PUBLISH', 'agent:state:sync', '{"agent_id":"a","state":{"ver":1}}');
    await rig.until('the agent is known', () => rig.model.agents.length === 1);
  });

  it('to a database that does not exist is refused, and never works in another', async () => {
    await rig.serve(['--databases', '4']);
    rig.cli('SET', 'lock:a', 'agent-1', 'PX', '60000');
    assert.deepEqual(await refused({ url: `${rig.server.url}/4` }), { code: 'no-database', number: 4 });
    assert.equal(rig.model.connection.state, 'refused');
    assert.equal(rig.model.claims.length, 0);
    await rig.connect({ url: `${rig.server.url}/3` });
    assert.equal(rig.model.connection.state, 'live');
    assert.equal(rig.model.claims.length, 0);
  });

  it('by a user who may not change to the database is refused as well', async () => {
    await rig.serve();
    rig.cli('ACL', 'SETUSER', 'bob', 'on', '>secret', '+@all', '-select', '~*', '&*');
    const bob = { username: 'bob', password: 'secret' };
    assert.equal((await refused({ url: `${rig.server.url}/3`, ...bob })).code, 'not-allowed');
    await rig.connect(bob);
    assert.equal(rig.model.connection.state, 'live');
  });

  it('to a database other than 0 warns unless the fleet has a namespace', async () => {
    await rig.serve();
    const { url } = rig.server;
    await rig.connect({ url: `${url}/3` });
    assert.match(troubles().join(), /Database 3/);
    await rig.connect({ url: `${url}/3`, namespaces: ['shop:'] });
    assert.deepEqual(troubles(), []);
    await rig.connect({ url });
    assert.deepEqual(troubles(), []);
  });
});
