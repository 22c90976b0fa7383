import assert from 'node:assert/strict';
import { english, reasonText } from '../../../src/protocol/reasons.ts';
import type { LocalServer } from '../../../src/redis/localServer.ts';
import { startCluster } from '../../support/cluster.ts';
import { Ear } from '../../support/ear.ts';
import { Rig } from '../../support/rig.ts';

describe('listening to more channels', () => {
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
    ear.link.connect({ url: rig.server.url, username: 'amy', password: 'secret', namespaces: ['shop:'] });
    await ear.until('it is live', () => ear.lives === 1);
  };
  const listening = (...patterns: string[]): Promise<void> =>
    ear.until(`${patterns.join(' ')} is listened to`, () => {
      const last = ear.of('listening').at(-1);
      return last !== undefined && last.patterns.join(' ') === patterns.join(' ');
    });
  const heard = (): string[] => ear.of('heard').map(({ channel, text }) => `${channel}=${text}`);
  const connections = (): number => rig.cli('CLIENT', 'LIST').split('name=signalbox').length - 1;

  it('tells each message once, and nothing that the feed brings', async () => {
    await connect();
    ear.link.listen(['news:*', 'n*', '*', 'news:*']);
    await listening('news:*', 'n*', '*');
    rig.cli('PUBLISH', 'news:a', 'one');
    rig.cli('PUBLISH', 'news:a', 'one');
    rig.cli('PUBLISH', 'shop:agent:events', 'hello: x');
    rig.cli('PUBLISH', 'other', 'zwei ü');
    await ear.until('the last was heard', () => heard().length >= 3);
    assert.deepEqual(heard(), ['news:a=one', 'news:a=one', 'other=zwei ü']);
    await ear.until('the feed brings its own', () => ear.of('event').length === 1);
    ear.link.watch(true);
    await ear.until('it was swept', () => ear.of('swept').length > 0);
    assert.deepEqual(ear.of('listening'), [{ kind: 'listening', patterns: ['news:*', 'n*', '*'], reason: null }]);
  });

  it('has a connection only while there is something to listen to', async () => {
    await connect();
    assert.equal(connections(), 2);
    ear.link.listen(['a', 'b']);
    await listening('a', 'b');
    assert.equal(connections(), 3);
    ear.link.listen(['b', 'c']);
    await listening('b', 'c');
    assert.equal(connections(), 3);
    assert.equal(rig.cli('PUBSUB', 'NUMPAT'), '2');
    ear.link.listen([]);
    await listening();
    assert.deepEqual(ear.of('listening').at(-1), { kind: 'listening', patterns: [], reason: null });
    await ear.until('it was measured', isMore(ear));
    assert.equal(connections(), 2);
  });

  it('ends where it stands when it is told something else meanwhile', async () => {
    await connect();
    for (let i = 0; i < 20; i++) ear.link.listen(i % 3 === 0 ? [] : [`p${String(i)}`, 'x']);
    await listening('p19', 'x');
    assert.equal(rig.cli('PUBSUB', 'NUMPAT'), '2');
    assert.equal(connections(), 3);
  });

  it('says what cannot be listened to, and how to allow it', async () => {
    await connect('resetchannels', '&shop:*', '&ok:*');
    ear.link.listen(['ok:*', 'news:*', 'a b']);
    await listening('ok:*');
    const { reason } = ear.of('listening').at(-1)!;
    assert.ok(reason);
    assert.match(reasonText(reason, english), /ACL SETUSER amy \+psubscribe &news:\* &\*$/);
    rig.cli('ACL', 'SETUSER', 'amy', '&*');
    ear.link.listen(['ok:*', 'news:*', 'a\nb']);
    await listening('ok:*', 'news:*');
    assert.equal(ear.of('listening').at(-1)!.reason?.code, 'bad-pattern');
    assert.equal(ear.lives, 1);
  });

  it('says that it was lost, and goes on by itself', async () => {
    await connect();
    ear.link.listen(['news:*']);
    await listening('news:*');
    rig.cli('CLIENT', 'KILL', 'TYPE', 'pubsub');
    await listening();
    assert.equal(ear.of('listening').at(-1)!.reason?.code, 'closed');
    await listening('news:*');
    rig.cli('PUBLISH', 'news:a', 'again');
    await ear.until('it was heard', () => heard().length === 1);
  });

  it('goes on with another server when the settings change, and ends with the connection', async () => {
    await connect();
    ear.link.listen(['news:*']);
    await listening('news:*');
    ear.link.connect({ url: rig.server.url, namespaces: ['x:'] });
    await ear.until('it is live', () => ear.lives === 2);
    await ear.until(
      'it is listened to again',
      () => ear.of('listening').filter((m) => m.patterns.length > 0).length === 2,
    );
    rig.cli('PUBLISH', 'news:a', 'one');
    rig.cli('PUBLISH', 'shop:agent:events', 'foreign now');
    await ear.until('it was heard', () => heard().length === 1);
    ear.link.disconnect();
    assert.deepEqual(ear.of('listening').at(-1), { kind: 'listening', patterns: [], reason: null });
  });

  it('that is flooded does not starve the feed, and says how much was not handed on', async () => {
    await connect();
    ear.link.listen(['flood']);
    await listening('flood');
    const sent = 50_000;
    rig.cli('EVAL', `for i = 1, ${String(sent)} do redis.call('PUBLISH', 'flood', i) end`, '0');
    rig.cli('PUBLISH', 'shop:agent:state:sync', '{"agent_id":"a","state":{"ver":1}}');
    await ear.until('the state is there', () => ear.of('state').length === 1);
    const dropped = (): number => ear.of('dropped').reduce((sum, { count }) => sum + count, 0);
    await ear.until('all are accounted for', () => ear.of('heard').length + dropped() === sent);
    assert.ok(dropped() > 0);
    assert.equal(ear.lives, 1);
  });

  it('cuts what is too long to be handed on, and says so', async () => {
    await connect();
    ear.link.listen(['big']);
    await listening('big');
    rig.cli('EVAL', `redis.call('PUBLISH', 'big', string.rep('x', 1000000))`, '0');
    await ear.until('it was heard', () => ear.of('heard').length === 1);
    const [message] = ear.of('heard');
    assert.equal(message!.text.length, 262_144);
    assert.equal(message!.whole, 1_000_000);
  });

  it('works in a cluster, from any node', async function () {
    this.timeout(60_000);
    let servers: LocalServer[] = [];
    try {
      servers = await startCluster();
      ear.link.listen(['news:*']);
      ear.link.connect({ url: servers[0]!.url, namespaces: ['{shop}:'] });
      await listening('news:*');
      await ear.link.publish('news:a', 'one');
      await ear.until('it was heard', () => heard().length === 1);
    } finally {
      ear.link.dispose();
      await Promise.all(servers.map((server) => server.stop()));
    }
  });
});

function isMore(ear: Ear): () => boolean {
  const before = ear.of('rtt').length;
  return () => ear.of('rtt').length > before;
}
