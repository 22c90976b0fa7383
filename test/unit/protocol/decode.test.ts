import assert from 'node:assert/strict';
import fc from 'fast-check';
import { decodeEvent, decodeState, decodeStored } from '../../../src/protocol/decode.ts';
import { sampleOf } from '../../../src/protocol/json.ts';
import { limits } from '../../../src/protocol/names.ts';

const reasonOf = (text: string): string => {
  const decoded = decodeState(text);
  assert.equal(decoded.ok, false);
  return decoded.ok ? '' : decoded.reason;
};

describe('decodeState', () => {
  it('reads the payload of a plain agent', () => {
    const text = '{"agent_id":"agent-test","state":{"task":"fileX","status":"done","ver":1}}';
    const decoded = decodeState(text);
    assert.ok(decoded.ok);
    assert.deepEqual(decoded.value, {
      agentId: 'agent-test',
      epoch: 0,
      ver: 1,
      state: { task: 'fileX', status: 'done', ver: 1 },
      task: 'fileX',
      status: 'done',
      parent: null,
      host: null,
      role: null,
      team: null,
      name: null,
      ts: null,
    });
  });

  it('takes a missing version as none, and epochs as numbers or digits', () => {
    const none = decodeState('{"agent_id":"a","state":{}}');
    assert.ok(none.ok && none.value.ver === null && none.value.epoch === 0);
    const epoch = decodeState('{"agent_id":"a","epoch":"1795220850324000","state":{"ver":3}}');
    assert.ok(epoch.ok && epoch.value.epoch === 1_795_220_850_324_000);
  });

  it('names what is wrong', () => {
    assert.equal(reasonOf('{'), 'not JSON');
    assert.equal(reasonOf('[]'), 'not a JSON object');
    assert.equal(reasonOf('null'), 'not a JSON object');
    assert.match(reasonOf('{}'), /agent_id/);
    assert.match(reasonOf('{"agent_id":"a"}'), /state/);
    assert.match(reasonOf('{"agent_id":"a","state":[]}'), /state/);
    assert.match(reasonOf('{"agent_id":"a","state":{"ver":1.5}}'), /ver/);
    assert.match(reasonOf('{"agent_id":"a","state":{"ver":"9007199254740993"}}'), /ver/);
    assert.match(reasonOf('{"agent_id":"a","epoch":-1,"state":{}}'), /epoch/);
    assert.match(reasonOf(`{"agent_id":"${'x'.repeat(20_000)}","state":{}}`), /too long/);
    assert.match(reasonOf(`{"agent_id":"a","state":{"x":"${'y'.repeat(limits.state)}"}}`), /64 KiB/);
    assert.match(reasonOf('x'.repeat(limits.payload + 1)), /256 KiB/);
    const deep = `${'{"a":'.repeat(60_000 / 5)}1${'}'.repeat(60_000 / 5)}`;
    assert.match(reasonOf(`{"agent_id":"a","state":${deep}}`), /deeper/);
  });

  it('lets no payload change a prototype', () => {
    const decoded = decodeState('{"agent_id":"a","__proto__":{"x":1},"state":{"__proto__":{"polluted":true},"ver":1}}');
    assert.ok(decoded.ok);
    assert.deepEqual(Object.keys(decoded.value.state), ['ver']);
    assert.equal(({ ...decoded.value.state } as Record<string, unknown>)['polluted'], undefined);
    assert.equal(({} as Record<string, unknown>)['polluted'], undefined);
  });

  it('never throws, whatever arrives', () => {
    const almost = fc.record(
      { agent_id: fc.anything(), epoch: fc.anything(), state: fc.anything({ maxDepth: 3 }), ts: fc.anything() },
      { requiredKeys: [] },
    );
    const texts = fc.oneof(fc.string({ unit: 'binary' }), fc.json(), almost.map(stringify));
    fc.assert(
      fc.property(texts, fc.nat(), (text, cut) => {
        for (const variant of [text, text.slice(0, cut % (text.length + 1))]) {
          const decoded = decodeState(variant);
          if (decoded.ok) assert.equal(typeof decoded.value.agentId, 'string');
          else assert.notEqual(decoded.reason, '');
          decodeStored('a', variant);
          decodeEvent(variant);
        }
      }),
      { numRuns: 2_000 },
    );
  });

  it('gives back the state of every well-formed message as it was', () => {
    // JSON has no -0.
    const states = fc.dictionary(fc.string(), fc.jsonValue()).map((s) => JSON.parse(JSON.stringify(s)) as object);
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), states, fc.nat(), (id, state, ver) => {
        const sent: Record<string, unknown> = { ...state, ver };
        delete sent['__proto__'];
        const decoded = decodeState(JSON.stringify({ agent_id: id, state: sent }));
        assert.ok(decoded.ok);
        assert.deepEqual(decoded.value.state, sent);
        assert.equal(decoded.value.ver, ver);
      }),
    );
  });
});

describe('decodeStored', () => {
  it('reads the published text as well as a bare state, and trusts the field for the id', () => {
    const whole = decodeStored('a', '{"agent_id":"b","epoch":2,"state":{"ver":4,"task":"x"}}');
    assert.ok(whole.ok && whole.value.agentId === 'a' && whole.value.epoch === 2 && whole.value.ver === 4);
    const bare = decodeStored('a', '{"task":"x","status":"done","ver":4}');
    assert.ok(bare.ok && bare.value.agentId === 'a' && bare.value.task === 'x' && bare.value.ver === 4);
  });
});

describe('decodeEvent', () => {
  const nobody = { agentId: null, role: null, request: null };

  it('splits plain text at the first colon and knows errors', () => {
    const done = decodeEvent('task_completed:file_analysis');
    assert.ok(done.ok);
    assert.deepEqual(done.value, { name: 'task_completed', detail: 'file_analysis', ...nobody, isError: false });
    const error = decodeEvent('error: invalid_syntax: line 3');
    assert.ok(error.ok && error.value.isError && error.value.detail === 'invalid_syntax: line 3');
  });

  it('reads JSON events with a kind', () => {
    const decoded = decodeEvent('{"kind":"claim","agent":"agent-1","role":"tester","detail":"src/a.ts"}');
    assert.ok(decoded.ok);
    const who = { agentId: 'agent-1', role: 'tester', request: null };
    assert.deepEqual(decoded.value, { name: 'claim', detail: 'src/a.ts', ...who, isError: false });
  });
});

describe('sampleOf', () => {
  it('keeps the beginning', () => {
    assert.equal(sampleOf('abcdef', 3), 'abc');
  });
});

function stringify(value: unknown): string {
  try {
    return JSON.stringify(value) ?? '';
  } catch {
    return '';
  }
}
