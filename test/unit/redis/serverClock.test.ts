import assert from 'node:assert/strict';
import fc from 'fast-check';
import { ServerClock } from '../../../src/redis/serverClock.ts';

const near = (actual: number | undefined, expected: number): void =>
  assert.ok(actual !== undefined && Math.abs(actual - expected) < 0.003, `${actual} is not ${expected}`);

describe('the clock of a server', () => {
  it('is not known before it was asked', () => {
    assert.equal(new ServerClock().best(0), null);
  });

  it('is taken from the fastest answer, which gets less certain with its age', () => {
    const clock = new ServerClock();
    clock.add({ sentFine: 0, serverMs: 1_020, receivedFine: 20 });
    clock.add({ sentFine: 100, serverMs: 1_101, receivedFine: 102 });
    clock.add({ sentFine: 200, serverMs: 1_201, receivedFine: 240 });
    const best = clock.best(10_102);
    near(best?.offsetMs, 1_000);
    near(best?.errorMs, 1 + 0.2);
  });

  it('prefers a slower answer to one that has become less certain than that', () => {
    const clock = new ServerClock();
    clock.add({ sentFine: 0, serverMs: 1_000.1, receivedFine: 0.2 });
    clock.add({ sentFine: 50_000, serverMs: 51_000.6, receivedFine: 50_001 });
    near(clock.best(50_001)?.errorMs, 0.5);
  });

  it('forgets what is older than a minute', () => {
    const clock = new ServerClock();
    clock.add({ sentFine: 0, serverMs: 1_000, receivedFine: 1 });
    assert.notEqual(clock.best(60_001), null);
    assert.equal(clock.best(60_002), null);
  });

  it('is begun anew where two answers in a row cannot be right if those before are', () => {
    const clock = new ServerClock();
    clock.add({ sentFine: 0, serverMs: 1_001, receivedFine: 2 });
    clock.add({ sentFine: 10, serverMs: 1_011, receivedFine: 12 });
    // The server's clock was set back by an hour; these answers are slower than those before.
    clock.add({ sentFine: 100, serverMs: 1_110 - 3_600_000, receivedFine: 120 });
    near(clock.best(120)?.offsetMs, 1_000);
    assert.equal(clock.isInDoubt, true);
    clock.add({ sentFine: 130, serverMs: 1_140 - 3_600_000, receivedFine: 150 });
    const best = clock.best(150);
    near(best?.offsetMs, 1_000 - 3_600_000);
    near(best?.errorMs, 10);
    assert.equal(clock.isInDoubt, false);
  });

  it('is not led astray by a single answer, nor by several that contradict each other', () => {
    const clock = new ServerClock();
    clock.add({ sentFine: 0, serverMs: 1_001, receivedFine: 2 });
    for (const wrong of [3_600_000, -5_000, 1e15]) {
      clock.add({ sentFine: 10, serverMs: 1_011 + wrong, receivedFine: 12 });
      near(clock.best(12)?.offsetMs, 1_000);
    }
    clock.add({ sentFine: 20, serverMs: 1_021, receivedFine: 22 });
    assert.equal(clock.isInDoubt, false);
    // What was doubted has been answered: it is no witness for a later one.
    clock.add({ sentFine: 30, serverMs: 1_031 + 1e15, receivedFine: 32 });
    near(clock.best(32)?.offsetMs, 1_000);
  });

  it('keeps an older answer that a slow one does not contradict', () => {
    const clock = new ServerClock();
    clock.add({ sentFine: 0, serverMs: 1_001, receivedFine: 2 });
    clock.add({ sentFine: 100, serverMs: 1_199, receivedFine: 200 });
    near(clock.best(200)?.offsetMs, 1_000);
  });

  it('is never wrong by more than it says, however long the ways there and back take', () => {
    const way = fc.double({ min: 0, max: 500, noNaN: true });
    const questions = fc.array(fc.record({ rest: fc.nat(30_000), there: way, back: way }), { minLength: 1 });
    fc.assert(
      fc.property(questions, fc.double({ min: -1e9, max: 1e12, noNaN: true }), (asked, offset) => {
        const clock = new ServerClock();
        let fine = 0;
        for (const { rest, there, back } of asked) {
          const sentFine = (fine += rest);
          const serverMs = sentFine + there + offset;
          fine += there + back;
          clock.add({ sentFine, serverMs, receivedFine: fine });
          const best = clock.best(fine)!;
          assert.ok(Math.abs(best.offsetMs - offset) <= best.errorMs);
        }
      }),
    );
  });
});
