import assert from 'node:assert/strict';
import type { Errors } from '../../../src/model/keys/runItems.ts';
import { FleetModel } from '../../../src/model/fleetModel.ts';
import { decodeEvent, decodeState } from '../../../src/protocol/decode.ts';
import { FakeClock } from '../../support/fakeClock.ts';

class Scene {
  readonly clock = new FakeClock();
  readonly model = new FleetModel({ clock: this.clock, observerId: 'test' });

  list(name: string, entries: readonly string[], size = entries.length, ns = ''): void {
    const key = { name, role: 'errors', isGeneric: name === 'errors', type: 'list', ttlMs: null, bytes: null } as const;
    const seen = { ...key, size, text: null, entries: entries.map((text, i) => [String(i), text] as const) };
    this.model.apply({ kind: 'keys', ns, keys: size === 0 ? [] : [seen], complete: true });
  }

  event(text: string): void {
    const decoded = decodeEvent(text);
    assert.ok(decoded.ok);
    this.model.apply({ kind: 'event', ns: '', event: decoded.value, text });
  }

  agent(id: string): void {
    const decoded = decodeState(JSON.stringify({ agent_id: id, state: { ver: 1 } }));
    assert.ok(decoded.ok);
    this.model.apply({ kind: 'state', ns: '', message: decoded.value, held: false });
  }

  pass(ms: number): void {
    this.clock.advance(ms);
    this.model.tick();
  }

  get errors(): Errors | undefined {
    return this.model.run.find((item) => item.kind === 'errors');
  }

  /** By agent, those that are acknowledged in brackets. */
  get groups(): [string | null, ...string[]][] {
    return (this.errors?.groups ?? []).map(({ agent, errors }) => [
      agent,
      ...errors.map(({ said, isSeen }) => (isSeen ? `(${said})` : said)),
    ]);
  }

  get needs(): string[] {
    return this.model.attention.map(({ kind, agent, detail, count }) =>
      [kind, agent, detail, count].filter((part) => part !== null && part !== undefined).join(' | '),
    );
  }
}

describe('what went wrong, in one place', () => {
  it('is by agent and the newest first, from lists and events alike', () => {
    const scene = new Scene();
    scene.agent('agent-2');
    scene.list('errors:list', []);
    scene.list('errors:list', ['Agent 3: Syntax error', 'Agent 2: File not found']);
    scene.pass(1_000);
    scene.event('error:invalid_syntax');
    scene.event('{"kind":"error","agent":"agent-2","detail":"no disk"}');
    assert.deepEqual(scene.groups, [
      ['agent-2', 'no disk', 'File not found'],
      [null, 'invalid_syntax'],
      ['Agent 3', 'Syntax error'],
    ]);
    const [first] = scene.errors!.groups;
    assert.deepEqual(
      first?.errors.map(({ list, at, isMet }) => [list, scene.clock.now() - at, isMet]),
      [
        [null, 0, false],
        ['errors:list', 1_000, false],
      ],
    );
  });

  it('names an agent that is not called so only once it is known', () => {
    const scene = new Scene();
    scene.list('errors:list', ['builder: no space']);
    assert.deepEqual(scene.groups, [[null, 'builder: no space']]);
    scene.agent('builder');
    assert.deepEqual(scene.groups, [['builder', 'no space']]);
  });

  it('says what was there before anybody looked', () => {
    const scene = new Scene();
    scene.list('errors:list', ['a']);
    scene.list('errors:list', ['b', 'a']);
    assert.deepEqual(
      scene.errors!.groups[0]!.errors.map(({ said, isMet }) => [said, isMet]),
      [
        ['b', false],
        ['a', true],
      ],
    );
  });

  it('knows which entry is new whichever end it came in, and forgets what is gone', () => {
    const scene = new Scene();
    scene.list('errors:list', ['x', 'a']);
    scene.model.acknowledge(['errors']);
    scene.list('errors:list', ['x', 'x', 'a', 'b']);
    assert.deepEqual(scene.groups, [[null, 'x', 'b', '(x)', '(a)']]);
    assert.equal(scene.errors!.fresh, 2);
    scene.list('errors:list', ['b']);
    assert.deepEqual(scene.groups, [[null, 'b']]);
    scene.list('errors:list', []);
    assert.equal(scene.errors, undefined);
    scene.list('errors:list', ['a']);
    assert.deepEqual(scene.groups, [[null, 'a']]);
  });

  it('is acknowledged one by one, by agent, or all at once, and counts what is new', () => {
    const scene = new Scene();
    scene.list('errors:list', ['agent-1: a', 'agent-1: b', 'agent-2: c', 'd']);
    const { groups } = scene.errors!;
    assert.equal(scene.model.acknowledge([groups[0]!.errors[1]!.key]), 1);
    assert.deepEqual(scene.groups[0], ['agent-1', 'a', '(b)']);
    assert.equal(scene.model.acknowledge([groups[0]!.key]), 1);
    assert.deepEqual([scene.errors!.fresh, scene.errors!.groups.map(({ fresh }) => fresh)], [2, [0, 1, 1]]);
    assert.equal(scene.model.acknowledge(['errors']), 2);
    assert.equal(scene.model.acknowledge(['errors']), 0);
    assert.deepEqual([scene.errors!.fresh, scene.errors!.count], [0, 4]);
  });

  it('counts entries that are not read, which all at once acknowledges', () => {
    const scene = new Scene();
    const newest = (from: number): string[] => Array.from({ length: 50 }, (_, i) => `e${String(from - i)}`);
    scene.list('errors:list', newest(60), 60);
    assert.deepEqual([scene.errors!.fresh, scene.errors!.count, scene.needs], [60, 60, ['error | e60 | 60']]);
    scene.model.acknowledge(['errors']);
    assert.deepEqual([scene.errors!.fresh, scene.needs], [0, []]);
    scene.list('errors:list', newest(63), 63);
    assert.deepEqual([scene.errors!.fresh, scene.needs], [3, ['error | e63 | 3']]);
  });

  it('of a name that says little counts only where there is a fleet', () => {
    const scene = new Scene();
    scene.list('errors', ['x']);
    assert.deepEqual([scene.errors, scene.needs], [undefined, []]);
    scene.agent('a');
    assert.deepEqual(scene.groups, [[null, 'x']]);
  });

  it('keeps no more than a hundred published ones, and no more of each than is shown', () => {
    const scene = new Scene();
    for (let i = 0; i < 300; i++) scene.event(`error:${String(i)} ${'x'.repeat(10_000)}`);
    const [group] = scene.errors!.groups;
    assert.equal(group?.errors.length, 100);
    assert.match(group.errors[0]?.text ?? '', /^299 x{1900,2000}…?$/);
    assert.equal(scene.model.attention.length, 50);
  });

  it('goes from Needs Attention when it is acknowledged, and the other way round', () => {
    const scene = new Scene();
    scene.agent('agent-1');
    scene.list('errors:list', ['agent-2: b', 'agent-1: a']);
    scene.event('error:x');
    assert.deepEqual(scene.needs, ['error | agent-2: b | 2', 'error | x']);
    scene.model.dismiss(scene.model.attention[0]!.id);
    assert.deepEqual(scene.groups, [
      [null, 'x'],
      ['agent-2', '(b)'],
      ['agent-1', '(a)'],
    ]);
    scene.model.acknowledge(['errors']);
    assert.deepEqual(scene.needs, []);
    scene.list('errors:list', ['agent-1: c', 'agent-2: b', 'agent-1: a']);
    scene.event('error:x');
    assert.deepEqual(scene.needs, ['error | agent-1 | c | 1', 'error | x']);
  });

  it('leaves Needs Attention by itself when it was published long ago, and stays in the list of errors', () => {
    const scene = new Scene();
    scene.event('error:x');
    scene.list('errors:list', ['y']);
    scene.pass(601_000);
    assert.deepEqual([scene.needs, scene.errors!.count], [['error | y | 1'], 2]);
  });

  it('is forgotten with the server that it was on', () => {
    const scene = new Scene();
    scene.event('error:x');
    scene.model.apply({ kind: 'opened', url: 'redis://other', namespaces: [''] });
    assert.equal(scene.errors, undefined);
  });
});
