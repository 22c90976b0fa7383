import assert from 'node:assert/strict';
import { assertConsecutive, LibraryRig } from '../../support/libraryRig.ts';

describe('raw locks and level 1', () => {
  let rig: LibraryRig;
  before(async () => {
    rig = await LibraryRig.start({ movable: true });
  });
  beforeEach(() => void rig.fresh());
  after(() => rig.dispose());

  const claim = (agent: string, ...resources: string[]): Promise<string[]> =>
    rig.call('claim', resources, agent, 60_000, '', '');

  it('stand in each other’s way, whatever is at the key (invariant 2)', async () => {
    const key = rig.lock('src/a.ts');
    const put: Record<string, () => Promise<unknown>> = {
      'agent-7': () => rig.client.set(key, 'agent-7'),
      '': () => rig.client.set(key, ''),
      '\u0000\n\u001b[2J': () => rig.client.set(key, '\u0000\n\u001b[2J'),
      ['x'.repeat(100_000)]: () => rig.client.set(key, 'x'.repeat(100_000)),
      'bytes that are no UTF-8': () => rig.client.set(key, Buffer.from([0xff, 0xfe])),
      'a number': () => rig.client.incr(key),
      list: () => rig.client.rpush(key, 'x'),
      hash: () => rig.client.hset(key, 'holder', 'a', 'token', '1'),
      set: () => rig.client.sadd(key, 'x'),
      zset: () => rig.client.zadd(key, 1, 'x'),
      stream: () => rig.client.xadd(key, '*', 'f', 'v'),
    };
    for (const [name, make] of Object.entries(put)) {
      await rig.client.del(key);
      await make();
      const reply = await claim('a', 'src/a.ts');
      assert.deepEqual([reply[0], reply[2], reply[5], reply[6]], ['DENIED', 'src/a.ts', '-1', 'raw'], name);
      assert.doesNotMatch(reply[3]!, /\p{Cc}/u, 'a name that can be shown');
      assert.ok(Buffer.byteLength(reply[3]!) <= 128 * 3);
    }
    await rig.client.del(key);
    assert.equal((await claim('a', 'src/a.ts'))[0], 'OK');
    for (const command of ['SETNX', 'HSETNX']) {
      const args = command === 'SETNX' ? ['agent-7'] : ['f', 'v'];
      const outcome = await rig.client.call(command, key, ...args).catch((error: unknown) => String(error));
      assert.match(String(outcome), /^0$|WRONGTYPE/);
    }
    assertConsecutive(await rig.history());
  });

  it('are told apart by what the library has written: a text that only looks like ours is raw (invariant 2)', async () => {
    const future = String(Date.now() * 1_000 + 1e15);
    const texts = [
      '{}',
      '{"holder":"a"}',
      '{"holder":"a","token":""}',
      '{"holder":"a","token":5}',
      '{"holder":"a","token":"-5"}',
      '{"holder":"a","token":"5.5"}',
      '{"holder":"","token":"5"}',
      '{"holder":["a"],"token":"5"}',
      `{"holder":"${'x'.repeat(129)}","token":"5"}`,
      `{"holder":"a","token":"${future}"}`,
      '{"holder":"a","token":"99999999999999999999"}',
      '{"holder":"a","token":"5"',
      '[{"holder":"a","token":"5"}]',
      `{"holder":"a","token":"5","back":${'{"back":'.repeat(2_000)}1${'}'.repeat(2_000)}}`,
    ];
    for (const text of texts) {
      await rig.client.set(rig.lock('x'), text, 'PX', 60_000);
      const reply = await claim('b', 'x');
      assert.equal(reply[0], 'DENIED', text);
      assert.equal((await claim('a', 'x'))[0], 'DENIED', text);
      assert.equal((await rig.call('renew', ['x'], 'a', '5'))[1], '0');
      assert.equal((await rig.call('release', ['x'], 'a', '5'))[0], 'gone');
    }
  });

  it('of which one is forged well do not make the library fail, and end at the latest after a day (invariants 4, 9)', async () => {
    const numbers = ['"x"', 'null', '{}', '[]', '-1', '0', '1e300', '-1e300', '"1e999"', 'true', '1.5'];
    for (const number of numbers) {
      const text = `{"holder":"a","token":"5","task":7,"since":${number},"until":${number},"ttl":${number},"was":${number},"back":{"holder":"b","token":"4","until":${number},"ttl":${number}}}`;
      for (const [name, args] of [
        ['observe', ['s']],
        ['claim', ['c', '1000', '', '']],
        ['claim', ['a', '1000', '', '']],
        ['claim', ['a/1', '1000', '', '']],
        ['renew', ['a', '5']],
        ['release', ['a', '5']],
        ['transfer', ['s', 'c', '5', '1000', '']],
      ] as const) {
        await rig.client.set(rig.lock('x'), text, 'PX', 60_000);
        await rig.call(name, ['x'], ...args);
        await rig.call('reap', [], 10);
        const page = await rig.calls.snapshot('0', 100);
        for (const [, , json] of page.items) JSON.parse(json);
        const until = (JSON.parse((await rig.lockText('x')) ?? '{}') as { until?: unknown }).until;
        if ((await rig.lockText('x')) !== text && typeof until === 'number') {
          assert.ok(until < Date.now() + 10 * 86_400_000, `${name} ${number}: ${String(until)}`);
        }
      }
    }
    assertConsecutive(await rig.history());
  });

  it('at names of our own keys are raw locks and nothing else', async () => {
    for (const resource of ['signalbox:res', 'signalbox:token', 'agent:seq', 'lock:x', 'x/signalbox:res']) {
      await rig.client.set(rig.lock(resource), 'agent-7');
      const reply = await claim('a', resource);
      assert.deepEqual([reply[0], reply[6]], ['DENIED', 'raw']);
      await rig.client.del(rig.lock(resource));
      assert.equal((await claim('a', resource))[0], 'OK');
    }
    assert.equal((await claim('b', 'src/')).at(0), 'OK');
  });

  it('that overrule a lease are noticed by its holder at the next call, and told (invariant 2)', async () => {
    const ways: Record<string, (key: string) => Promise<unknown>> = {
      SET: (key) => rig.client.set(key, 'agent-7'),
      DEL: (key) => rig.client.del(key),
      PEXPIRE: (key) => rig.client.pexpire(key, 0),
      RENAME: (key) => rig.client.rename(key, `${key}.away`),
      'another type': async (key) => {
        await rig.client.del(key);
        await rig.client.rpush(key, 'x');
      },
    };
    for (const [name, overrule] of Object.entries(ways)) {
      rig.fresh();
      const [one, two] = await rig.hold('a', ['one', 'two']);
      await overrule(rig.lock('one'));
      assert.deepEqual(await rig.call('renew', ['one', 'two'], 'a', one!, two!), ['OK', '1', 'one'], name);
      assert.deepEqual(await rig.call('renew', ['one', 'two'], 'a', one!, two!), ['OK', '1', 'one'], name);
      const told = await rig.told();
      assert.equal(told.filter((line) => line === 'release a one').length, 1, told.join('; '));
      const overwritten = name === 'SET' || name === 'another type';
      assert.equal(told.filter((line) => line.startsWith('unclaimed')).length, overwritten ? 1 : 0, told.join('; '));
      assert.deepEqual(await rig.call('release', ['one'], 'a', one!), ['gone']);
      assert.deepEqual(await rig.call('release_all', [], 'a'), ['two']);
    }
  });

  it('below a folder that is held are told once, and known to whoever claims a folder above (invariant 2)', async () => {
    await rig.hold('a', ['src/']);
    await rig.client.set(rig.lock('src/a.ts'), 'agent-7');
    assert.deepEqual(await rig.call('observe', ['src/a.ts'], 's'), ['raw']);
    assert.deepEqual(await rig.call('observe', ['src/a.ts'], 's'), ['raw']);
    const told = (await rig.history()).filter(({ kind }) => kind === 'unclaimed');
    assert.equal(told.length, 1);
    assert.match(told[0]!.data, /"detail":"raw-under-folder"/);
    await rig.call('release_all', [], 'a');
    assert.deepEqual((await claim('b', './')).slice(0, 4), ['DENIED', './', 'src/a.ts', 'agent-7']);
    await rig.client.del(rig.lock('src/a.ts'));
    assert.equal((await claim('b', './'))[0], 'OK');
  });

  it('can be broken and handed over by a person (invariant 2)', async () => {
    await rig.client.set(rig.lock('x'), 'agent-7');
    const nobody = ['', '', '', '', ''];
    const early = await rig.call('transfer', ['x'], 'person', 'b', '5', 1_000, '');
    assert.deepEqual(early, ['CHANGED', 'agent-7', '', ...nobody]);
    const [word, token] = await rig.call('transfer', ['x'], 'person', 'b', '', 60_000, 'mine');
    assert.equal(word, 'OK');
    assert.deepEqual(await rig.lease('x'), { holder: 'b', token: Number(token) });
    await rig.client.rpush(rig.lock('y'), 'x');
    assert.deepEqual(await rig.call('transfer', ['y'], 'person', '', '', 0, ''), ['OK', '0']);
    assert.equal(await rig.lockText('y'), null);
    const [changed, holder, none, by, kind, to] = await rig.call('transfer', ['y'], 'ada', '', '', 0, '');
    assert.deepEqual([changed, holder, none, by, kind, to], ['CHANGED', '', '', 'person', 'break', '']);
  });
});
