import assert from 'node:assert/strict';
import { changedText, deniedText, limitText } from '../../../src/commands/acting/transferWords.ts';
import { english } from '../../../src/protocol/reasons.ts';
import type { Denied } from '../../../src/redis/library/calls.ts';

const names = (id: string): string => (id === 'ffff' ? 'Checkout' : id);
const now = 1_000_000;
const move = (over: object = {}) => ({
  by: 'bob@laptop',
  kind: 'transfer' as const,
  to: 'agent-9',
  at: now - 3_000,
  reason: '',
  ...over,
});

describe('what is told to who came second', () => {
  const changed = (reply: object): string =>
    changedText('src/a.ts', { holder: '', token: null, ...reply }, names, now, english);

  it('is who has it now, who did that, and when', () => {
    assert.equal(
      changed({ holder: 'agent-9', token: 7, last: move() }),
      'src/a.ts is held by agent-9 by now: bob@laptop handed it over 3 s ago. Nothing was changed.',
    );
  });

  it('is to whom it was handed where it went on from there', () => {
    assert.equal(
      changed({ holder: 'ffff', token: 8, last: move({ at: now - 90_000, reason: ' stuck\n' }) }),
      'src/a.ts is held by Checkout by now: bob@laptop handed it to agent-9 2 min ago (stuck). Nothing was changed.',
    );
  });

  it('is that it was broken', () => {
    assert.equal(
      changed({ last: move({ kind: 'break', to: null, at: now + 500, reason: 'dead' }) }),
      'Nobody holds src/a.ts any more: bob@laptop broke the claim just now (dead). Nothing was changed.',
    );
  });

  it('is less where nobody moved it, or the library is too old to tell', () => {
    assert.equal(changed({ last: null }), 'Nobody holds src/a.ts any more. Nothing was changed.');
    assert.equal(changed({ holder: 'x', token: 5 }), 'src/a.ts is held by x by now. Nothing was changed.');
    assert.equal(changed({ holder: 'x' }), 'src/a.ts has a plain lock of x by now. Nothing was changed.');
  });
});

describe('why somebody cannot have a claim', () => {
  const denied = (over: Partial<Denied>): string =>
    deniedText(
      {
        kind: 'denied',
        resource: 'src/a.ts',
        blocking: 'src/a.ts',
        holder: 'ffff',
        task: '',
        leftMs: 60_000,
        reason: 'lease',
        position: 0,
        ...over,
      },
      names,
      english,
    );

  it('names what is in the way, and whose it is', () => {
    assert.equal(denied({}), 'src/a.ts is held by Checkout for 1 min still.');
    assert.equal(denied({ leftMs: null }), 'src/a.ts is held by Checkout.');
    assert.equal(
      denied({ blocking: 'src/', leftMs: 5_000 }),
      'src/, which src/a.ts clashes with, is held by Checkout for 5 s still.',
    );
    assert.equal(denied({ reason: 'raw' }), 'src/a.ts has a plain lock of Checkout.');
    assert.equal(denied({ reason: 'queue' }), 'src/a.ts is free, but Checkout waits for it and came first.');
  });

  it('names the limit', () => {
    assert.match(limitText('claims', english), /1,000/);
    assert.match(limitText('folder', english), /2,000/);
    assert.match(limitText('moons', english), /too much of something \(moons\)/);
  });
});
