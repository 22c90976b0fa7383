import assert from 'node:assert/strict';
import type { Line } from '../../../../src/protocol/panel/line.ts';
import { LineFilter, type Wanted } from '../../../../webview/console/filter.ts';
import { LineStore } from '../../../../webview/console/lineStore.ts';
import { everything, lineOf } from './sampleLines.ts';

function found(wanted: Partial<Wanted>, ...lines: Partial<Line>[]): number[] {
  const store = new LineStore();
  store.append(lines.map((line, id) => lineOf(id, line)));
  const filter = new LineFilter({ ...everything, ...wanted }, (text) => store.channels.has(text));
  return lines.map((_, id) => id).filter((id) => filter.matches(store, store.first + id));
}

describe('the filter of the console', () => {
  it('lets all pass that asks for nothing', () => {
    assert.ok(new LineFilter(everything, () => false).isOpen);
    assert.deepEqual(found({}, {}, { mark: 'stale' }), [0, 1]);
  });

  it('finds a text whatever its case, with all its characters as they are', () => {
    assert.deepEqual(found({ text: 'OPEN' }, { text: 'it opens' }, { text: 'closed' }), [0]);
    assert.deepEqual(found({ text: 'a.b*' }, { text: 'xA.B*' }, { text: 'aXbb' }), [0]);
    assert.deepEqual(found({ text: '"ver":3}' }, { text: '{"ver":3}' }, { text: '{"ver":33}' }), [0]);
    assert.deepEqual(found({ text: 'ÜBER' }, { text: 'überprüft' }), [0]);
    assert.deepEqual(found({ text: '\\d-[' }, { text: '\\D-[' }, { text: '1-' }), [0]);
  });

  it('finds a text in what stands beside the line', () => {
    assert.deepEqual(
      found({ text: 'x7' }, { channel: 'x7' }, { agent: 'agent-X7' }, { reason: 'x7!' }, { resource: 'src/x7' }, {}),
      [0, 1, 2, 3],
    );
  });

  it('finds channels by a glob, by a part, or by the whole name of one', () => {
    const channels = ['agent:events', 'a:agent:events', 'agent:state:sync', ''].map((channel) => ({ channel }));
    assert.deepEqual(found({ channels: '*:events' }, ...channels), [0, 1]);
    assert.deepEqual(found({ channels: 'Event' }, ...channels), [0, 1]);
    assert.deepEqual(found({ channels: 'agent:events' }, ...channels), [0]);
    assert.deepEqual(found({ channels: '*' }, ...channels), [0, 1, 2]);
  });

  it('finds channels by a glob of their names without the namespace', () => {
    const channel = 'demo:agent:events';
    assert.deepEqual(found({ channels: 'agent:*' }, { channel, ns: 'demo:' }), [0]);
    assert.deepEqual(found({ channels: 'agent:*' }, { channel: 'x:agent:events' }), []);
  });

  it('finds a stretch of time, and a resource', () => {
    const lines = [{ at: 9 }, { at: 10, resource: 'src/a' }, { at: 19, resource: 'src/a.ts' }, { at: 20 }];
    assert.deepEqual(found({ span: { from: 10, to: 20 } }, ...lines), [1, 2]);
    assert.deepEqual(found({ resource: 'src/a' }, ...lines), [1]);
  });

  it('finds agents by name, or by namespace and name, and of two only what is both', () => {
    const lines = [{ agent: 'x' }, { agent: 'x', ns: 'b:' }, { agent: 'y' }, {}];
    assert.deepEqual(found({ agents: ['x'] }, ...lines), [0, 1]);
    assert.deepEqual(found({ agents: ['b:\u0000x'] }, ...lines), [1]);
    assert.deepEqual(found({ agents: ['\u0000x'] }, ...lines), [0]);
    assert.deepEqual(found({ agents: ['x', '\u0000y'] }, ...lines), []);
    const long = 'l'.repeat(600);
    assert.deepEqual(found({ agents: [`\u0000${long}`] }, { agent: long.slice(0, 512) }), [0]);
  });

  it('finds marks, roles and requests', () => {
    const lines = [{ mark: 'stale', role: 'r' }, { mark: 'gap', request: 'q' }, {}] as const;
    assert.deepEqual(found({ marks: ['stale', 'denied'] }, ...lines), [0]);
    assert.deepEqual(found({ marks: [] }, ...lines), []);
    assert.deepEqual(found({ role: 'r' }, ...lines), [0]);
    assert.deepEqual(found({ request: 'q' }, ...lines), [1]);
  });

  it('leaves an expression to others, and asks for all the rest', () => {
    assert.deepEqual(found({ text: '(', isRegex: true, role: 'r' }, { role: 'r' }, {}), [0]);
  });
});
