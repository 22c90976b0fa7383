import assert from 'node:assert/strict';
import { errorSaid, idsCalled } from '../../../src/protocol/errorSaid.ts';

const said = (text: string): [string | null, boolean, string] => {
  const { agent, isSure, text: rest } = errorSaid(text);
  return [agent, isSure, rest];
};

describe('who an error is of', () => {
  it('stands before the colon, where that is a name of an agent', () => {
    assert.deepEqual(said('Agent 2: File not found - config.ts'), ['Agent 2', true, 'File not found - config.ts']);
    assert.deepEqual(said('agent-7/sub: no'), ['agent-7/sub', true, 'no']);
    assert.deepEqual(said('agent_search:no'), ['agent_search', true, 'no']);
    assert.deepEqual(said('AGENT B : no'), ['AGENT B', true, 'no']);
  });

  it('may stand there where an agent is called so', () => {
    assert.deepEqual(said('builder: no space'), ['builder', false, 'no space']);
    assert.deepEqual(said('src/a.ts: no space'), ['src/a.ts', false, 'no space']);
  });

  it('does not stand there in a sentence, an address or nothing', () => {
    for (const text of ['Agent failed: no memory', 'http://x', 'no such file', 'agent-1:', '', ':', 'a: ']) {
      assert.deepEqual(said(text), [null, false, text], text);
    }
  });

  it('is read from JSON', () => {
    assert.deepEqual(said('{"agent":"a","error":"no disk"}'), ['a', true, 'no disk']);
    assert.deepEqual(said('{"agent_id":7,"message":"x"}'), ['7', true, 'x']);
    assert.deepEqual(said('{"text":{}}'), [null, false, '{"text":{}}']);
    assert.deepEqual(said('{"agent":'), [null, false, '{"agent":']);
  });

  it('is looked for under the ids that a name may have', () => {
    assert.deepEqual(idsCalled('Agent 2'), ['Agent 2', 'agent 2', 'agent-2', 'agent_2', 'agent2']);
  });
});
