import assert from 'node:assert/strict';
import fc from 'fast-check';
import { badgeOf } from '../../../src/views/badge.ts';

describe('the badge of a holder', () => {
  const cases: Record<string, string> = {
    'agent-3': 'A3',
    'agent-12': '12',
    'agent-107': '07',
    agent3: 'A3',
    'auth-worker': 'AW',
    reviewer: 'RE',
    '3f2a9c1e-77b0': '3F',
    x: 'X',
    '?': '?',
    '': '?',
    主エージェント: '主エ',
  };
  for (const [holder, badge] of Object.entries(cases)) {
    it(`of ${holder || 'nobody'} is ${badge}`, () => assert.equal(badgeOf(holder), badge));
  }

  it('is one or two units long, which is all that VS Code takes', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 20 }), (holder) => {
        const { length } = badgeOf(holder);
        assert.ok(length >= 1 && length <= 2, badgeOf(holder));
      }),
    );
  });
});
