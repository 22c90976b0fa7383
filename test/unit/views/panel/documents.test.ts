import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Line } from '../../../../src/protocol/panel/line.ts';
import { setOut } from '../../../../src/protocol/setOut.ts';
import { messageDocument } from '../../../../src/views/panel/documentText.ts';
import { PanelScene } from './scene.ts';

const line: Line = {
  id: 1,
  at: new Date(2026, 0, 2, 3, 4, 5, 6).getTime(),
  ns: '',
  channel: 'agent:state:sync',
  agent: 'agent-3',
  role: null,
  request: null,
  source: 'live',
  kind: 'state',
  mark: null,
  reason: null,
  resource: null,
  seq: null,
  text: '',
  length: 0,
};
const documentOf = (text: string, change: Partial<Line> = {}, isWhole = true): ReturnType<typeof messageDocument> =>
  messageDocument({ line: { ...line, ...change }, text, isWhole });

describe('a message in an editor', () => {
  it('says who, what and when in its title', () => {
    assert.equal(documentOf('{"a":1}').title, 'agent-3 state 03.04.05.006.json');
    assert.equal(documentOf('plain', { mark: 'stale' }).title, 'agent-3 stale 03.04.05.006.txt');
    assert.equal(documentOf('x', { agent: null }).title, 'agent:state:sync state 03.04.05.006.txt');
  });

  it('has a title that no agent can make into something else', () => {
    const { title } = documentOf('x', { agent: '../../etc/passwd\n\u202e' });
    assert.doesNotMatch(title, /[/\\\n\u202e]/);
    assert.ok(documentOf('x', { agent: 'x'.repeat(500) }).title.length < 100);
  });

  it('is set out where it is JSON', () => {
    assert.equal(documentOf('{"a":[1,{}],"b":"x, {y}"}').text, '{\n  "a": [\n    1,\n    {}\n  ],\n  "b": "x, {y}"\n}');
  });

  it('is what was published where it is not, or was cut off', () => {
    assert.equal(documentOf('error:x').text, 'error:x');
    assert.equal(documentOf('{"a":').text, '{"a":');
    assert.equal(documentOf('{"a":1}', {}, false).text, '{"a":1}');
    assert.equal(setOut('12'), null);
  });

  it('tells the facts of what nobody published', () => {
    const { title, text } = documentOf('', { kind: 'gap', agent: null, channel: '', mark: 'gap', reason: '2 s lost' });
    assert.match(title, /^gap .*\.json$/);
    assert.deepEqual(Object.keys(JSON.parse(text) as object), ['at', 'kind', 'mark', 'reason']);
  });

  it('keeps all digits, and names that stand there twice', () => {
    const text = '{"ver":9007199254740993,"ver":1e400,"__proto__":{"a":-0.0}}';
    assert.equal(setOut(text)?.replace(/\s/g, ''), text);
  });

  it('is left as it is when it is nested without end', () => {
    assert.equal(setOut('['.repeat(100_000) + ']'.repeat(100_000)), null);
  });

  it('is the same value as before, and set out as JSON.stringify does it', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 8 }), (value) => {
        const text = JSON.stringify(value);
        const isNested = typeof value === 'object' && value !== null;
        assert.equal(setOut(text), isNested ? JSON.stringify(JSON.parse(text), null, 2) : null);
      }),
    );
  });
});

describe('copying and opening lines', () => {
  let scene: PanelScene;
  let ids: number[];

  beforeEach(() => {
    scene = new PanelScene();
    scene.publishText(`{"agent_id":"a","state":{"x":"${'é'.repeat(5_000)}"}}`);
    scene.publishText('{"agent_id":"b","state":{"y":1}}');
    scene.ready();
    ids = scene.webview.of('lines').flatMap(({ lines }) => lines.flatMap(({ id, text }) => (text === '' ? [] : id)));
    ids = ids.slice(-2);
    scene.webview.take('lines');
  });

  it('copies the whole texts with time, channel and agent', async () => {
    scene.say({ kind: 'copy', ids: [...ids, 999_999] });
    await scene.settle();
    assert.equal(scene.webview.of('copied')[0]?.lines, 2);
    const [first, second] = scene.copied[0]?.split('\n') ?? [];
    assert.ok((first?.length ?? 0) > 5_000);
    const [time, channel, ...rest] = second?.split('\t') ?? [];
    assert.match(time ?? '', /^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
    assert.match(channel ?? '', /agent:state:sync$/);
    assert.deepEqual(rest, ['b', '{"agent_id":"b","state":{"y":1}}']);
  });

  it('copies of a single line its text as it is', async () => {
    scene.say({ kind: 'copy', ids: [ids[1] ?? 0] });
    await scene.settle();
    assert.deepEqual(scene.copied, ['{"agent_id":"b","state":{"y":1}}']);
  });

  it('leaves the clipboard alone when nothing is kept any more', async () => {
    scene.say({ kind: 'copy', ids: [999_999] });
    await scene.settle();
    assert.deepEqual(scene.copied, []);
    assert.equal(scene.webview.of('copied')[0]?.lines, 0);
  });

  it('opens one, and compares two with the older first', async () => {
    scene.say({ kind: 'open', ids: [ids[1] ?? 0] });
    scene.say({ kind: 'open', ids: ids.toReversed() });
    await scene.settle();
    assert.deepEqual(
      scene.shown.map((documents) => documents.map(({ id }) => Number(id))),
      [[ids[1]], ids],
    );
    assert.match(scene.shown[0]?.[0]?.text ?? '', /^\{\n {2}"agent_id": "b"/);
  });

  it('opens nothing that is not kept', async () => {
    scene.say({ kind: 'open', ids: [999_999] });
    await scene.settle();
    assert.deepEqual(scene.shown, []);
  });
});
