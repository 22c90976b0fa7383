import assert from 'node:assert/strict';
import { PanelScene } from './scene.ts';

async function publish(scene: PanelScene, channel: string, payload = 'x'): Promise<unknown> {
  scene.ready();
  scene.webview.take('hello');
  scene.say({ kind: 'publish', id: 3, channel, payload });
  await scene.settle();
  return scene.webview.take('published')[0];
}

describe('publishing from the panel', () => {
  it('says how many received it', async () => {
    const scene = new PanelScene();
    const answer = await publish(scene, 'news', '{"a":1}');
    assert.deepEqual(answer, { kind: 'published', id: 3, receivers: 2, problem: null });
    assert.deepEqual(scene.link.published, [['news', '{"a":1}']]);
    assert.deepEqual(scene.questions, []);
  });

  it('says why it failed', async () => {
    const scene = new PanelScene();
    scene.link.failure = new Error('no such thing');
    const answer = await publish(scene, 'news');
    assert.deepEqual(answer, { kind: 'published', id: 3, receivers: null, problem: 'in words: no such thing' });
  });

  it('wants a channel', async () => {
    const scene = new PanelScene();
    const answer = await publish(scene, '');
    assert.deepEqual(answer, { kind: 'published', id: 3, receivers: null, problem: 'Name a channel.' });
  });

  it('asks first where somebody obeys, and names the channel and who', async () => {
    const scene = new PanelScene();
    await publish(scene, 'shop:agent:control', '{"action":"pause"}');
    assert.equal(scene.link.published.length, 1);
    const [question] = scene.questions;
    assert.match(question?.message ?? '', /shop:agent:control/);
    assert.match(question?.detail ?? '', /Agents obey/);
    assert.match(question?.detail ?? '', /\{"action":"pause"\}/);
  });

  it('does nothing when the person thinks better of it', async () => {
    const scene = new PanelScene();
    scene.answer = false;
    const answer = await publish(scene, 'agent:inbox:agent-1');
    assert.deepEqual(answer, { kind: 'published', id: 3, receivers: null, problem: null });
    assert.deepEqual(scene.link.published, []);
  });

  it('asks one question at a time', async () => {
    const scene = new PanelScene();
    let decide = (_yes: boolean): void => {};
    scene.answer = new Promise((resolve) => (decide = resolve));
    for (let i = 0; i < 10; i++) scene.say({ kind: 'publish', id: i, channel: 'agent:control', payload: '' });
    scene.say({ kind: 'monitor', on: true });
    await scene.settle();
    assert.equal(scene.questions.length, 1);
    decide(true);
    await scene.settle();
    assert.equal(scene.link.published.length, 1);
    assert.equal(scene.link.isMonitored, false);
  });

  it('does not ask again for a while after several times no', async () => {
    const scene = new PanelScene();
    scene.answer = false;
    for (let i = 0; i < 9; i++) await publish(scene, 'agent:control');
    assert.equal(scene.questions.length, 3);
    scene.clock.advance(10_000);
    await publish(scene, 'agent:control');
    assert.equal(scene.questions.length, 4);
  });

  it('shows in the question what cannot be seen in a name', async () => {
    const scene = new PanelScene();
    await publish(scene, 'agent:inbox:\u202eevil\n');
    assert.doesNotMatch(scene.questions[0]?.message ?? '', /[\u202e\n]/);
  });
});

describe('MONITOR from the panel', () => {
  const begin = async (scene: PanelScene): Promise<void> => {
    scene.ready();
    scene.webview.take('hello');
    scene.say({ kind: 'monitor', on: true });
    await scene.settle();
  };

  it('says first what it costs', async () => {
    const scene = new PanelScene();
    await begin(scene);
    assert.match(scene.questions[0]?.detail ?? '', /halve/);
    assert.equal(scene.link.isMonitored, true);
    assert.deepEqual(scene.webview.of('monitoring').at(-1), {
      kind: 'monitoring',
      state: 'on',
      leftMs: 10_000,
      problem: null,
    });
  });

  it('is not begun without a yes, and the page knows', async () => {
    const scene = new PanelScene();
    scene.answer = false;
    await begin(scene);
    assert.equal(scene.link.isMonitored, false);
    assert.equal(scene.webview.of('monitoring').at(-1)?.state, 'off');
  });

  it('makes lines of the commands', async () => {
    const scene = new PanelScene();
    await begin(scene);
    const atMs = scene.clock.now();
    scene.link.monitored?.sink({ atMs, client: '127.0.0.1:5', command: 'SET', text: '"SET" "a" "b"' });
    scene.say({ kind: 'taken' });
    scene.clock.advance(100);
    const lines = scene.webview.of('lines').flatMap((message) => message.lines);
    const last = lines.at(-1);
    assert.deepEqual([last?.source, last?.kind, last?.text], ['monitor', 'command', '"SET" "a" "b"']);
  });

  it('ends when the page wants it, and says why when it ends by itself', async () => {
    const scene = new PanelScene();
    await begin(scene);
    scene.say({ kind: 'monitor', on: false });
    assert.equal(scene.link.isMonitored, false);
    assert.deepEqual(scene.webview.of('monitoring').at(-1)?.problem, null);
    await begin(scene);
    scene.link.monitored?.end({ code: 'closed' });
    assert.match(scene.webview.of('monitoring').at(-1)?.problem ?? '', /closed the connection/);
  });

  it('is told with the time that is left to a page that begins meanwhile', async () => {
    const scene = new PanelScene();
    await begin(scene);
    scene.clock.advance(4_000);
    scene.webview.take('monitoring');
    scene.ready();
    assert.equal(scene.webview.of('monitoring')[0]?.leftMs, 6_000);
  });

  it('ends with the panel', async () => {
    const scene = new PanelScene();
    await begin(scene);
    scene.panel.dispose();
    assert.equal(scene.link.isMonitored, false);
  });

  it('does not begin for a panel that was closed over the question', async () => {
    const scene = new PanelScene();
    let decide = (_yes: boolean): void => {};
    scene.answer = new Promise((resolve) => (decide = resolve));
    await begin(scene);
    scene.panel.dispose();
    decide(true);
    await scene.settle();
    assert.equal(scene.link.isMonitored, false);
  });
});
