import assert from 'node:assert/strict';
import { summaryOf } from '../../../../webview/console/lineSummary.ts';

describe('what stands before a line', () => {
  it('is what a state says, whether it stands in an envelope or not', () => {
    const state = { ver: 12, task: 'the cart', status: 'working' };
    assert.equal(summaryOf(JSON.stringify({ agent_id: 'a', state }), null), 'working · the cart · v12');
    assert.equal(summaryOf(JSON.stringify(state), null), 'working · the cart · v12');
    assert.equal(summaryOf('{"ver":3,"status":"done"}', null), 'done · v3');
  });

  it('is the resource where there is one', () => {
    assert.equal(summaryOf('{"ver":3,"status":"done"}', 'src/a.ts'), 'src/a.ts');
  });

  it('is nothing for what says neither, is no JSON or is too long to be read each time', () => {
    const long = JSON.stringify({ ver: 1, status: 'x'.repeat(1_000) });
    for (const text of ['', 'error:x', '{"ver"', '{"ver":1}', '{"ver":1,"state":null}', '{"state":7,"ver":1}', long]) {
      assert.equal(summaryOf(text, null), '', text);
    }
  });

  it('has nothing in it that hides or reorders', () => {
    assert.ok(!summaryOf('{"ver":1,"status":"a\u202eb"}', null).includes('\u202e'));
    assert.ok(!summaryOf('', 'a\u0000b').includes('\u0000'));
  });
});
