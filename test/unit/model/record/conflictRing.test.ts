import assert from 'node:assert/strict';
import fc from 'fast-check';
import * as v from 'valibot';
import { ConflictRing } from '../../../../src/model/record/conflictRing.ts';
import { keyOf } from '../../../../src/model/sorting.ts';
import { conflictKinds, hotFile } from '../../../../src/protocol/panel/picture.ts';

describe('the ring of conflicts', () => {
  it('says what was clashed over most often, by whom and how', () => {
    const ring = new ConflictRing();
    ring.add(1, 'denied', '', 'a.ts', ['x', 'y']);
    ring.add(2, 'denied', '', 'b.ts', ['x', 'y']);
    ring.add(3, 'unclaimed', '', 'b.ts', ['z']);
    ring.add(3, 'denied', 'other:', 'b.ts', ['x']);
    assert.deepEqual(
      ring.hot(0, null).map(({ ns, resource, count, agents }) => [ns, resource, count, agents.toSorted()]),
      [
        ['', 'b.ts', 2, ['x', 'y', 'z']],
        ['', 'a.ts', 1, ['x', 'y']],
        ['other:', 'b.ts', 1, ['x']],
      ],
    );
    assert.deepEqual(ring.hot(0, null)[0]!.byKind, [0, 0, 0, 0, 1, 1, 0]);
    assert.deepEqual(
      ring.hot(2, keyOf('', 'y')).map(({ resource, count }) => [resource, count]),
      [['b.ts', 1]],
    );
  });

  it('is as a plain count over the newest of them, within its bounds', () => {
    const clashes = fc.array(
      fc.record({
        kind: fc.constantFrom(...conflictKinds),
        resource: fc.nat(30).map((n) => `${n}`.repeat(20)),
        agent: fc.nat(12).map(String),
      }),
      { minLength: 80, maxLength: 200 },
    );
    fc.assert(
      fc.property(clashes, fc.nat(200), (all, since) => {
        const ring = new ConflictRing({ clashes: 50, units: 100_000 });
        all.forEach(({ kind, resource, agent }, at) => ring.add(at, kind, '', resource, [agent]));
        const kept = all.map((each, at) => ({ ...each, at })).slice(-50);
        assert.equal(ring.kept, kept.length);
        const counts = new Map<string, number>();
        for (const { resource, at } of kept) if (at >= since) counts.set(resource, (counts.get(resource) ?? 0) + 1);
        const hot = ring.hot(since, null);
        assert.equal(hot.length, Math.min(20, counts.size));
        hot.forEach((file, i) => {
          assert.ok(v.is(hotFile, file));
          assert.equal(file.count, counts.get(file.resource));
          assert.equal(
            file.byKind.reduce((sum, each) => sum + each, 0),
            file.count,
          );
          assert.ok(i === 0 || file.count <= hot[i - 1]!.count);
        });
      }),
    );
  });

  it('is bounded by the length of names as well, and gives what the page takes of long ones', () => {
    const ring = new ConflictRing({ clashes: 20_000, units: 10_000 });
    for (let i = 0; i < 3_000; i++)
      ring.add(i, 'denied', 'n'.repeat(300), `${i}`.padEnd(1_024, '.'), ['a'.repeat(16_384)]);
    assert.equal(ring.kept, 9);
    ring.add(9_999, 'denied', '', 'y'.repeat(20_000), []);
    assert.ok(ring.hot(0, null).every((file) => v.is(hotFile, file)));
  });

  it('forgets the future when the clock was set back', () => {
    const ring = new ConflictRing();
    for (let i = 0; i < 10; i++) ring.add(i, 'denied', '', 'a', []);
    ring.setBack(4);
    assert.deepEqual([ring.kept, ring.hot(0, null)[0]!.count], [4, 4]);
  });
});
