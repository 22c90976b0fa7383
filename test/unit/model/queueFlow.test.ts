import assert from 'node:assert/strict';
import { QueueBook } from '../../../src/model/queueBook.ts';
import type { GroupSeen, QueueSeen } from '../../../src/protocol/queueSeen.ts';
import { bullSeen, groupSeen, listSeen, streamSeen } from '../../support/queueSeen.ts';

describe('how much comes to a queue and leaves it', () => {
  /** What is told after these looks, a second apart. */
  function rates(looks: readonly QueueSeen[], after = 0): unknown {
    const book = new QueueBook();
    looks.forEach((seen, i) => book.applySweep('', [seen], true, i * 1_000, new Set()));
    const rate = book.all[0]?.flow.perMinute((looks.length - 1) * 1_000 + after);
    return rate && [Math.round(rate.arrivals), Math.round(rate.departures)];
  }
  const count = <T>(to: number, of: (i: number) => T): T[] => Array.from({ length: to + 1 }, (_, i) => of(i));

  it('is told once it was looked at for a while', () => {
    assert.equal(rates(count(4, (i) => listSeen('a', i))), null);
    assert.deepEqual(rates(count(60, (i) => listSeen('a', i))), [60, 0]);
    // It falls while nothing comes, and what is older than a minute is forgotten.
    assert.deepEqual(
      rates(
        count(60, (i) => listSeen('a', i)),
        30_000,
      ),
      [30, 0],
    );
    assert.deepEqual(
      rates(
        count(60, (i) => listSeen('a', i)),
        60_000,
      ),
      [0, 0],
    );
  });

  it('is at least by how much a list became longer and shorter', () => {
    assert.deepEqual(rates(count(60, (i) => listSeen('a', 10 + (i % 2)))), [30, 30]);
  });

  it('is what Redis counts of a stream, also where its length stays the same', () => {
    const trimmed = (i: number): QueueSeen =>
      streamSeen('a', 100, [groupSeen('g', { read: 5 * i, lag: 10, pending: 2 })]);
    assert.deepEqual(rates(count(60, trimmed)), [300, 300]);
    // What one group has not acknowledged is still there, however far another is.
    const groups = (i: number): GroupSeen[] => [
      groupSeen('slow', { read: 0, lag: 2 * i, pending: 0 }),
      groupSeen('fast', { read: 2 * i, lag: 0, pending: 0 }),
    ];
    assert.deepEqual(rates(count(60, (i) => streamSeen('a', 100, groups(i)))), [120, 0]);
    // Without a count there is only the length.
    const unknown = (i: number): QueueSeen => streamSeen('a', 100 - i, [groupSeen('g', { read: null, lag: null })]);
    assert.deepEqual(rates(count(60, unknown)), [0, 60]);
  });

  it('is what BullMQ numbers, also of jobs that are not kept when they are done', () => {
    assert.deepEqual(rates(count(60, (i) => bullSeen('a', { added: 3 * i, waiting: i }))), [180, 120]);
    // One that failed and waits again has not come anew.
    assert.deepEqual(rates(count(60, (i) => bullSeen('a', { added: 7, waiting: i, failed: 60 - i }))), [0, 0]);
  });

  it('begins anew with a queue of another kind, and after nobody looked', () => {
    const book = new QueueBook();
    const look = (seen: QueueSeen, at: number): void => void book.applySweep('', [seen], true, at, new Set());
    look(listSeen('a', 100), 0);
    // That nothing happened meanwhile is no gap, and what the server told of is none either.
    look(listSeen('a', 100), 90_000);
    book.touch('', [listSeen('a', 40)], [], 160_000, new Set());
    assert.deepEqual(book.all[0]?.flow.perMinute(160_000), { arrivals: 0, departures: 60 });
    look(listSeen('a', 0), 300_000);
    assert.equal(book.all[0]?.flow.perMinute(300_001), null);
    look(listSeen('a', 0), 310_000);
    assert.deepEqual(book.all[0]?.flow.perMinute(310_000), { arrivals: 0, departures: 0 });
    look(streamSeen('a', 50, []), 311_000);
    assert.deepEqual([book.all[0]?.kind, book.all[0]?.flow.perMinute(312_000)], ['stream', null]);
  });
});

describe('what is known of queues', () => {
  it('is told anew when anything but an age is another', () => {
    const book = new QueueBook();
    const news = (seen: QueueSeen): number => book.applySweep('', [seen], true, 0, new Set()).length;
    const group = groupSeen('g', { lag: 1, pending: 2, oldestMs: 5 });
    assert.equal(news(streamSeen('a', 3, [group])), 1);
    assert.equal(news(streamSeen('a', 3, [{ ...group, oldestMs: 1_005 }])), 0);
    assert.equal(book.all[0]?.oldestMs, 1_005);
    assert.equal(news(streamSeen('a', 3, [{ ...group, pending: 1 }])), 1);
  });

  it('is kept of a list that is empty, but not of what else is gone', () => {
    const book = new QueueBook();
    book.applySweep('', [listSeen('l', 3), streamSeen('s', 1, []), bullSeen('b', {})], true, 0, new Set());
    book.touch('', [], ['l', 's', 'unknown'], 1_000, new Set());
    assert.deepEqual(
      book.all.map(({ name, waiting }) => [name, waiting]),
      [
        ['b', 0],
        ['l', 0],
      ],
    );
    book.touch('', [listSeen('l', 2)], [], 2_000, new Set());
    assert.equal(book.all[1]?.waiting, 2);
    book.applySweep('', [], true, 3_000, new Set());
    book.applySweep('', [], true, 603_000, new Set());
    assert.deepEqual(book.all, []);
  });

  it('counts what waits, is active and failed, by the slowest group', () => {
    const book = new QueueBook();
    const groups = [groupSeen('a', { lag: 4, pending: 1, oldestMs: 9 }), groupSeen('b', { lag: null, pending: 2 })];
    const queues = [
      streamSeen('s', 10, groups),
      streamSeen('t', 7, []),
      bullSeen('u', { waiting: 3, active: 2, failed: 1, oldestMs: 5 }),
    ];
    book.applySweep('', queues, true, 0, new Set());
    assert.deepEqual(
      book.all.map(({ waiting, active, failed, oldestMs }) => [waiting, active, failed, oldestMs]),
      [
        [8, 3, null, 9],
        [7, null, null, null],
        [3, 2, 1, 5],
      ],
    );
  });
});
