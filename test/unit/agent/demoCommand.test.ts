import assert from 'node:assert/strict';
import { demoCommand } from '../../../src/agent/demoCommand.ts';

describe('The demo without a Redis server on the machine', () => {
  it('says what to type and ends with 1', async () => {
    const said: string[] = [];
    const output = {
      print: (line: string) => assert.fail(`printed ${line}`),
      explain: (line: string) => void said.push(line),
      printed: () => Promise.resolve(true),
      onClosed: () => ({ dispose: () => {} }),
    };
    assert.equal(await demoCommand({ json: true, agents: 9, seed: 1, speed: 1 }, null, output), 1);
    assert.equal(said.length, 1);
    assert.match(said[0] ?? '', /brew install redis.*apt install redis-server/);
  });
});
