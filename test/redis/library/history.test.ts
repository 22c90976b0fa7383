import assert from 'node:assert/strict';
import { controlKey, eventChannel, historyKey, seqKey, stateChannel } from '../../../src/protocol/names.ts';
import type { Granted } from '../../../src/redis/library/calls.ts';
import { assertConsecutive, changeIn, LibraryRig } from '../../support/libraryRig.ts';
import { make, sceneFor, setScene } from '../../support/libraryScene.ts';

/** The fields that PROTOCOL.md promises for each kind, beside `kind`, `agent`, `seq` and `at`. */
const fields: Record<string, string> = {
  hello: 'epoch parent host pid',
  claim: 'resource token ttl task',
  renew: 'resource token ttl',
  release: 'resource token',
  expire: 'resource token',
  transfer: 'resource token ttl task from by reason',
  break: 'resource by reason',
  wait: 'resource resources wait holder blocking position',
  unwait: 'wait reason',
  unclaimed: 'resource detail',
  message: 'to id text',
  control: 'target action reason',
  denied: 'resource holder blocking reason',
  deadlock: 'resource circle',
};

describe('the history', () => {
  let rig: LibraryRig;
  before(async () => {
    rig = await LibraryRig.start({ movable: true });
  });
  beforeEach(() => void rig.fresh());
  after(() => rig.dispose());

  it('names the task of a renewal where it is another one', async () => {
    for (const task of ['first', 'second', 'second']) {
      await rig.calls.claim('a', { resources: ['x'], ttlMs: 60_000, task });
    }
    const tasks = (await rig.history()).map(({ data }) => (JSON.parse(data) as { task?: string }).task);
    assert.deepEqual(tasks, ['first', 'second', undefined]);
  });

  const claim = (agent: string, resource: string, wait = ''): Promise<string[]> =>
    rig.call('claim', [resource], agent, 60_000, '', wait);
  const lastSeq = async (): Promise<number> => Number((await rig.history()).at(-1)!.id.split('-')[0]);

  it('has every accepted change once, with consecutive numbers, as it was told (invariant 3)', async () => {
    const heard: string[] = [];
    const listener = await rig.open();
    listener.on('message', (channel: string, text: string) => {
      if (!channel.endsWith(controlKey)) heard.push(text);
    });
    const count = (await setScene(rig)).length;
    const kinds = new Set<string>();
    for (let index = 0; index < count; index++) {
      const good = await sceneFor(rig, index);
      const before = await rig.history();
      await listener.subscribe(...[stateChannel, eventChannel, controlKey].map((name) => rig.key(name)));
      await make(rig, good);
      await claim('d', 'src/a.ts');
      const entries = await rig.history();
      assertConsecutive(entries);
      assert.equal(await rig.client.get(rig.key(seqKey)), String(await lastSeq()));
      const added = entries.slice(before.length).map(({ data }) => data);
      await rig.until('all is heard', () => Promise.resolve(heard.length >= added.length));
      assert.deepEqual(heard.splice(0), added, `${good.name}: the same texts in the same order`);
      for (const entry of entries) {
        kinds.add(entry.kind);
        if (entry.kind === 'state') continue;
        const json = JSON.parse(entry.data) as Record<string, unknown>;
        for (const field of (fields[entry.kind] ?? 'resource detail').split(' ')) assert.ok(field in json, entry.data);
        assert.deepEqual([json['kind'], json['agent']], [entry.kind, entry.agent]);
        changeIn(entry);
      }
    }
    const untold = Object.keys(fields).filter((kind) => !kinds.has(kind));
    assert.deepEqual(untold, ['deadlock'], 'the scene is about all kinds but one');
  });

  it('has a denial once for each agent, resource and holder’s token, without a number (invariant 3)', async () => {
    const [token] = await rig.hold('h', ['x', 'y']);
    const seq = await lastSeq();
    const denials = async (): Promise<number> => (await rig.history()).filter(({ kind }) => kind === 'denied').length;
    for (let i = 0; i < 5; i++) await claim('a', 'x');
    assert.equal(await denials(), 1);
    await claim('a', 'y');
    await claim('b', 'x');
    assert.equal(await denials(), 3);
    await rig.calls.renew('h', [['x', token!]]);
    await claim('a', 'x');
    assert.equal(await denials(), 3, 'the same lease');
    await rig.calls.releaseAll('h');
    await rig.hold('i', ['x']);
    await claim('a', 'x');
    assert.equal(await denials(), 4, 'another one');
    await rig.client.set(rig.lock('z'), 'agent-7');
    for (let i = 0; i < 3; i++) await claim('a', 'z');
    assert.equal(await denials(), 5);
    assertConsecutive(await rig.history());
    assert.equal(await lastSeq(), seq + 4, 'none of them has used up a number');
    const counts = await rig.client.hvals(rig.side('seen'));
    const told = counts.map((text) => Number(text.split(' ').at(-1))).reduce((a, b) => a + b, 0);
    assert.equal(told, 1 + 1 + 1 + 3, 'repetitions are counted while it is the same lease');
  });

  it('has nothing of what changed nothing (invariant 3)', async () => {
    await rig.calls.publish('a', 0, '{"ver":5}');
    await rig.calls.control('p', 'a', 'pause', '');
    await rig.calls.send('a', 'b', 'one', 'text');
    const contents = async (): Promise<Map<string, string>> => {
      const all = await rig.contents();
      // The same state once more says that its agent lives, which is all that is noted.
      all.delete(rig.side('heard'));
      return all;
    };
    const before = await contents();
    await rig.calls.publish('a', 0, '{"ver":5}');
    await rig.calls.publish('a', 0, '{"ver":5,"x":1}');
    await rig.calls.publish('a', 0, '{"ver":4}');
    await rig.calls.control('p', 'a', 'pause', 'again');
    await rig.calls.send('a', 'b', 'one', 'other text');
    await rig.calls.renew('a', [['x', 1]]);
    await rig.calls.release('a', [['x', 1]]);
    await rig.calls.releaseAll('a');
    await rig.calls.cancel('a', 'none');
    await rig.calls.transfer('x', { by: 'p', to: 'b', expected: 1, ttlMs: 1_000, reason: '' });
    await rig.calls.inbox('b', '', 10);
    await rig.calls.observe('s', ['x']);
    await rig.calls.reap(10);
    await rig.calls.snapshot('0', 10);
    assert.deepEqual(await contents(), before);
  });

  it('goes on when the number, the stream or both are deleted or set back (invariant 3)', async () => {
    const grow = async (): Promise<number> => {
      const seq = Number((await rig.call('event', [], 'a', 'note', '', ''))[1]);
      assert.equal(await rig.client.get(rig.key(seqKey)), String(seq));
      const last = (await rig.history()).at(-1)!;
      assert.deepEqual([last.id, last.seq], [`${String(seq)}-0`, String(seq)]);
      return seq;
    };
    for (let i = 1; i <= 5; i++) assert.equal(await grow(), i);
    await rig.client.del(rig.key(seqKey));
    assert.equal(await grow(), 6);
    await rig.client.set(rig.key(seqKey), '2');
    assert.equal(await grow(), 7);
    await rig.client.del(rig.key(historyKey));
    assert.equal(await grow(), 8);
    // A change and what has no number, with the number gone.
    await rig.hold('h', ['x']);
    await rig.client.del(rig.key(seqKey));
    await claim('a', 'x');
    assert.equal(await grow(), 10);
    assert.deepEqual(
      (await rig.history()).map(({ id }) => id),
      ['8-0', '9-0', '9-1', '10-0'],
    );
    await rig.client.xtrim(rig.key(historyKey), 'MAXLEN', 0);
    await rig.client.del(rig.key(seqKey));
    assert.equal(await grow(), 11, 'an empty stream still knows its last number');
    await rig.client.del(rig.key(seqKey), rig.key(historyKey));
    assert.equal(await grow(), 1);
  });

  it('is not begun with a number that is none (invariant 7)', async () => {
    for (const text of ['x', '', '-1', '1.5', '9'.repeat(30)]) {
      await rig.client.set(rig.key(seqKey), text);
      await rig.refuses(() => claim('a', 'x'), /ERR signalbox: .*agent:seq/);
    }
    await rig.client.del(rig.key(seqKey));
    await rig.client.xadd(rig.key(historyKey), '18446744073709551615-1', 'f', 'v');
    await rig.refuses(() => claim('a', 'x'), /ERR signalbox: .*agent:history/);
  });
});

describe('the side keys', () => {
  let rig: LibraryRig;
  before(async () => {
    rig = await LibraryRig.start({ movable: true });
  });
  after(() => rig.dispose());

  /** After whatever was done to side keys: nobody gets what another holds, and everything comes in order again. */
  const assertSound = async (title: string): Promise<void> => {
    const at = (resource: string): Promise<string | undefined> => rig.lease(resource).then((lease) => lease?.holder);
    await rig.call('observe', ['src/a.ts', 'src/lent.ts', 'docs/', 'raw.ts'], 'supervisor');
    await rig.calls.reap(100);
    assert.deepEqual([await at('src/a.ts'), await at('src/lent.ts'), await at('docs/')], ['a', 'a/1', 'b'], title);
    for (const resource of ['src/a.ts', 'src/', 'docs/y.md', 'raw.ts', './']) {
      const [word] = await rig.call('claim', [resource], 'stranger', 60_000, '', '');
      assert.equal(word, 'DENIED', `${title}: ${resource}`);
    }
    const lease = (await rig.lease('src/a.ts'))!;
    assert.deepEqual(await rig.calls.renew('a', [['src/a.ts', lease.token]]), [], title);
    assert.deepEqual((await rig.calls.releaseAll('a/1')).toSorted(), ['src/lent.ts'], title);
    assert.deepEqual((await rig.calls.releaseAll('a')).toSorted(), ['src/a.ts', 'src/lent.ts'], title);
    await rig.calls.releaseAll('b');
    const before = lease.token;
    await rig.call('cancel', [], 'b', 'wait-b');
    await rig.call('cancel', [], 'd', 'wait-d');
    await rig.calls.releaseAll('d');
    const [token] = await rig.hold('fresh', ['src/a.ts']);
    assert.ok(token! > before, title);
    assertConsecutive(await rig.history());
  };

  const sideKeys = async (): Promise<string[]> => {
    await setScene(rig);
    const keys = await rig.client.keys(`${rig.side('')}*`);
    return keys.map((key) => key.slice(rig.side('').length)).toSorted();
  };

  it('are made anew from a lock that they do not know, which is told', async () => {
    rig.fresh();
    const { tokens } = (await rig.calls.claim('a', { resources: ['x'], ttlMs: 60_000, task: 't' })) as Granted;
    await rig.client.del(rig.side('lease'));
    assert.deepEqual(await rig.call('observe', ['x'], 'supervisor'), ['ours']);
    const told = JSON.parse((await rig.history()).at(-1)!.data) as Record<string, unknown>;
    const { kind, agent, resource, token, task, reason } = told;
    assert.deepEqual(
      { kind, agent, resource, token, task, reason },
      { kind: 'claim', agent: 'a', resource: 'x', token: String(tokens.get('x')), task: 't', reason: 'found' },
    );
  });

  it('may be deleted, each and all of them (invariants 2, 3)', async () => {
    const names = await sideKeys();
    assert.ok(names.length > 8, names.join(' '));
    for (const gone of [...names.map((name) => [name]), names]) {
      await setScene(rig);
      await rig.client.del(...gone.map((name) => rig.side(name)));
      await assertSound(`without ${gone.join(' ')}`);
    }
  });

  it('may hold rubbish (invariants 2, 4)', async () => {
    const rubbish = ['', 'a\nb', '../x', 'x'.repeat(2_000), '\u00ff', 'src/none.ts', '{"agent":1}'];
    const texts = [
      ...['', '{', '[]', 'null', '{}', '{"agent":"a"}', '{"agent":"a","resources":{}}'],
      '{"agent":"a","resources":[1,null,{},[]],"heard":1e300,"ttl":"x"}',
      '{"agent":"a","resources":["", "a\\nb"],"heard":9e15}',
      `{"agent":"${'x'.repeat(300)}","resources":["src/a.ts"],"heard":9e15}`,
      '{"holder":"z","token":"7","until":1e300}',
    ];
    for (const text of texts) {
      await setScene(rig);
      for (const name of rubbish) {
        await rig.client.zadd(rig.side('exp'), 0, name);
        await rig.client.zadd(rig.side('res'), 0, name);
        await rig.client.zadd(rig.side('queue'), 1, name);
        await rig.client.zadd(rig.side('queue'), 'inf', `${name}2`);
        await rig.client.set(rig.side(`waiter:${name}`), text);
        await rig.client.set(rig.side(`waiter:${name}2`), text);
        await rig.client.hset(rig.side('lease'), name, text);
        await rig.client.hset(rig.side('agents'), name, text);
        await rig.client.hset(rig.side('seen'), `denied\nstranger\nraw.ts`, text);
        await rig.client.sadd(rig.side('held:a'), name);
        await rig.client.hset(rig.key('agent:control'), name, text);
        await rig.client.hset(rig.key('agent:config'), 'history', text);
        await rig.client.zadd(rig.side('heard'), '-inf', name);
      }
      await rig.client.set(rig.side('token'), text);
      await assertSound(text);
      const page = await rig.calls.snapshot('0', 1_000);
      assert.ok(page.seq > 0);
    }
  });
});
