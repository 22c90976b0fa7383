import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { loadLibrary } from '../../../src/redis/library/load.ts';
import { seqKey, stateHash } from '../../../src/protocol/names.ts';
import { assertConsecutive, LibraryRig } from '../../support/libraryRig.ts';

describe('what a server loses', () => {
  it('by FLUSHALL: tokens go on growing, epochs stay good, numbers begin anew (invariants 1, 2, 3)', async () => {
    const rig = await LibraryRig.start();
    try {
      rig.fresh();
      const { epoch } = await rig.calls.hello('a');
      await rig.calls.publish('a', epoch, '{"ver":41}');
      const [token] = await rig.hold('a', ['x']);
      await rig.calls.claim('b', { resources: ['x'], ttlMs: 60_000, waitId: 'w' });
      await rig.client.flushall();
      assert.deepEqual(await rig.calls.renew('a', [['x', token!]]), ['x'], 'the holder learns it');
      assert.deepEqual(await rig.calls.publish('a', epoch, '{"ver":42}'), { kind: 'accepted', seq: 1 });
      const [next] = await rig.hold('b', ['x']);
      assert.ok(next! > token!);
      assert.deepEqual(await rig.calls.release('a', [['x', token!]]), [false]);
      assert.ok((await rig.calls.hello('a')).epoch > epoch);
      assert.equal(
        (await rig.calls.publish('a', epoch, '{"ver":43}')).kind,
        'accepted',
        'no state of the new epoch yet',
      );
      assertConsecutive(await rig.history());
    } finally {
      await rig.dispose();
    }
  });

  it('by a replica that is promoted without the tail: tokens and epochs go on growing (invariants 1, 2)', async () => {
    const primary = await LibraryRig.start({ args: ['--repl-diskless-sync-delay', '0'] });
    const address = `127.0.0.1 ${String(primary.server.port)}`;
    const replica = await LibraryRig.start({ args: ['--replicaof', address], load: false });
    try {
      replica.ns = primary.fresh();
      const { epoch } = await primary.calls.hello('a');
      await primary.calls.publish('a', epoch, '{"ver":1}');
      const [kept] = await primary.hold('a', ['kept']);
      await replica.until(
        'the replica has it all',
        async () => (await replica.client.get(replica.key(seqKey))) === '3',
      );
      await replica.client.call('REPLICAOF', 'NO', 'ONE');
      // What the primary accepts from here on has reached nobody.
      const [lost] = await primary.hold('a', ['tail']);
      const again = await primary.calls.hello('a');
      await primary.calls.publish('a', again.epoch, '{"ver":1}');
      const before = await primary.history();

      assert.deepEqual(await replica.calls.renew('a', [['kept', kept!]]), [], 'what it had it still has');
      assert.deepEqual(
        await replica.calls.renew('a', [['tail', lost!]]),
        ['tail'],
        'what it never had is lost, and said',
      );
      const [token] = await replica.hold('b', ['tail']);
      assert.ok(token! > lost!, 'no holder of the lost one can pass for the new one');
      assert.equal((await replica.calls.publish('a', again.epoch, '{"ver":2}')).kind, 'accepted', 'its epoch is good');
      assert.ok((await replica.calls.hello('a')).epoch > again.epoch);
      const after = await replica.history();
      assertConsecutive(after);
      // Numbers and ids may come again with other contents; the times tell them apart.
      const told = new Map(before.map(({ id, at }) => [id, at]));
      const reused = after.filter(({ id, at }) => told.has(id) && told.get(id) !== at);
      assert.ok(reused.length > 0);
      assert.equal((await loadLibrary(replica.client)).changed, false, 'the library came with the data');
    } finally {
      await Promise.all([primary.dispose(), replica.dispose()]);
    }
  });

  it('by being killed: with an append-only file the history has no holes, and tokens go on growing (invariants 2, 3)', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'signalbox-library-'));
    const args = ['--appendonly', 'yes', '--appendfsync', 'everysec'];
    let rig = await LibraryRig.start({ args, folder });
    const ns = rig.fresh();
    let highest = 0;
    try {
      for (let round = 0; round < 3; round++) {
        rig.ns = ns;
        const { epoch } = await rig.calls.hello('a');
        assert.ok(epoch > highest);
        highest = epoch;
        let isUp = true;
        rig.client.once('close', () => (isUp = false));
        const exited = new Promise<void>((resolve) => rig.server.onExit(resolve));
        let acknowledged = 0;
        const busy = async (_: unknown, worker: number): Promise<void> => {
          try {
            for (let i = 0; isUp; i++) {
              const resource = `${String(worker)}/${String(i % 5)}`;
              const reply = await rig.call('claim', [resource], `a${String(worker)}`, 60_000, '', '');
              highest = Math.max(highest, Number(reply[4]));
              await rig.call('release', [resource], `a${String(worker)}`, reply[4]!);
              await rig.call('publish', [], `a${String(worker)}`, epoch, '', `{"ver":${String(acknowledged++)}}`);
              if (acknowledged === 400) process.kill(rig.server.pid, 'SIGKILL');
            }
          } catch {
            // The server has gone.
          }
        };
        void Promise.all(Array.from({ length: 8 }, busy));
        await exited;
        rig.client.disconnect();
        const port = rig.server.port;
        await rig.dispose();
        rig = await LibraryRig.start({ args, folder, port, load: false });
        rig.ns = ns;
        const entries = await rig.history();
        assertConsecutive(entries);
        assert.equal(
          await rig.client.get(rig.key(seqKey)),
          entries.at(-1)!.seq,
          'number and history were written as one',
        );
        for (const { agent, data } of entries.filter(({ kind }) => kind === 'state').slice(-5)) {
          const stored = JSON.parse((await rig.client.hget(rig.key(stateHash), agent)) ?? '') as { seq: number };
          assert.ok(stored.seq >= (JSON.parse(data) as { seq: number }).seq);
        }
        const [token] = await rig.hold('after', [`after-${String(round)}`]);
        assert.ok(token! > highest, 'also of what was lost with the last second');
        assert.equal((await loadLibrary(rig.client)).changed, false, 'functions are in the file too');
        highest = token!;
      }
    } finally {
      await rig.dispose();
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
