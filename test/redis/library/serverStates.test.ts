import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { openClient } from '../../../src/redis/client.ts';
import { Calls } from '../../../src/redis/library/calls.ts';
import { loadLibrary } from '../../../src/redis/library/load.ts';
import { UserError } from '../../../src/redis/userError.ts';
import { LibraryRig } from '../../support/libraryRig.ts';
import { make, sceneFor, setScene } from '../../support/libraryScene.ts';

/** What ends or prolongs something goes on where nothing new can be taken. */
const goesOn = new Set(['renew', 'release', 'release_all', 'cancel', 'reap']);

describe('a server that takes no writes (invariant 7)', () => {
  let rig: LibraryRig;
  before(async () => {
    rig = await LibraryRig.start({ movable: true, args: ['--repl-diskless-sync-delay', '0'] });
  });
  after(() => rig.dispose());
  afterEach(() => rig.client.config('SET', 'maxmemory', '0', 'min-replicas-to-write', '0', 'save', ''));

  const codeOf = (call: Promise<unknown>): Promise<string> =>
    call.then(
      () => 'fine',
      (error: unknown) => (error instanceof UserError ? error.reason.code : String(error)),
    );

  const config = (...settings: string[]): Promise<unknown> => rig.client.call('CONFIG', 'SET', ...settings);

  it('out of memory: refuses claims and states, which changes nothing; what ends or prolongs something works', async () => {
    const count = (await setScene(rig)).length;
    for (let index = 0; index < count; index++) {
      const good = await sceneFor(rig, index);
      await config('maxmemory', '1', 'maxmemory-policy', 'noeviction');
      if (goesOn.has(good.name)) await make(rig, good);
      else await rig.refuses(() => make(rig, good), /OOM/);
      await config('maxmemory', '0');
    }
    const [token] = await rig.hold('x', ['x.ts']);
    await config('maxmemory', '1');
    assert.equal(await codeOf(rig.calls.claim('y', { resources: ['y.ts'], ttlMs: 1_000 })), 'out-of-memory');
    assert.deepEqual(await rig.calls.renew('x', [['x.ts', token!]]), []);
    assert.deepEqual(await rig.calls.release('x', [['x.ts', token!]]), [true]);
    assert.equal((await rig.calls.snapshot('0', 10)).seq > 0, true, 'reading works');
  });

  it('too few replicas, or a failed save: refuses all that writes, which changes nothing', async () => {
    // A folder stands where the file would be.
    mkdirSync(path.join(rig.server.folder, 'dump.rdb'));
    await rig.client.bgsave();
    await rig.until('the save has failed', async () =>
      (await rig.client.info('persistence')).includes('rdb_last_bgsave_status:err'),
    );
    const states: [() => Promise<unknown>, RegExp][] = [
      [() => config('min-replicas-to-write', '1'), /NOREPLICAS/],
      [() => config('save', '3600 1'), /MISCONF/],
    ];
    const count = (await setScene(rig)).length;
    for (const [begin, message] of states) {
      for (let index = 0; index < count; index++) {
        const good = await sceneFor(rig, index);
        await begin();
        await rig.refuses(() => make(rig, good), message);
        await config('min-replicas-to-write', '0', 'save', '');
      }
    }
  });

  it('a replica: refuses all that writes, and answers what only reads', async () => {
    const calls = await setScene(rig);
    const ns = rig.ns;
    const replica = await LibraryRig.start({
      args: ['--replicaof', `127.0.0.1 ${String(rig.server.port)}`],
      load: false,
    });
    try {
      replica.ns = ns;
      await replica.until('the replica has it all', async () => {
        if (!(await replica.client.info('replication')).includes('master_link_status:up')) return false;
        return (await replica.client.get(replica.key('agent:seq'))) === (await rig.client.get(rig.key('agent:seq')));
      });
      for (const good of calls) await replica.refuses(() => make(replica, good), /READONLY/);
      const reader = new Calls(replica.client, ns, () => Promise.reject(new Error('it is there')));
      assert.equal(await codeOf(reader.claim('a', { resources: ['n.ts'], ttlMs: 1 })), 'read-only');
      const page = await reader.snapshot('0', 100);
      assert.deepEqual(page.items, (await rig.calls.snapshot('0', 100)).items);
      assert.equal((await loadLibrary(replica.client)).changed, false);
      const bare = await openClient({ url: replica.server.url, namespaces: [''] });
      await rig.client.call('FUNCTION', 'FLUSH');
      await replica.until('the library has gone', async () => (await codeOf(reader.snapshot('0', 1))) !== 'fine');
      assert.equal(await codeOf(loadLibrary(bare)), 'read-only');
      bare.disconnect();
    } finally {
      await replica.dispose();
    }
  });
});
