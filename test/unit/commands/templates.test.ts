import assert from 'node:assert/strict';
import { decodeState } from '../../../src/protocol/decode.ts';
import { payloadProblem } from '../../../src/protocol/payload.ts';
import { compareVersion } from '../../../src/protocol/version.ts';
import { english } from '../../../src/protocol/reasons.ts';
import {
  eventTemplates,
  joinPayloads,
  splitPayloads,
  stateTemplates,
  type Template,
} from '../../../src/commands/templates.ts';

const known = { id: 'agent-test', ver: 7 };

function payloads(name: Template['name'], agent: { id: string; ver: number | null } = known): readonly string[] {
  return stateTemplates(agent).find((template) => template.name === name)?.payloads ?? [];
}

function orders(name: Template['name']): string[] {
  return payloads(name).map((payload) => {
    const decoded = decodeState(payload);
    assert.ok(decoded.ok);
    return compareVersion({ epoch: 0, ver: known.ver }, decoded.value);
  });
}

describe('test payloads', () => {
  it('are what they are called by the version rule', () => {
    assert.deepEqual(orders('next'), ['newer']);
    assert.deepEqual(orders('stale'), ['older']);
    assert.deepEqual(orders('divergent'), ['equal']);
    assert.deepEqual(orders('burst'), ['newer', 'newer', 'newer']);
    const versions = payloads('burst').map((payload) => (JSON.parse(payload) as { state: { ver: number } }).state.ver);
    assert.deepEqual(versions, [10, 8, 9]);
  });

  it('begin with version 1 for an agent that was never heard', () => {
    assert.deepEqual(payloads('next', { id: 'agent-test', ver: null }), [
      '{"agent_id":"agent-test","state":{"task":"fileX","status":"done","ver":1}}',
    ]);
  });

  it('are without fault but for the one that is meant to be', () => {
    for (const { name, payloads: each } of stateTemplates(known)) {
      assert.equal(
        each.every((payload) => payloadProblem(payload, english) === null),
        name !== 'malformed',
        name,
      );
    }
    assert.equal(decodeState(payloads('malformed')[0] ?? '').ok, false);
  });

  it('come back from the line in which they are edited', () => {
    for (const { payloads: each } of [...stateTemplates(known), ...eventTemplates()]) {
      assert.deepEqual(splitPayloads(joinPayloads(each)), each);
    }
  });

  it('are told what is wrong with them', () => {
    assert.equal(payloadProblem('{"agent_id":"a","state":{}}', english), null);
    assert.equal(payloadProblem('{"state":{}}', english), 'no "agent_id"');
    assert.equal(payloadProblem('{"agent_id":"a","state":[]}', english), 'no "state" object');
    assert.equal(payloadProblem('null', english), 'no "agent_id"');
    assert.match(payloadProblem('{', english) ?? '', /JSON/);
  });
});
