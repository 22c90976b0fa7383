import assert from 'node:assert/strict';
import { decodeTold } from '../../../../src/redis/broadcasts.ts';
import type { FeedMessage } from '../../../../src/protocol/messages.ts';
import type { OlderAnswer } from '../../../../src/views/panel/older.ts';
import { PanelScene, range, versions } from './scene.ts';

/** What a namespace's history has: states with rising versions, one each `stepMs` from `at` on. */
function history(
  scene: PanelScene,
  ns: string,
  from: number,
  to: number,
  stepMs: number,
  agoMs: number,
): FeedMessage[] {
  return range(from, to).map((ver, i) => {
    const seq = i + 1;
    const atUs = (scene.clock.now() - agoMs + i * stepMs) * 1_000;
    const told = decodeTold(
      'state',
      JSON.stringify({ agent_id: 'a', epoch: '1', seq, at: String(atUs), state: { ver } }),
    );
    if (!told.ok || told.value.kind !== 'accepted') throw new Error('not a state');
    const { message, wire } = told.value;
    return { kind: 'accepted', ns, message, seq, atUs, recovered: true, wire };
  });
}

async function ask(scene: PanelScene, before: number, fromHistory: boolean): Promise<OlderAnswer> {
  scene.webview.posted.length = 0;
  scene.say({ kind: 'older', before, history: fromHistory });
  for (let i = 0; i < 20 && scene.webview.of('older').length === 0; i++) await scene.settle();
  const [answer] = scene.webview.of('older');
  assert.ok(answer);
  return answer;
}

const firstId = (scene: PanelScene): number =>
  scene.recorder.lines.before(Number.MAX_SAFE_INTEGER, 100_000)[0]?.id ?? 1;

describe('older lines', () => {
  it('come from memory, page by page, without a gap', async () => {
    const scene = new PanelScene();
    scene.publish(3_500);
    scene.ready();
    let lines = scene.webview.take('lines')[0]?.lines ?? [];
    for (let answer: OlderAnswer | null = null; answer?.more !== 'history';) {
      answer = await ask(scene, lines[0]?.id ?? 0, false);
      lines = [...answer.lines, ...lines];
    }
    assert.deepEqual(versions(lines), range(1, 3_500));
    assert.deepEqual(scene.link.asked, []);
  });

  it('come from the history only when that is asked for', async () => {
    const scene = new PanelScene();
    scene.link.histories.set('', history(scene, '', 1, 50, 1_000, 3_600_000));
    scene.ready();
    const none = await ask(scene, firstId(scene), false);
    assert.deepEqual([none.lines, none.more], [[], 'history']);
    const some = await ask(scene, firstId(scene), true);
    assert.deepEqual(versions(some.lines), range(1, 50));
    assert.equal(some.more, 'none');
    assert.ok(some.lines.every(({ source }) => source === 'history'));
  });

  it('come from the histories of all namespaces, by time', async () => {
    const scene = new PanelScene(['', 'shop:']);
    // One was busy for an hour, the other for a minute in the middle of it.
    scene.link.histories.set('', history(scene, '', 1, 3_600, 1_000, 7_200_000));
    scene.link.histories.set('shop:', history(scene, 'shop:', 5_001, 6_200, 50, 5_400_000));
    scene.ready();
    let lines: OlderAnswer['lines'] = [];
    let answer: OlderAnswer;
    do {
      answer = await ask(scene, lines[0]?.id ?? firstId(scene), true);
      lines = [...answer.lines, ...lines];
    } while (answer.more !== 'none');
    const times = lines.map(({ at }) => at);
    assert.deepEqual(
      times,
      times.toSorted((a, b) => a - b),
    );
    assert.deepEqual(
      versions(lines).toSorted((a, b) => a - b),
      [...range(1, 3_600), ...range(5_001, 6_200)],
    );
  });

  it('are not there where nothing decides for agents', async () => {
    const scene = new PanelScene();
    scene.model.apply({ kind: 'library', version: null });
    scene.ready();
    const answer = await ask(scene, firstId(scene), true);
    assert.deepEqual([answer.lines, answer.more], [[], 'none']);
    assert.deepEqual(scene.link.asked, []);
  });

  it('say why they cannot be had, and can be asked for again', async () => {
    const scene = new PanelScene();
    scene.link.histories.set('', history(scene, '', 1, 5, 1_000, 60_000));
    scene.ready();
    scene.link.failure = new Error('gone');
    const failed = await ask(scene, firstId(scene), true);
    assert.deepEqual([failed.lines, failed.more, failed.problem], [[], 'history', 'in words: gone']);
    scene.link.failure = null;
    assert.deepEqual(versions((await ask(scene, firstId(scene), true)).lines), range(1, 5));
  });

  it('end where there is no room for more', async () => {
    const scene = new PanelScene();
    scene.link.histories.set('', history(scene, '', 1, 20_000, 10, 3_600_000));
    scene.ready();
    let kept = 0;
    for (let i = 0; i < 30; i++) {
      const answer = await ask(scene, firstId(scene), true);
      kept += answer.lines.length;
      if (answer.more === 'none') break;
    }
    assert.ok(kept >= 4_990 && kept <= 5_000, `${kept}`);
    assert.ok(scene.link.asked.length < 20);
  });

  it('begin at the end of the history again when all lines were forgotten', async () => {
    const scene = new PanelScene();
    scene.link.histories.set('', history(scene, '', 1, 3_000, 1_000, 3_600_000));
    scene.ready();
    await ask(scene, firstId(scene), true);
    assert.deepEqual(versions((await ask(scene, firstId(scene), true)).lines), range(1_001, 2_000));
    scene.say({ kind: 'clear' });
    assert.deepEqual(versions((await ask(scene, Number.MAX_SAFE_INTEGER, true)).lines), range(2_001, 3_000));
  });

  it('are answered also when all was forgotten while they were read, since the page waits for it', async () => {
    for (const forget of ['clear', 'connect', 'fail'] as const) {
      const scene = new PanelScene();
      scene.link.histories.set('', history(scene, '', 1, 50, 1_000, 3_600_000));
      scene.ready();
      if (forget === 'fail') scene.link.failure = new Error('gone');
      scene.say({ kind: 'older', before: firstId(scene), history: true });
      for (let i = 0; i < 10 && scene.link.asked.length === 0; i++) await Promise.resolve();
      assert.equal(scene.link.asked.length, 1);
      if (forget === 'clear') scene.say({ kind: 'clear' });
      else scene.connectTo('redis://h:2');
      await scene.settle();
      const { lines, problem } = scene.webview.of('older')[0] ?? assert.fail(forget);
      assert.deepEqual([lines, problem], [[], null]);
      assert.deepEqual(versions(scene.recorder.lines.before(Number.MAX_SAFE_INTEGER, 100)), []);
    }
  });

  it('are answered in the order of the questions, and too many at once are not', async () => {
    const scene = new PanelScene();
    scene.publish(2_000);
    scene.ready();
    scene.webview.posted.length = 0;
    for (let i = 0; i < 30; i++) scene.say({ kind: 'older', before: 1_000 + i, history: false });
    await scene.settle();
    assert.equal(scene.webview.of('older').length, 8);
  });
});
