import assert from 'node:assert/strict';
import { FleetModel } from '../../../src/model/fleetModel.ts';
import { Herald, type Tidings } from '../../../src/model/herald.ts';
import { decodeEvent, decodeState } from '../../../src/protocol/decode.ts';
import { FakeClock } from '../../support/fakeClock.ts';

class Scene {
  readonly clock = new FakeClock();
  readonly model = new FleetModel({ clock: this.clock, observerId: 'test' });
  readonly told: Tidings[] = [];
  #ver = 0;

  constructor() {
    new Herald(
      this.model,
      this.clock,
      () => 0,
      (tidings) => this.told.push(tidings),
    );
    this.model.apply({ kind: 'opened', url: 'redis://here', namespaces: [''] });
    this.model.apply({ kind: 'library', version: '1.3.0' });
    this.model.apply({ kind: 'connection', state: 'live', reason: null });
  }

  state(agent_id: string, status: string, parent?: string, held = false): void {
    const decoded = decodeState(JSON.stringify({ agent_id, parent, state: { ver: ++this.#ver, task: 't', status } }));
    assert.ok(decoded.ok);
    this.clock.advance(1_000);
    this.model.apply({ kind: 'state', ns: '', message: decoded.value, held });
  }

  event(text: string): void {
    const decoded = decodeEvent(text);
    assert.ok(decoded.ok);
    this.model.apply({ kind: 'event', ns: '', event: decoded.value, text });
  }

  run(text: string | null): void {
    const key = {
      name: 'task:status',
      role: 'run',
      isGeneric: false,
      type: 'string',
      ttlMs: null,
      bytes: null,
    } as const;
    const keys = text === null ? [] : [{ ...key, size: text.length, text, entries: [] }];
    this.clock.advance(1_000);
    this.model.apply({ kind: 'keys', ns: '', keys, complete: true });
  }

  /** What was said since this was last asked, and to whom. */
  take(): string[] {
    return this.told.splice(0).map(({ to, text }) => `${to.join(' ')}: ${text}`);
  }

  get needs(): string[] {
    this.model.tick();
    return this.model.status().attention.map(({ kind, text }) => `${kind}: ${text}`);
  }
}

describe('what a supervisor passes on to those who can decide', () => {
  it('is a new plan that an agent wants, to its parent', () => {
    const scene = new Scene();
    scene.event('{"kind":"replan","agent":"lead/a","reason":"the API has changed"}');
    assert.deepEqual(scene.take(), ['lead: lead/a asks for a new plan: the API has changed. Decide how to go on.']);
    assert.deepEqual(scene.needs, ['run-failed: lead/a asks for a new plan: the API has changed']);
    scene.event('{"kind":"replan","agent":"single","detail":"x"}');
    assert.deepEqual(scene.take(), [], 'it has no parent');
  });

  it('goes to those who lead where nobody is named, who was heard last first, and not to the rest', () => {
    const scene = new Scene();
    for (const id of ['a', 'b', 'c', 'd']) scene.state(id, 'working');
    scene.state('e', 'working', 'a');
    scene.state('b/1', 'working');
    scene.event('replan: no tests');
    assert.deepEqual(scene.take(), ['d c b: An agent asks for a new plan: no tests. Decide how to go on.']);
    assert.ok(scene.needs.includes('run-failed: New plan wanted: no tests'));
  });

  it('is not said on and on by a fleet that never stops asking', () => {
    const scene = new Scene();
    const ask = (): void => {
      for (let i = 0; i < 1_000; i++) scene.event(`{"kind":"replan","agent":"p/a","detail":"x${String(i)}"}`);
    };
    ask();
    assert.equal(scene.take().length, 50);
    scene.clock.advance(60_000);
    ask();
    assert.equal(scene.take().length, 50);
  });

  it('is said once a minute, with an id that all supervisors make alike', () => {
    const [scene, other] = [new Scene(), new Scene()];
    for (const each of [scene, other]) {
      each.event('{"kind":"replan","agent":"p/a","detail":"x"}');
      each.event('{"kind":"replan","agent":"p/a","detail":"x"}');
    }
    assert.equal(scene.told.length, 1);
    assert.deepEqual(scene.told, other.told);
    assert.match(scene.told[0]!.id, /^told-[0-9a-f]{20}-\d+$/);
    scene.clock.advance(60_000);
    scene.event('{"kind":"replan","agent":"p/a","detail":"x"}');
    assert.equal(new Set(scene.told.map(({ id }) => id)).size, 2);
  });

  it('is not said where another has just said it, also in the minute before', () => {
    const [scene, other] = [new Scene(), new Scene()];
    other.event('{"kind":"replan","agent":"p/a","detail":"x"}');
    scene.clock.advance(59_000);
    const { id, text } = other.told[0]!;
    const change = { kind: 'message', agent: 'signalbox', to: 'p', id, text, role: null, request: null } as const;
    scene.model.apply({ kind: 'change', ns: '', change, seq: 1, atUs: scene.clock.now() * 1_000, recovered: false });
    scene.clock.advance(2_000);
    scene.event('{"kind":"replan","agent":"p/a","detail":"x"}');
    assert.deepEqual(scene.take(), []);
  });

  it('is the failure of a plain agent, once, to the parent that it named', () => {
    const scene = new Scene();
    scene.state('kid', 'working', 'lead');
    scene.state('kid', 'failed');
    scene.state('kid', 'failed');
    assert.deepEqual(scene.take(), ['lead: kid has failed at t. Decide what becomes of its work.']);
    assert.deepEqual(scene.needs, ['run-failed: kid has failed at t']);
    scene.clock.advance(60_000);
    scene.state('kid', 'working');
    assert.deepEqual(scene.needs, []);
    scene.state('kid', 'Error');
    assert.equal(scene.take().length, 1);
  });

  it('is no failure that was met, that was stored, or that the library told the parent itself', () => {
    const scene = new Scene();
    scene.state('p/a', 'failed');
    scene.state('p/b', 'working');
    scene.state('p/b', 'failed', undefined, true);
    const decoded = decodeState('{"agent_id":"p/c","state":{"ver":1,"status":"failed"}}');
    assert.ok(decoded.ok);
    scene.model.apply({ kind: 'stored', ns: '', message: decoded.value });
    scene.state('p/d', 'working');
    const taken = decodeState('{"agent_id":"p/d","state":{"ver":90,"status":"failed"}}');
    assert.ok(taken.ok);
    const stamp = { seq: 3, atUs: scene.clock.now() * 1_000, recovered: false };
    scene.model.apply({ kind: 'accepted', ns: '', message: taken.value, ...stamp });
    assert.deepEqual(scene.take(), []);
    assert.equal(scene.model.attention.filter(({ kind }) => kind === 'run-failed').length, 3);
  });

  it('is a run that is seen to fail, each time, to those who lead', () => {
    const scene = new Scene();
    scene.state('lead', 'working');
    scene.run('failed');
    assert.deepEqual(scene.take(), [], 'it had failed before anybody looked');
    scene.run('running');
    scene.run('failed');
    scene.run('failed');
    assert.deepEqual(scene.take(), ['lead: The run failed: task:status is "failed". Decide how to go on.']);
    scene.clock.advance(60_000);
    scene.run(null);
    scene.run('failed');
    assert.equal(scene.take().length, 1);
    assert.ok(scene.needs.includes('run-failed: The run failed: task:status'));
  });

  it('is nothing where nobody could be told', () => {
    const scene = new Scene();
    scene.event('replan: x');
    scene.model.apply({ kind: 'library', version: null });
    scene.event('{"kind":"replan","agent":"p/a"}');
    assert.deepEqual(scene.take(), []);
  });
});
