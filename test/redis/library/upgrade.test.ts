import assert from 'node:assert/strict';
import { openClient, type Redis } from '../../../src/redis/client.ts';
import { Calls } from '../../../src/redis/library/calls.ts';
import { installedVersion, loadLibrary, versionIn } from '../../../src/redis/library/load.ts';
import { source } from '../../../src/redis/library/source.ts';
import { UserError } from '../../../src/redis/userError.ts';
import { assertConsecutive, LibraryRig } from '../../support/libraryRig.ts';

const withVersion = (version: string): string =>
  source.replace(/^local VERSION = '.*'$/m, `local VERSION = '${version}'`);

describe('an upgrade of the library', () => {
  let rig: LibraryRig;
  beforeEach(async () => {
    rig = await LibraryRig.start({ load: false });
    rig.fresh();
  });
  afterEach(() => rig.dispose());

  it('under load makes no call fail, and the newest of all that are loaded at once wins', async () => {
    const loaders = await Promise.all(Array.from({ length: 5 }, () => rig.open()));
    const callers = await Promise.all(Array.from({ length: 4 }, () => rig.open()));
    await loadLibrary(loaders[0]!, withVersion('0.0.1'));
    let isDone = false;
    let made = 0;
    const busy = callers.map(async (client, n) => {
      const calls = new Calls(client, rig.ns, () => Promise.reject(new Error('there was a moment without a library')));
      for (let i = 0; !isDone; i++) {
        const reply = await calls.claim(`a${String(n)}`, {
          resources: [`${String(n)}/${String(i % 7)}`],
          ttlMs: 60_000,
        });
        assert.equal(reply.kind, 'granted');
        assert.equal((await calls.publish(`a${String(n)}`, 0, `{"ver":${String(i)}}`)).kind, 'accepted');
        made += 2;
      }
    });
    // A loader may be told that the others do not let it come to its turn; then one of them has loaded something.
    const versions = ['0.1.0', '0.10.0', '0.9.9', '0.2.0', '0.10.0'];
    for (let round = 0; round < 6; round++) {
      const from = made;
      const numbers = versions.map((version) => `${String(round)}${version.slice(1)}`);
      const loaded = await Promise.all(loaders.map((client, i) => loadLibrary(client, withVersion(numbers[i]!))));
      assert.equal(await installedVersion(rig.client), `${String(round)}.10.0`);
      for (const [i, { version }] of loaded.entries())
        assert.ok(Number(version.split('.')[1]) >= Number(numbers[i]!.split('.')[1]));
      await rig.until('calls were made meanwhile', () => Promise.resolve(made > from + 50));
    }
    isDone = true;
    await Promise.all(busy);
    assertConsecutive(await rig.history());
  });

  it('leaves a newer one alone, and mends one that was deleted or broken off', async () => {
    assert.deepEqual(await loadLibrary(rig.client, withVersion('2.0.0')), { version: '2.0.0', changed: true });
    assert.deepEqual(await loadLibrary(rig.client, withVersion('1.9.9')), { version: '2.0.0', changed: false });
    await rig.client.call('FUNCTION', 'FLUSH');
    assert.deepEqual(await loadLibrary(rig.client, withVersion('1.9.9')), { version: '1.9.9', changed: true });
    await rig.client.set('signalbox:library', '9.9.9');
    assert.deepEqual(await loadLibrary(rig.client, withVersion('2.0.0')), { version: '2.0.0', changed: true });
    await assert.rejects(loadLibrary(rig.client, withVersion('3.0.0').replace('local function', 'lokal function')));
    assert.equal(await installedVersion(rig.client), '2.0.0', 'a text that does not compile changes nothing');
    assert.equal(await rig.client.exists('signalbox:library'), 1);
  });

  it('comes with the first call that misses it, once for all', async () => {
    const { version } = await loadLibrary(rig.client);
    assert.equal(version, versionIn(source));
    await rig.client.call('FUNCTION', 'FLUSH');
    const clients = await Promise.all(
      Array.from({ length: 6 }, () => openClient({ url: rig.server.url, namespaces: [''] })),
    );
    const claims = clients.map((client, i) =>
      new Calls(client, rig.ns, () => loadLibrary(client)).claim(`a${String(i)}`, { resources: ['x'], ttlMs: 60_000 }),
    );
    const replies = await Promise.all(claims);
    assert.deepEqual(replies.map(({ kind }) => kind).toSorted(), [
      'denied',
      'denied',
      'denied',
      'denied',
      'denied',
      'granted',
    ]);
    for (const client of clients) client.disconnect();
  });

  it('that may not be made is said, with what is missing', async () => {
    await rig.client.call('ACL', 'SETUSER', 'agent', 'on', '>secret', '+@all', '-function', '~*', '&*');
    const client: Redis = await rig.open({ username: 'agent', password: 'secret' });
    const calls = new Calls(client, rig.ns, () => loadLibrary(client));
    await assert.rejects(calls.hello('a'), (error: unknown) => {
      assert.ok(error instanceof UserError);
      return error.reason.code === 'not-allowed' || error.reason.code === 'library-missing';
    });
  });
});
