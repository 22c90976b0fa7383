import assert from 'node:assert/strict';
import { obeyedBy, type Obeyed } from '../../../src/protocol/panel/control.ts';

const obeyed: [channel: string, by: Obeyed | null][] = [
  ['agent:control', 'agents'],
  ['shop:agent:control', 'agents'],
  ['{shop-3f2a}:agent:control', 'agents'],
  ['agent:inbox:agent-3', 'agent'],
  ['shop:agent:inbox:lead/child', 'agent'],
  ['signalbox:wake:w1', 'waiters'],
  ['shop:signalbox:probe', 'waiters'],
  ['__sentinel__:hello', 'server'],
  ['__keyspace@0__:lock:a', 'server'],
  ['bull:build:events', 'queues'],
  ['{bull}:build:events', 'queues'],
  ['agent:state:sync', null],
  ['shop:agent:events', null],
  ['agent:controls', null],
  ['my-agent:control', null],
  ['bullet:points', null],
  ['a__b', null],
  ['', null],
];

describe('a channel that is obeyed', () => {
  for (const [channel, by] of obeyed) {
    it(`${JSON.stringify(channel)}: ${by ?? 'nobody'}`, () => {
      assert.equal(obeyedBy(channel), by);
    });
  }
});
