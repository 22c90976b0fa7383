import assert from 'node:assert/strict';
import { Deadlines } from '../../../src/redis/keys/deadlines.ts';
import { mostMarked, Touching } from '../../../src/redis/keys/touching.ts';
import { FakeClock } from '../../support/fakeClock.ts';

const key = (name: string): Buffer => Buffer.from(name);

describe('keys that have to be read again', () => {
  let clock: FakeClock;
  let reads: string[][];
  let floods: number;
  let touching: Touching;
  let finish: () => void;
  beforeEach(() => {
    clock = new FakeClock();
    reads = [];
    floods = 0;
    const read = (keys: readonly Buffer[]): Promise<void> => {
      reads.push(keys.map(String));
      return new Promise((resolve) => (finish = resolve));
    };
    touching = new Touching(clock, read, () => floods++);
  });

  /** Lets what waits for a reading go on. */
  const settled = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));

  it('are read together and once, a moment later', () => {
    for (const name of ['a', 'b', 'a']) touching.mark(key(name));
    assert.deepEqual(reads, []);
    clock.advance(5);
    assert.deepEqual(reads, [['a', 'b']]);
  });

  it('wait for the reading before', async () => {
    touching.mark(key('a'));
    clock.advance(5);
    touching.mark(key('a'));
    clock.advance(1_000);
    assert.equal(reads.length, 1);
    finish();
    await settled();
    clock.advance(1_000);
    assert.deepEqual(reads, [['a'], ['a']]);
  });

  it('are forgotten when there are too many, and that is said', () => {
    for (let i = 0; i <= mostMarked; i++) touching.mark(key(String(i)));
    assert.equal(floods, 1);
    clock.advance(1_000);
    assert.deepEqual(reads, []);
    touching.mark(key('a'));
    clock.advance(5);
    assert.deepEqual(reads, [['a']]);
  });

  it('are handed over to whoever reads all, once no reading is under way, and none is until it is done', async () => {
    touching.mark(key('a'));
    clock.advance(5);
    const held: string[][] = [];
    void touching.hold().then((keys) => held.push(keys.map(String)));
    touching.mark(key('b'));
    await settled();
    assert.deepEqual(held, []);
    finish();
    await settled();
    assert.deepEqual(held, [['b']]);
    touching.mark(key('c'));
    clock.advance(1_000);
    assert.equal(reads.length, 1);
    touching.go();
    clock.advance(5);
    assert.deepEqual(reads, [['a'], ['c']]);
  });
});

describe('the ends of keys', () => {
  it('come by their own time, also when they move', () => {
    const clock = new FakeClock();
    const due: string[] = [];
    const deadlines = new Deadlines(clock, (each) => due.push(String(each)));
    deadlines.set(key('a'), 1_000);
    deadlines.set(key('b'), 2_000);
    deadlines.set(key('c'), 3_000);
    deadlines.set(key('never'), null);
    // Longer than a timer can be set for.
    deadlines.set(key('far'), 1e10);
    deadlines.arm();
    clock.advance(900);
    deadlines.set(key('a'), 1_000);
    deadlines.set(key('b'), null);
    deadlines.arm();
    clock.advance(900);
    assert.deepEqual(due, []);
    clock.advance(200);
    assert.deepEqual(due, ['a']);
    clock.advance(10_000);
    assert.deepEqual(due, ['a', 'c']);
  });
});
