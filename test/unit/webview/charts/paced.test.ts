import assert from 'node:assert/strict';
import { Paced } from '../../../../webview/charts/paced.ts';
import { FakeClock } from '../../../support/fakeClock.ts';

describe('what is said of a chart', () => {
  it('is said at once, then at most twice a second, and last what holds', () => {
    const clock = new FakeClock();
    const said: string[] = [];
    const voice = new Paced(clock, 500, (text) => said.push(text));
    for (const text of ['a', 'b', 'c']) voice.say(text);
    assert.deepEqual(said, ['a']);
    clock.advance(499);
    voice.say('d');
    clock.advance(1);
    assert.deepEqual(said, ['a', 'd']);
    clock.advance(5_000);
    assert.deepEqual(said, ['a', 'd']);
    voice.say('e');
    assert.deepEqual(said, ['a', 'd', 'e']);
  });
});
