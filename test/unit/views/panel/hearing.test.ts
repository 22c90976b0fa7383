import assert from 'node:assert/strict';
import * as v from 'valibot';
import fc from 'fast-check';
import { longestPayload, toHost } from '../../../../src/protocol/panel/messages.ts';
import { PanelScene } from './scene.ts';

const view = { agent: null, range: 300 };

/** What no page of ours says. */
const hostile: [what: string, message: unknown][] = [
  ['nothing', undefined],
  ['null', null],
  ['a text', 'ready'],
  ['a list', []],
  ['no kind', {}],
  ['an unknown kind', { kind: 'eval', text: '1' }],
  ['a kind of every object', { kind: 'constructor' }],
  ['a field too many', { kind: 'connect', url: 'redis://evil:1' }],
  ['a view without a range', { kind: 'ready', view: { agent: null }, patterns: [] }],
  ['a range of a year', { kind: 'view', view: { agent: null, range: 31_536_000 } }],
  ['too many patterns', { kind: 'listen', patterns: Array.from({ length: 17 }, () => '*') }],
  ['a pattern that is no text', { kind: 'listen', patterns: [{}] }],
  ['too long a payload', { kind: 'publish', id: 1, channel: 'a', payload: 'x'.repeat(longestPayload + 1) }],
  ['three to compare', { kind: 'open', ids: [1, 2, 3] }],
  ['an id that is no whole number', { kind: 'open', ids: [0.5] }],
  ['a view of another extension', { kind: 'reveal', what: 'workbench.action.terminal.new' }],
  ['a command', { kind: 'run', command: 'workbench.action.quit' }],
];

describe('what the panel hears from its page', () => {
  let scene: PanelScene;

  beforeEach(() => {
    scene = new PanelScene();
  });

  for (const [what, message] of hostile) {
    it(`is refused and counted: ${what}`, async () => {
      scene.ready();
      scene.webview.take('hello');
      scene.webview.say(message);
      await scene.settle();
      assert.deepEqual(scene.webview.posted, []);
      assert.deepEqual(scene.ran, []);
      assert.deepEqual(scene.link.published, []);
      assert.equal(scene.logged.length, 1);
    });
  }

  it('never throws, whatever it is', () => {
    fc.assert(
      fc.property(fc.anything({ withNullPrototype: true, withBigInt: true }), (message) => {
        scene.webview.say(message);
        return v.safeParse(toHost, message).success || scene.ran.length === 0;
      }),
    );
  });

  it('is done a few times a second at most where it is costly', async () => {
    scene.publish(3);
    scene.clock.advance(1_000);
    for (let i = 0; i < 100; i++) scene.say({ kind: 'copy', ids: [1, 2, 3] });
    await scene.settle();
    assert.equal(scene.copied.length, 5);
    scene.clock.advance(1_000);
    for (let i = 0; i < 100; i++) scene.say({ kind: 'open', ids: [1, 2] });
    await scene.settle();
    assert.equal(scene.shown.length, 10);
  });

  it('is written down at once the first time, then once a minute', () => {
    for (let i = 0; i < 200; i++) scene.webview.say('nonsense');
    assert.equal(scene.logged.length, 1);
    scene.clock.advance(60_000);
    assert.equal(scene.logged.length, 2);
    assert.match(scene.logged[1] ?? '', /199/);
    scene.clock.advance(600_000);
    assert.equal(scene.logged.length, 2);
  });

  it('is done at most fifty times a second', async () => {
    for (let i = 0; i < 5_000; i++) scene.say({ kind: 'publish', id: i, channel: 'a', payload: '' });
    await scene.settle();
    assert.equal(scene.link.published.length, 50);
    scene.clock.advance(1_000);
    scene.say({ kind: 'publish', id: 5_001, channel: 'a', payload: '' });
    await scene.settle();
    assert.equal(scene.link.published.length, 51);
  });

  it('cannot make it tell everything over and over', () => {
    for (let i = 0; i < 1_000; i++) scene.ready();
    assert.ok(scene.webview.of('hello').length <= 5);
  });

  it('is no answer to anything when lines were not sent', () => {
    scene.ready();
    scene.webview.take('lines');
    for (let i = 0; i < 100; i++) scene.say({ kind: 'taken' });
    assert.deepEqual(scene.webview.take('lines'), []);
  });

  it('may come before the page was ready', async () => {
    scene.say({ kind: 'taken' });
    scene.say({ kind: 'view', view });
    scene.say({ kind: 'older', before: 1, history: true });
    scene.say({ kind: 'clear' });
    scene.say({ kind: 'copy', ids: [1] });
    await scene.settle();
    assert.deepEqual(scene.webview.posted, []);
  });

  it('leads to views, files and the connection by commands', async () => {
    scene.say({ kind: 'reveal', what: 'queues' });
    scene.say({ kind: 'file', ns: 'shop:', resource: 'src/a.ts' });
    scene.say({ kind: 'connect' });
    await scene.settle();
    assert.deepEqual(scene.ran, [
      ['signalbox.queues.focus', undefined],
      ['signalbox.openResource', { ns: 'shop:', resource: 'src/a.ts' }],
      ['signalbox.connect', undefined],
    ]);
  });

  it('is answered only to the page that asked', async () => {
    scene.ready();
    scene.say({ kind: 'publish', id: 7, channel: 'a', payload: '' });
    scene.ready();
    await scene.settle();
    assert.deepEqual(scene.webview.of('published'), []);
  });
});

describe('listening to more channels', () => {
  it('begins with what the page kept, and is told', () => {
    const scene = new PanelScene();
    scene.ready(['news:*', '', 'news:*']);
    assert.deepEqual(scene.link.patterns, [['news:*']]);
    assert.deepEqual(scene.webview.of('listening').at(-1)?.patterns, ['news:*']);
  });

  it('goes on while the panel is hidden, without a word to the server when its page is back', () => {
    const scene = new PanelScene();
    scene.ready(['news:*']);
    scene.webview.show(false);
    scene.webview.show(true);
    scene.webview.take('listening');
    scene.ready(['news:*']);
    assert.equal(scene.link.patterns.length, 1);
    assert.deepEqual(scene.webview.take('listening')[0]?.patterns, ['news:*']);
  });

  it('ends with the panel', () => {
    const scene = new PanelScene();
    scene.ready(['news:*']);
    scene.panel.dispose();
    assert.deepEqual(scene.link.patterns.at(-1), []);
  });

  it('says why it does not work', () => {
    const scene = new PanelScene();
    scene.ready();
    scene.link.hear({ kind: 'listening', patterns: [], reason: { code: 'closed' } });
    assert.match(scene.webview.of('listening').at(-1)?.problem ?? '', /closed the connection/);
  });
});
