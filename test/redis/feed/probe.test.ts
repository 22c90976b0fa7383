import assert from 'node:assert/strict';
import { systemClock, type FineClock } from '../../../src/protocol/clock.ts';
import type { LocalServer } from '../../../src/redis/localServer.ts';
import { startCluster } from '../../support/cluster.ts';
import { Ear } from '../../support/ear.ts';
import { Rig } from '../../support/rig.ts';

describe('the probe', () => {
  let rig: Rig;
  let ear: Ear;

  beforeEach(() => {
    rig = new Rig();
    ear = new Ear();
  });
  afterEach(async () => {
    ear.link.dispose();
    await rig.dispose();
  });

  const connect = async (...rules: string[]): Promise<void> => {
    await rig.serve();
    rig.cli('ACL', 'SETUSER', 'amy', 'on', '>secret', '~*', '&*', '+@all', ...rules);
    ear.link.connect({ url: rig.server.url, username: 'amy', password: 'secret', namespaces: ['shop:', 'x:'] });
    await ear.until('it is live', () => ear.lives === 1);
  };
  const probes = (count: number): Promise<void> =>
    ear.until(`${String(count)} more probes came back`, isMore(ear, count));
  const channels = (): string => rig.cli('PUBSUB', 'CHANNELS', '*signalbox:probe:*');
  /** What was measured after this call is of what goes on now. */
  const measured = (): Promise<void> => {
    const before = ear.of('rtt').length;
    return ear.until('the link was measured', () => ear.of('rtt').length > before);
  };

  it('tells how long a broadcast of our own takes, and is no message of the fleet', async () => {
    await connect();
    const before = ear.heard.length;
    ear.link.probe(true);
    await probes(2);
    const since = ear.heard.slice(before);
    for (const { ms, way } of ear.of('probe')) {
      assert.equal(way, 'broadcast');
      assert.ok(ms > 0 && ms < 5_000);
    }
    assert.match(channels(), /^shop:signalbox:probe:[\w-]{36}$/);
    assert.deepEqual(
      since.filter(({ kind }) => !['probe', 'rtt', 'clock'].includes(kind)),
      [],
    );
  });

  it('costs nothing while it is off, and can be turned off and on at any moment', async () => {
    await connect();
    rig.cli('CONFIG', 'RESETSTAT');
    await measured();
    assert.doesNotMatch(rig.cli('INFO', 'commandstats'), /cmdstat_(publish|subscribe)/);
    for (let i = 0; i < 5; i++) {
      ear.link.probe(true);
      ear.link.probe(false);
    }
    await ear.link.caughtUp();
    assert.equal(channels(), '');
    ear.link.probe(true);
    ear.link.probe(false);
    ear.link.probe(true);
    await probes(1);
    ear.link.probe(false);
    await ear.link.caughtUp();
    assert.equal(channels(), '');
    rig.cli('CONFIG', 'RESETSTAT');
    const { length } = ear.of('probe');
    await measured();
    assert.doesNotMatch(rig.cli('INFO', 'commandstats'), /cmdstat_publish/);
    assert.equal(ear.of('probe').length, length);
  });

  it('goes on when the connection is back', async () => {
    await connect();
    ear.link.probe(true);
    await probes(1);
    rig.cli('CLIENT', 'KILL', 'TYPE', 'pubsub');
    await ear.until('it is live again', () => ear.lives === 2);
    await probes(1);
    assert.equal(ear.of('probe').at(-1)!.way, 'broadcast');
  });

  for (const rules of [['-publish'], ['resetchannels', '&shop:agent:*', '&x:agent:*']]) {
    it(`is a PING with ${rules.join(' ')}`, async () => {
      await connect(...rules);
      ear.link.probe(true);
      await probes(2);
      assert.ok(ear.of('probe').every(({ way }) => way === 'ping'));
      assert.equal(channels().includes('agent:'), false);
      ear.link.probe(false);
      await measured();
      assert.equal(ear.lives, 1);
    });
  }

  it('believes only its own', async () => {
    // A clock by which no second passes, so that one is sent and no more.
    const after: FineClock['after'] = (ms, call) =>
      ms === 1_000 ? { dispose: () => undefined } : systemClock.after(ms, call);
    ear = new Ear({ ...systemClock, after });
    await connect();
    ear.link.probe(true);
    await probes(1);
    const channel = channels();
    for (const text of ['0', '1', 'x', '']) rig.cli('PUBLISH', channel, text);
    await ear.link.caughtUp();
    assert.equal(ear.of('probe').length, 1);
  });

  it('works in a cluster, from whichever node', async function () {
    this.timeout(60_000);
    let servers: LocalServer[] = [];
    try {
      servers = await startCluster();
      for (const { url } of servers) {
        ear.link.connect({ url, namespaces: ['{shop}:'] });
        ear.link.probe(true);
        await probes(1);
      }
      assert.ok(ear.of('probe').every(({ way }) => way === 'broadcast'));
    } finally {
      ear.link.dispose();
      await Promise.all(servers.map((server) => server.stop()));
    }
  });
});

function isMore(ear: Ear, count: number): () => boolean {
  const before = ear.of('probe').length;
  return () => ear.of('probe').length >= before + count;
}
