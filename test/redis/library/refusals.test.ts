import assert from 'node:assert/strict';
import { limits, seqKey } from '../../../src/protocol/names.ts';
import { LibraryRig } from '../../support/libraryRig.ts';
import { make, sceneFor, setScene, type GoodCall } from '../../support/libraryScene.ts';

const refusal = /ERR signalbox: /;

const badNames = ['', 'x'.repeat(limits.agentName + 1), 'a\nb', 'a\u0000', '\u007f'];
const badNumbers = ['', 'x', '-1', '+1', '1.5', '1e3', '0x10', ' 1', '1 ', '9'.repeat(17), '9007199254740993'];
const badTtls = [...badNumbers, '0', String(limits.ttl + 1)];
const badResources = [
  '',
  '/abs',
  '/',
  '//',
  'a//b',
  'a//',
  './a',
  './a/',
  './src/a.ts',
  'a/./b',
  'a/.',
  '.',
  '..',
  '../a',
  'a/..',
  'a/../b',
  './/',
  './..',
  './git:x/y',
  'a\nb',
  'a\u0000b',
  'x'.repeat(limits.resource + 1),
];
const goodResources = [
  'a',
  '...',
  '.a',
  'a.',
  '..a',
  'a/',
  './',
  './git:x',
  'git:x',
  'port:3000',
  'é',
  'a b',
  'x:/..',
  'ß:x',
];

/** What is wrong for the argument at each place of a call; an empty text may be meant for the argument that is left out. */
const wrongArguments: Record<string, readonly (readonly string[])[]> = {
  hello: [badNames, ['x'.repeat(limits.agentName + 1)], ['x'.repeat(limits.agentName + 1)], ['1'.repeat(40)]],
  publish: [badNames, badNumbers.slice(1), badNumbers.slice(1), ['', 'x', '[]']],
  claim: [badNames, badTtls, ['x'.repeat(513)], badNames.slice(1)],
  renew: [badNames, badNumbers, badNumbers],
  release: [badNames, badNumbers],
  release_all: [badNames],
  cancel: [badNames, badNames],
  transfer: [badNames, badNames.slice(1), badNumbers.slice(1), [], ['x'.repeat(1_025)]],
  send: [badNames, badNames, badNames, ['', 'x'.repeat(limits.message + 1)]],
  inbox: [badNames, ['x', '1', '-1', '1-', '1-1-1', '1-x', '9'.repeat(30)], [...badNumbers, '101']],
  control: [badNames, badNames, ['', 'stop', 'PAUSE'], ['x'.repeat(1_025)]],
  event: [
    badNames,
    ['', 'Claim', 'claim', 'state', 'denied', '-a', 'a b', 'a1', 'x'.repeat(33)],
    ['x'.repeat(limits.resource + 1)],
    ['x'.repeat(1_025)],
  ],
  observe: [badNames],
  reap: [[...badNumbers, '1001']],
};

describe('a call with arguments that are wrong (invariant 7)', () => {
  let rig: LibraryRig;
  let calls: GoodCall[];
  before(async () => {
    rig = await LibraryRig.start({ movable: true });
    calls = await setScene(rig);
  });
  after(() => rig.dispose());

  const refused = (name: string, resources: readonly string[], args: readonly string[]): Promise<void> =>
    rig
      .refuses(() => rig.call(name, resources, ...args), refusal)
      .catch((error: unknown) => {
        throw new Error(`${name} [${resources.join(' ')}] ${JSON.stringify(args)}`, { cause: error });
      });

  it('is refused, and changes nothing: their number', async () => {
    for (const { name, resources, args, optional = 0 } of calls) {
      for (let length = 0; length < args.length - optional; length++) {
        await refused(name, resources, args.slice(0, length));
      }
      await refused(name, resources, [...args, '1']);
    }
    await refused('snapshot', [], ['0']);
    await refused('snapshot', [], ['0', '10', '1']);
  });

  it('is refused, and changes nothing: their kind', async () => {
    for (const { name, resources, args } of calls) {
      const wrong = wrongArguments[name]!;
      for (let i = 0; i < args.length; i++) {
        for (const bad of wrong[i] ?? []) await refused(name, resources, args.with(i, bad));
      }
    }
    for (const ttl of badTtls) await refused('transfer', ['docs/'], ['b', 'c', '1', ttl, '']);
    for (const cursor of ['', 'x', 's', '-1', 's-1', 'z0', '1']) await refused('snapshot', [], [cursor, '10']);
    for (const count of [...badNumbers, '1001']) await refused('snapshot', [], ['0', count]);
  });

  it('is refused, and changes nothing: the keys', async () => {
    for (const { name, resources, args } of calls) {
      if (resources.length === 0) continue;
      const tokens = name === 'renew' || name === 'release';
      for (const bad of badResources) {
        await refused(name, [bad], tokens ? ['a', '1'] : args);
        if (name !== 'transfer') await refused(name, ['fine.ts', bad], tokens ? ['a', '1', '1'] : args);
      }
      await refused(name, [], tokens ? ['a'] : args);
      const most = tokens ? 1_000 : name === 'transfer' ? 1 : limits.resourcesPerCall;
      const many = Array.from({ length: most + 1 }, (_, i) => `many/${String(i)}`);
      await refused(name, many, tokens ? ['a', ...many.map(() => '1')] : args);
    }
    const raw = (keys: string[], ...args: string[]): Promise<unknown> =>
      rig.client.call('FCALL', 'signalbox_claim', keys.length, ...keys, ...args);
    const seq = rig.key(seqKey);
    for (const keys of [
      [],
      ['x'],
      [seq, 'lock:a'],
      [seq, `${rig.ns}a`],
      [rig.lock('a'), seq],
      [`${seq}x`, rig.lock('a')],
    ]) {
      await rig.refuses(() => raw(keys, 'a', '1000', '', ''), refusal);
    }
  });

  it('does not refuse what only looks strange', async () => {
    rig.fresh();
    for (const resource of goodResources) {
      const [word] = await rig.call('claim', [resource], 'strange', 1_000, '', '');
      assert.equal(word, 'OK', resource);
      await rig.call('release_all', [], 'strange');
    }
    assert.equal(
      (await rig.call('claim', ['x'.repeat(limits.resource)], 'x'.repeat(limits.agentName), 1, '', ''))[0],
      'OK',
    );
    assert.deepEqual(await rig.call('release_all', [], 'nobody'), []);
  });
});

describe('a call that meets a key of another type (invariant 7)', () => {
  let rig: LibraryRig;
  before(async () => {
    rig = await LibraryRig.start({ movable: true });
  });
  after(() => rig.dispose());

  it('is refused, names the key, and changes nothing; or does without it', async () => {
    const count = (await setScene(rig)).length;
    let refused = 0;
    for (let index = 0; index < count; index++) {
      const first = await sceneFor(rig, index);
      const ns = rig.ns;
      await make(rig, first);
      const touched = (await rig.client.keys(`${ns}*`)).map((key) => key.slice(ns.length));
      for (const name of touched.filter((key) => !key.startsWith('lock:'))) {
        const good = await sceneFor(rig, index);
        const key = rig.key(name);
        const type = await rig.client.type(key);
        await rig.client.del(key);
        if (type === 'list') await rig.client.hset(key, 'not', 'a list');
        else await rig.client.rpush(key, 'only a list');
        const before = await rig.contents();
        const failure = await make(rig, good).then(
          () => null,
          (error: unknown) => String(error),
        );
        if (failure === null) continue;
        refused++;
        assert.match(failure, /ERR signalbox: .* another type|ERR signalbox: .* should be a/, good.name);
        assert.ok(failure.includes(key), failure);
        assert.deepEqual(await rig.contents(), before, `${good.name} with ${name}`);
      }
    }
    assert.ok(refused > count, 'it was about something');
  });
});
