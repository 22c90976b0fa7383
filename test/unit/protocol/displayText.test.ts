import assert from 'node:assert/strict';
import fc from 'fast-check';
import { displayText } from '../../../src/protocol/displayText.ts';

describe('displayText', () => {
  it('leaves ordinary text of any language alone', () => {
    for (const text of ['agent-3', 'Überprüfung', '主エージェント', 'agent 🤖', 'a b', 'नमस्ते']) {
      assert.equal(displayText(text, 60), text);
    }
  });

  it('shows control characters and line breaks as marks on one line', () => {
    assert.equal(displayText('a\nb\tc\u0000d\u007fe\u0085f', 60), 'a␊b␉c␀d␡e�f');
    assert.equal(displayText('a\u2028b\u2029c', 60), 'a�b�c');
  });

  it('shows what would reorder or hide text', () => {
    assert.equal(displayText('\u202egnp.exe\u2066x\u200fy', 60), '�gnp.exe�x�y');
    assert.equal(displayText('ag\u200bent\ufeff-\u00ad1\u2060', 60), 'ag�ent�-�1�');
    assert.equal(displayText('a\ufe0fb\u3164c\u{e0041}d\u034fe\u2800', 60), 'a�b�c�d�e�');
    assert.equal(displayText('\ud800x\udc00', 60), '�x�');
  });

  it('does not let marks pile up on a letter', () => {
    assert.equal(displayText(`a${'\u0301'.repeat(500)}b`, 600), `a${'\u0301'.repeat(3)}�b`);
  });

  it('cuts by code points and says so', () => {
    assert.equal(displayText('🤖🤖🤖🤖', 3), '🤖🤖…');
    assert.equal(displayText('abc', 3), 'abc');
    assert.equal(displayText('x'.repeat(10_000), 10), `${'x'.repeat(9)}…`);
  });

  it('never gives more than asked for, nor anything unseen, whatever comes', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), fc.integer({ min: 1, max: 100 }), (text, max) => {
        const shown = displayText(text, max);
        assert.ok(Array.from(shown).length <= max);
        assert.doesNotMatch(shown, /[\p{C}\p{Zl}\p{Zp}]/u);
      }),
    );
  });

  it('looks at no more of a long text than it shows', () => {
    // What took all of it would take minutes for so many, and mocha's limit is seconds.
    for (let n = 0; n < 100; n++) assert.ok(displayText('\u202e'.repeat(100_000), 60).length <= 60);
  });
});
