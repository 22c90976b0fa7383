import assert from 'node:assert/strict';
import { linesPerMessage } from '../../../../src/protocol/panel/line.ts';
import { PanelScene, range, versions } from './scene.ts';

describe('what the panel tells its page', () => {
  let scene: PanelScene;

  beforeEach(() => {
    scene = new PanelScene();
  });

  it('is nothing before the page says that it is there', () => {
    scene.publish(3);
    scene.clock.advance(5_000);
    assert.deepEqual(scene.webview.posted, []);
  });

  it('begins with the greeting, the seconds and the newest lines', () => {
    scene.publish(3);
    scene.clock.advance(5_000);
    scene.ready();
    const kinds = scene.webview.posted.map(({ kind }) => kind);
    assert.deepEqual(kinds.slice(0, 4), ['hello', 'seconds', 'ended', 'lines']);
    const [hello] = scene.webview.of('hello');
    assert.equal(hello?.words['Cancel'], 'Abbrechen');
    assert.equal(hello?.now.agents, 1);
    assert.ok((scene.webview.of('seconds')[0]?.seconds.length ?? 0) >= 5);
    assert.deepEqual(versions(scene.webview.of('lines')[0]?.lines ?? []), [1, 2, 3]);
  });

  it('begins with no more than a thousand lines', () => {
    scene.publish(1_500);
    scene.ready();
    assert.deepEqual(versions(scene.webview.of('lines')[0]?.lines ?? []), range(501, 1_500));
  });

  it('is one message of lines at a time, and the next when the page has taken it', () => {
    scene.ready();
    scene.webview.take('lines');
    scene.publish(10);
    scene.clock.advance(1_000);
    assert.deepEqual(scene.webview.take('lines'), []);
    scene.say({ kind: 'taken' });
    assert.deepEqual(versions(scene.webview.take('lines')[0]?.lines ?? []), range(1, 10));
    scene.publish(5);
    scene.clock.advance(1_000);
    assert.deepEqual(scene.webview.take('lines'), []);
  });

  it('is at most ten messages of lines a second, with every line in order', () => {
    scene.ready();
    scene.say({ kind: 'taken' });
    scene.webview.take('lines');
    for (let i = 0; i < 100; i++) {
      scene.publish(30);
      scene.clock.advance(10);
      scene.say({ kind: 'taken' });
    }
    scene.clock.advance(100);
    const told = scene.webview.take('lines');
    assert.ok(told.length <= 11, `${told.length} messages`);
    assert.deepEqual(
      told.flatMap(({ lines }) => versions(lines)),
      range(1, 3_000),
    );
  });

  it('never has more lines in a message than agreed, and says what had to go', () => {
    scene.ready();
    scene.webview.take('lines');
    scene.publish(9_000);
    scene.say({ kind: 'taken' });
    scene.clock.advance(100);
    const [first] = scene.webview.take('lines');
    assert.equal(first?.lines.length, linesPerMessage);
    // 5,000 are kept, so the first that are there are later ones.
    assert.equal(versions(first?.lines ?? [])[0], 4_001);
    assert.equal(first?.kept, 5_000);
    assert.ok((first?.dropped ?? 0) >= 4_000);
  });

  it('counts as dropped only what went since the page began', () => {
    scene.publish(9_000);
    scene.ready();
    assert.equal(scene.webview.take('lines')[0]?.dropped, 0);
  });

  it('has the figures at most four times a second, and once a second when nothing changes', () => {
    scene.ready();
    scene.clock.advance(1_000);
    scene.webview.take('now');
    for (let i = 0; i < 100; i++) {
      scene.publish();
      scene.clock.advance(20);
    }
    const busy = scene.webview.take('now').length;
    assert.ok(busy >= 8 && busy <= 9, `${busy} in two seconds`);
    scene.clock.advance(2_000);
    scene.webview.take('now');
    scene.clock.advance(10_000);
    assert.equal(scene.webview.take('now').length, 10);
  });

  it('has each second once, as it ends', () => {
    scene.ready();
    const told = scene.webview.take('seconds')[0]?.seconds ?? [];
    scene.clock.advance(5_000);
    const ended = scene.webview.take('ended').flatMap(({ seconds }) => seconds);
    const all = [...told, ...ended].map(({ at }) => at / 1_000);
    assert.equal(ended.length, 5);
    assert.deepEqual(all, range(all[0] ?? 0, all.at(-1) ?? 0));
  });

  it('goes on after the clock was set back', () => {
    scene.ready();
    scene.clock.advance(10_000);
    scene.webview.take('seconds');
    const { clock } = scene;
    const now = clock.now.bind(clock);
    clock.now = () => now() - 3_600_000;
    scene.clock.advance(1_000);
    assert.deepEqual(scene.webview.take('seconds').length, 1);
    scene.clock.advance(5_000);
    assert.equal(scene.webview.of('ended').flatMap(({ seconds }) => seconds).length, 5);
    assert.deepEqual(scene.webview.take('seconds'), []);
  });

  it('has all seconds anew for another view', () => {
    scene.ready();
    scene.clock.advance(3_000);
    scene.webview.take('seconds');
    const view = { agent: null, range: 900 };
    scene.say({ kind: 'view', view });
    const [seconds] = scene.webview.take('seconds');
    assert.deepEqual(seconds?.view, view);
    assert.ok((seconds?.seconds.length ?? 0) >= 3);
  });

  it('stops while nobody sees the page, and a page that is still there then misses nothing', () => {
    scene.ready();
    scene.say({ kind: 'taken' });
    scene.clock.advance(1_000);
    scene.webview.take('lines');
    scene.webview.show(false);
    scene.publish(20);
    scene.clock.advance(60_000);
    assert.equal(scene.webview.posted.length, 0);
    scene.webview.show(true);
    scene.clock.advance(1_000);
    const { posted } = scene.webview;
    assert.deepEqual(
      posted.flatMap((message) => (message.kind === 'lines' ? versions(message.lines) : [])),
      range(1, 20),
    );
    assert.ok(posted.flatMap((message) => (message.kind === 'ended' ? message.seconds : [])).length >= 60);
    assert.ok(posted.some(({ kind }) => kind === 'now'));
  });

  it('is what the page wants to show, also where it says so while nobody sees it', () => {
    scene.ready();
    scene.clock.advance(5_000);
    scene.webview.show(false);
    scene.webview.take('seconds');
    const view = { agent: 'agent-9', range: 900 };
    scene.say({ kind: 'view', view });
    scene.clock.advance(5_000);
    assert.deepEqual(scene.webview.posted, []);
    scene.webview.show(true);
    assert.deepEqual(
      scene.webview.of('seconds').map((message) => message.view),
      [view],
    );
  });

  it('begins anew for a page that was gone meanwhile, with all that came in between', () => {
    scene.ready();
    scene.publish(5);
    scene.clock.advance(1_000);
    scene.webview.show(false);
    scene.publish(20);
    scene.clock.advance(60_000);
    scene.webview.show(true);
    scene.webview.take('lines');
    scene.ready();
    const seconds = scene.webview.of('seconds')[0]?.seconds ?? [];
    assert.ok(seconds.length >= 61);
    assert.deepEqual(versions(scene.webview.take('lines')[0]?.lines ?? []), range(1, 25));
  });

  it('waits until a page that is ready too early is seen', () => {
    scene.webview.show(false);
    scene.ready();
    assert.deepEqual(scene.webview.posted, []);
    scene.webview.show(true);
    assert.equal(scene.webview.take('hello').length, 1);
  });

  it('says that nothing holds any more when the connection is changed', () => {
    scene.publish(3);
    scene.ready();
    scene.say({ kind: 'taken' });
    scene.clock.advance(1_000);
    scene.webview.take('lines');
    scene.connectTo('redis://other:1');
    scene.publish(2);
    scene.clock.advance(1_000);
    const { posted } = scene.webview;
    const from = posted.findIndex(({ kind }) => kind === 'cleared');
    assert.ok(from >= 0);
    assert.ok(posted.slice(from).some(({ kind }) => kind === 'seconds'));
    scene.say({ kind: 'taken' });
    scene.clock.advance(1_000);
    const after = posted.slice(from).flatMap((message) => (message.kind === 'lines' ? versions(message.lines) : []));
    assert.deepEqual(after, [4, 5]);
  });

  it('says so to a page that did not see it, when it is seen again', () => {
    scene.ready();
    scene.webview.show(false);
    scene.connectTo('redis://other:1');
    scene.webview.show(true);
    assert.equal(scene.webview.take('cleared').length, 1);
  });

  it('forgets the lines when the person wants it, and counts from there', () => {
    scene.publish(9_000);
    scene.ready();
    scene.say({ kind: 'taken' });
    scene.clock.advance(1_000);
    scene.webview.take('lines');
    scene.say({ kind: 'clear' });
    const [cleared] = scene.webview.take('lines');
    assert.deepEqual(
      { lines: cleared?.lines, kept: cleared?.kept, dropped: cleared?.dropped },
      { lines: [], kept: 0, dropped: 0 },
    );
  });

  it('does not make one message of many long texts', () => {
    scene.ready();
    scene.say({ kind: 'taken' });
    scene.clock.advance(1_000);
    scene.webview.take('lines');
    for (let i = 1; i <= 1_500; i++)
      scene.publishText(`{"agent_id":"a","state":{"ver":${i},"x":"${'x'.repeat(2_000)}"}}`);
    const told: number[][] = [];
    for (let i = 0; i < 8; i++) {
      scene.say({ kind: 'taken' });
      scene.clock.advance(100);
      told.push(...scene.webview.take('lines').map(({ lines }) => versions(lines)));
    }
    assert.ok(told.every((each) => each.length < 500));
    assert.deepEqual(told.flat(), range(1, 1_500));
  });

  it('ends with the panel, and so does the probe', () => {
    scene.ready();
    assert.equal(scene.link.isProbing, true);
    scene.panel.dispose();
    scene.webview.take('lines');
    scene.publish(3);
    scene.clock.advance(5_000);
    assert.deepEqual(scene.webview.posted, []);
    assert.equal(scene.link.isProbing, false);
  });
});
