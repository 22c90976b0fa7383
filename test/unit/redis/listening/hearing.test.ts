import assert from 'node:assert/strict';
import type { FeedMessage } from '../../../../src/protocol/messages.ts';
import { limits } from '../../../../src/protocol/names.ts';
import { Hearing, hearingLimits } from '../../../../src/redis/listening/hearing.ts';
import { patternLimits, usablePatterns } from '../../../../src/redis/listening/patterns.ts';
import { FakeClock } from '../../../support/fakeClock.ts';

describe('what is heard on other channels', () => {
  let clock: FakeClock;
  let heard: FeedMessage[];
  let hearing: Hearing;
  beforeEach(() => {
    clock = new FakeClock();
    heard = [];
    hearing = new Hearing(['', 'shop:'], clock, (message) => heard.push(message));
  });
  const take = (pattern: string, channel: string, text: string): void =>
    hearing.take(pattern, Buffer.from(channel), Buffer.from(text));
  const texts = (): string[] => heard.flatMap((message) => (message.kind === 'heard' ? [message.text] : []));

  it('is told once, by however many patterns it comes', () => {
    for (const text of ['tick', 'tick', 'tock'])
      for (const pattern of ['news:*', '*', 'n*']) take(pattern, 'news:a', text);
    take('*', 'other', 'tock');
    take('*', 'other', 'tock');
    assert.deepEqual(texts(), ['tick', 'tick', 'tock', 'tock', 'tock']);
  });

  it('is told once also where it is so large that only a part is kept', () => {
    const huge = 'x'.repeat(limits.payload + 10);
    for (const text of [huge, `${huge}y`]) for (const pattern of ['news:*', '*']) take(pattern, 'news:a', text);
    assert.deepEqual(
      heard.map((message) => message.kind === 'heard' && [message.text.length, message.whole]),
      [
        [limits.payload, limits.payload + 10],
        [limits.payload, limits.payload + 11],
      ],
    );
  });

  it('is news again when it comes by other patterns than before', () => {
    take('news:*', 'news:a', 'tick');
    hearing.otherPatterns();
    take('*', 'news:a', 'tick');
    assert.deepEqual(texts(), ['tick', 'tick']);
  });

  it('is nothing that the feed brings', () => {
    for (const channel of [
      'agent:state:sync',
      'agent:events',
      'shop:agent:state:sync',
      'shop:agent:events',
      'shop:signalbox:probe:1',
    ]) {
      take('*', channel, 'x');
    }
    take('*', 'other:agent:events', 'x');
    take('*', 'agent:control', 'x');
    assert.deepEqual(
      heard.map((message) => message.kind === 'heard' && message.channel),
      ['other:agent:events', 'agent:control'],
    );
  });

  it('is only counted beyond so many a second', () => {
    for (let i = 0; i < hearingLimits.messages + 7; i++) take('*', 'a', String(i));
    assert.equal(heard.length, hearingLimits.messages);
    clock.advance(1_000);
    assert.deepEqual(heard.at(-1), { kind: 'dropped', count: 7 });
    take('*', 'a', 'next');
    assert.equal(texts().at(-1), 'next');
    clock.advance(10_000);
    assert.equal(heard.length, hearingLimits.messages + 2);
  });

  it('is only counted beyond so many bytes a second', () => {
    const big = 'x'.repeat(limits.payload - 1);
    const most = Math.ceil(hearingLimits.bytes / big.length);
    for (let i = 0; i < most + 2; i++) take('*', `a${i}`, big);
    clock.advance(1_000);
    assert.equal(texts().length, most);
    assert.deepEqual(heard.at(-1), { kind: 'dropped', count: 2 });
  });

  it('says nothing when it has ended', () => {
    for (let i = 0; i <= hearingLimits.messages; i++) take('*', 'a', String(i));
    hearing.dispose();
    clock.advance(10_000);
    assert.equal(heard.length, hearingLimits.messages);
  });
});

describe('channel patterns', () => {
  it('are taken once each, and what cannot be used is said', () => {
    const { bytes } = patternLimits;
    assert.deepEqual(usablePatterns(['a*', 'b', 'a*']), { usable: ['a*', 'b'], problem: null });
    for (const [bad, why] of [
      ['', 'empty'],
      ['a\nb', 'unprintable'],
      ['a\u{0}', 'unprintable'],
      ['a\u{2028}', 'unprintable'],
      ['\u{d800}', 'unprintable'],
      ['ü'.repeat(bytes / 2 + 1), 'long'],
    ] as const) {
      const { usable, problem } = usablePatterns(['a*', bad, 'b']);
      assert.deepEqual(usable, ['a*', 'b']);
      assert.equal(problem?.why, why);
    }
    assert.deepEqual(usablePatterns(['x'.repeat(bytes)]).problem, null);
  });

  it('are no more than so many', () => {
    const many = Array.from({ length: patternLimits.count }, (_, i) => `p${i}`);
    assert.equal(usablePatterns([...many, 'p0']).problem, null);
    const { usable, problem } = usablePatterns([...many, 'one more']);
    assert.deepEqual(usable, many);
    assert.equal(problem?.why, 'many');
  });
});
