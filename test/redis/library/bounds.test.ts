import assert from 'node:assert/strict';
import { historyKey, inboxPrefix, limits, stateHash } from '../../../src/protocol/names.ts';
import { isResource } from '../../../src/protocol/resources.ts';
import { assertConsecutive, LibraryRig } from '../../support/libraryRig.ts';

const long = process.env['TEST_LONG'] !== undefined;

describe('what is kept (invariant 6)', () => {
  let rig: LibraryRig;
  before(async () => {
    rig = await LibraryRig.start({ movable: true });
  });
  beforeEach(async () => {
    await rig.client.flushall();
    rig.fresh();
  });
  after(() => rig.dispose());

  /** Many calls in one go. */
  const all = async (count: number, call: (i: number) => Promise<unknown>): Promise<void> => {
    for (let done = 0; done < count; done += 500) {
      await Promise.all(Array.from({ length: Math.min(500, count - done) }, (_, i) => call(done + i)));
    }
  };
  const numbered = (count: number, prefix = 'src/'): string[] =>
    Array.from({ length: count }, (_, i) => `${prefix}${String(i)}`);

  it('are 1,000 agents: the one unheard for longest makes room', async () => {
    await all(1_000, (i) => rig.call('publish', [], `a${String(i)}`, 0, '', '{"ver":1}'));
    await rig.pass(10);
    await rig.call('publish', [], 'a0', 0, '', '{"ver":2}');
    await rig.pass(10);
    await all(20, (i) => rig.call('publish', [], `b${String(i)}`, 0, '', '{"ver":1}'));
    const names = await rig.client.hkeys(rig.key(stateHash));
    assert.equal(names.length, 1_000);
    assert.ok(names.includes('a0'), 'it was heard again');
    assert.equal(names.filter((name) => name.startsWith('b')).length, 20);
    await all(1_050, (i) => rig.call('hello', [], `c${String(i)}`));
    assert.equal(await rig.client.hlen(rig.side('agents')), 1_000);
    assert.ok((await rig.client.hlen(rig.key(stateHash))) <= 1_000);
    assert.ok((await rig.client.zcard(rig.side('heard'))) <= 2_000);
    // Whoever stored something by hand is in nobody's list.
    rig.fresh();
    await all(1_100, (i) => rig.client.hset(rig.key(stateHash), `plain${String(i)}`, '{"ver":1}'));
    await all(5, (i) => rig.call('publish', [], `d${String(i)}`, 0, '', '{"ver":1}'));
    const left = await rig.client.hkeys(rig.key(stateHash));
    assert.ok(left.length <= 1_100);
    assert.equal(left.filter((name) => name.startsWith('d')).length, 5);
  });

  it('are 100 messages of an inbox, and 1,000 ids of messages', async () => {
    await all(1_150, (i) => rig.call('send', [], 'a', i % 2 === 0 ? 'b' : 'c', `id-${String(i)}`, 'text'));
    assert.equal(await rig.client.xlen(rig.key(`${inboxPrefix}b`)), 100);
    // Of an agent that never comes nothing stays for ever.
    assert.ok((await rig.client.pttl(rig.key(`${inboxPrefix}b`))) > 0);
    assert.ok((await rig.client.zcard(rig.side('sent'))) <= 1_000);
    const messages = await rig.calls.inbox('b', '', 100);
    assert.equal(messages.length, 100);
    assert.deepEqual(await rig.calls.inbox('b', messages[98]!.id, 100), messages.slice(99));
    assert.deepEqual(await rig.calls.inbox('b', messages[99]!.id, 100), []);
  });

  it('is a history that is trimmed', async () => {
    const length = long ? 20_000 : 1_000;
    if (!long) await rig.client.hset(rig.key('agent:config'), 'history', length);
    const count = length + 3_000;
    await all(count, (i) => rig.call('event', [], 'a', 'note', '', String(i)));
    const kept = await rig.client.xlen(rig.key(historyKey));
    assert.ok(kept >= length && kept < length + 300, String(kept));
    const [last] = (await rig.client.xrevrange(rig.key(historyKey), '+', '-', 'COUNT', 1))[0]!;
    assert.equal(last, `${String(count)}-0`);
  });

  it('are 1,000 claims of an agent, which can be renewed and released in one call', async () => {
    const names = numbered(1_000);
    for (let i = 0; i < 1_000; i += limits.resourcesPerCall) await rig.hold('a', names.slice(i, i + 64));
    assert.deepEqual(await rig.calls.claim('a', { resources: ['more'], ttlMs: 1_000 }), {
      kind: 'limit',
      what: 'claims',
    });
    assert.equal(await rig.lockText('more'), null);
    await rig.hold('a', names.slice(0, 64));
    await rig.hold('b', ['more']);
    const [token] = await rig.hold('b', ['given']);
    const given = await rig.call('transfer', ['given'], 'b', 'a', String(token), 1_000, '');
    assert.deepEqual(given, ['LIMIT', 'claims']);
    const leases = await Promise.all(names.map((name) => rig.lease(name)));
    const held = names.map((name, i) => [name, leases[i]!.token] as const);
    assert.deepEqual(await rig.calls.renew('a', held), []);
    const wrong = held.map(([name]) => [name, 1] as const);
    assert.deepEqual(await rig.calls.renew('a', wrong), names, 'all are lost');
    assert.equal((await rig.calls.releaseAll('a')).length, 1_000);
    assert.equal(await rig.client.zcard(rig.side('res')), 2);
    assertConsecutive(await rig.history());
  });

  it('are 64 levels of a path', async () => {
    const deep = (levels: number): string => `${'d/'.repeat(levels)}f`;
    assert.equal((await rig.calls.claim('a', { resources: [deep(64)], ttlMs: 1_000 })).kind, 'granted');
    await rig.refuses(() => rig.call('claim', [deep(65)], 'a', 1_000, '', ''), /deeper than 64 levels/);
    assert.deepEqual(
      [64, 65].map((levels) => isResource(deep(levels))),
      [true, false],
    );
  });

  it('are indexes in which others left what is not there: they are mended when they are full', async () => {
    const names = Array.from({ length: 2_040 }, (_, i) => `left/${String(i)}`);
    await rig.client.sadd(rig.side('held:a'), ...names.slice(0, 1_000));
    await rig.client.zadd(rig.side('res'), ...names.flatMap((name) => ['0', name]));
    const claim = async (resource: string): Promise<string> =>
      (await rig.calls.claim('a', { resources: [resource], ttlMs: 1_000 })).kind;
    assert.deepEqual([await claim('x'), await claim('x')], ['limit', 'granted']);
    assert.deepEqual([await claim('left/'), await claim('left/')], ['limit', 'granted']);
  });

  it('are claims of which only those that are held count', async () => {
    const names = numbered(1_000);
    for (let i = 0; i < 1_000; i += limits.resourcesPerCall) await rig.hold('a', names.slice(i, i + 64), 5_000);
    await rig.pass(5_001);
    for (let i = 0; i < 130; i++) await rig.calls.reap(8);
    await rig.hold('a', ['more']);
  });

  it('are 256 waiters, and 2,048 resources that are waited for', async () => {
    await rig.hold('h', ['x']);
    const wait = (i: number, resources = ['x']): Promise<string[]> =>
      rig.call('claim', resources, `a${String(i)}`, 60_000, '', `w${String(i)}`);
    await all(256, (i) => wait(i));
    assert.deepEqual(await wait(256), ['LIMIT', 'waiters']);
    assert.equal((await wait(5)).at(-1), '6', 'who waits already is not concerned');
    assert.equal(await rig.client.zcard(rig.side('queue')), 256);
    await rig.calls.releaseAll('h');
    assert.equal((await rig.lease('x'))?.holder, 'a0');
    rig.fresh();
    await rig.hold('h', ['x']);
    for (let i = 0; i < 32; i++) assert.equal((await wait(i, ['x', ...numbered(63, `${String(i)}/`)]))[0], 'DENIED');
    assert.deepEqual(await wait(32), ['LIMIT', 'waiters']);
    for (const key of await rig.client.keys(`${rig.side('waiter:')}*`)) {
      const left = await rig.client.pttl(key);
      assert.ok(left > 0 && left <= 60_000, 'it goes by itself');
    }
  });

  it('is what a folder may cover: 2,000 claims', async () => {
    const names = numbered(2_000);
    for (let i = 0; i < 2_000; i += 50) await rig.hold(`a${String(Math.floor(i / 1_000))}`, names.slice(i, i + 50));
    const folder = (agent: string): Promise<string[]> => rig.call('claim', ['src/'], agent, 1_000, '', '');
    assert.equal((await folder('b'))[0], 'DENIED');
    await rig.hold('c', ['src/one-more']);
    assert.deepEqual(await folder('b'), ['LIMIT', 'folder']);
    assert.deepEqual(await rig.call('claim', ['src/'], 'b', 1_000, '', 'w'), ['LIMIT', 'folder']);
    assert.equal(await rig.lease('src/'), null);
    await rig.hold('d', ['docs/']);
    const [token] = await rig.hold('e', ['git:index']);
    assert.deepEqual(await rig.calls.release('e', [['git:index', token!]]), [true]);
  });

  it('are 10,000 denials that are remembered', async () => {
    await rig.hold('h', ['src/']);
    await rig.client.hset(rig.key('agent:config'), 'history', 1_000);
    // As many as that are there already.
    const fields = numbered(9_990).flatMap((name) => [`denied\na\n${name}`, '1 1']);
    await rig.client.hset(rig.side('seen'), ...fields);
    await all(30, (i) => rig.call('claim', [`src/${String(i)}.ts`], 'a', 1_000, '', ''));
    const kept = await rig.client.hlen(rig.side('seen'));
    assert.ok(kept <= 10_000 && kept > 0, String(kept));
    assert.ok((await rig.client.pttl(rig.side('seen'))) > 0);
    assertConsecutive(await rig.history());
  });

  it('are 1,000 pauses', async () => {
    await all(1_000, (i) => rig.call('control', [], 'p', `a${String(i)}`, 'pause', ''));
    await rig.refuses(() => rig.call('control', [], 'p', 'b', 'pause', ''), /ERR signalbox: /);
    assert.equal((await rig.call('control', [], 'p', 'a7', 'resume', ''))[0], 'OK');
    assert.equal((await rig.call('control', [], 'p', 'b', 'pause', ''))[0], 'OK');
  });

  it('is nothing of agents and waits that have gone', async () => {
    await all(200, async (i) => {
      const agent = `a${String(i)}`;
      await rig.call('claim', ['x'], agent, 1_000, '', `w${String(i)}`);
      await rig.call('claim', [`own${String(i)}`], agent, 1_000, '', '');
    });
    for (let i = 0; i < 20; i++) {
      await rig.pass(61_000);
      await rig.calls.reap(1_000);
    }
    const kept = (await rig.client.keys(`${rig.ns}*`)).map((key) => key.slice(rig.ns.length)).toSorted();
    assert.deepEqual(kept, ['agent:history', 'agent:seq', 'signalbox:token']);
  });
});
