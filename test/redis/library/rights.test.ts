import assert from 'node:assert/strict';
import type { Redis } from '../../../src/redis/client.ts';
import { LibraryRig } from '../../support/libraryRig.ts';
import { make, sceneFor, setScene, type GoodCall } from '../../support/libraryScene.ts';

/** What is looked at beside the locks that there are. */
const looked = [
  'src/a.ts',
  'src/b.ts',
  'late.ts',
  'over.ts',
  'new.ts',
  'src/',
  'docs/',
  'docs/x.md',
  'lib/',
  './',
  'x.ts',
];

/** An error that names what is missing: ours, or the server's own for a key of the call. */
const denial = /NOPERM|lacks a right|permission|can't run this command/i;

describe('a call of a user who may not do all of it (invariant 7)', () => {
  let rig: LibraryRig;
  let user: Redis;
  let count: number;
  before(async () => {
    rig = await LibraryRig.start({ movable: true });
    await rig.client.call('ACL', 'SETUSER', 'agent', 'on', '>secret', 'allcommands', 'allkeys', 'allchannels');
    user = await rig.open({ username: 'agent', password: 'secret' });
    count = (await setScene(rig)).length;
  });
  after(() => rig.dispose());

  const allow = (...rules: string[]): Promise<unknown> =>
    rig.client.call('ACL', 'SETUSER', 'agent', 'allcommands', 'allkeys', 'allchannels', ...rules);

  let scene: { index: number; good: GoodCall; before: Map<string, string> } | null = null;

  const freshScene = (index: number): Promise<GoodCall> => {
    scene = null;
    return sceneFor(rig, index);
  };

  /** Makes the call without a right: it fails, says why, and changes nothing; or it can do without. */
  const isRefused = async (index: number, rules: () => string[], named: string): Promise<boolean> => {
    if (scene?.index !== index) scene = { index, good: await sceneFor(rig, index), before: await rig.contents() };
    const { good, before } = scene;
    await allow(...rules());
    const failure = await make(rig, good, user).then(
      () => null,
      (error: unknown) => String(error),
    );
    await allow();
    if (failure === null) {
      scene = null;
      return false;
    }
    assert.match(failure, denial, good.name);
    assert.ok(failure.includes(named), `${good.name} without ${named}: ${failure}`);
    assert.deepEqual(await rig.contents(), before, `${good.name} without ${named} changed something`);
    // Nothing has changed, so the next call finds the same scene.
    return true;
  };

  const commandsOf = async (index: number): Promise<string[]> => {
    const good = await freshScene(index);
    await rig.client.config('RESETSTAT');
    await make(rig, good, user);
    const stats = await rig.client.info('commandstats');
    const names = [...stats.matchAll(/^cmdstat_([a-z|]+):/gm)].map(([, name = '']) => name);
    return names.filter((name) => !/^(fcall|config|info)/.test(name));
  };

  it('fails with the right’s name, and changes nothing: each command that it runs', async function () {
    this.timeout(60_000);
    for (let index = 0; index < count; index++) {
      for (const command of await commandsOf(index)) {
        const [name = ''] = command.split('|');
        const refused = await isRefused(index, () => [`-${name}`], name);
        assert.ok(refused, `${name} was run without the right to`);
      }
    }
  });

  it('fails with the key’s name, and changes nothing: each key that it reads or writes', async function () {
    this.timeout(60_000);
    let refused = 0;
    for (let index = 0; index < count; index++) {
      const good = await freshScene(index);
      const ns = rig.ns;
      const before = await rig.client.keys(`${ns}*`);
      await make(rig, good);
      const after = await rig.client.keys(`${ns}*`);
      // Each may be a file or the folder of the same name.
      const locks = looked.flatMap((resource) => [
        resource,
        resource.replace(/\/?$/, ''),
        resource.replace(/\/?$/, '/'),
      ]);
      const seen = [...before, ...after].filter((key) => key.startsWith(rig.lock('')));
      locks.push(...seen.map((key) => `${key.slice(rig.lock('').length).replace(/\/$/, '')}/`));
      const all = [...new Set([...before, ...after, ...locks.map((resource) => rig.lock(resource))])].map((key) =>
        key.slice(ns.length),
      );
      for (const name of all) {
        const others = (how: string): string[] => [
          'resetkeys',
          ...all.filter((other) => other !== name).map((other) => `~${rig.key(other)}`),
          ...(how === '' ? [] : [`${how}~${rig.key(name)}`]),
        ];
        const named = name.startsWith('lock:') ? '' : name;
        if (await isRefused(index, () => others(''), name === 'agent:seq' ? '' : named)) refused++;
        if (await isRefused(index, () => others('%R'), '')) refused++;
      }
    }
    assert.ok(refused > 10 * count, String(refused));
  });

  it('fails with the channel’s name, and changes nothing: each channel that it tells', async () => {
    let refused = 0;
    const channels = ['agent:events', 'agent:state:sync', 'agent:control'];
    for (let index = 0; index < count; index++) {
      for (const name of channels) {
        const others = (): string[] => [
          'resetchannels',
          ...channels.filter((other) => other !== name).map((other) => `&${rig.key(other)}`),
        ];
        if (await isRefused(index, others, 'publish')) refused++;
      }
    }
    assert.ok(refused >= count - 2, String(refused));
  });
});
