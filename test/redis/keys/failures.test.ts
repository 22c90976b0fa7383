import assert from 'node:assert/strict';
import { Herald } from '../../../src/model/herald.ts';
import type { Errors } from '../../../src/model/keys/runItems.ts';
import { systemClock } from '../../../src/protocol/clock.ts';
import { openClient, type Redis } from '../../../src/redis/client.ts';
import { loadLibrary } from '../../../src/redis/library/load.ts';
import { Rig } from '../../support/rig.ts';

/** Two supervisors of one server on which the library is, as two windows are. */
class Scene {
  readonly rigs = [new Rig(), new Rig()] as const;
  client!: Redis;

  async begin(): Promise<void> {
    const [first, second] = this.rigs;
    second.server = await first.serve();
    this.client = await openClient({ url: first.server.url, namespaces: [''] });
    await loadLibrary(this.client);
    for (const { model, link } of this.rigs)
      new Herald(
        model,
        systemClock,
        () => link.skewMs,
        (tidings) => void link.tell(tidings),
      );
    await Promise.all(this.rigs.map((rig) => rig.connect()));
  }

  async end(): Promise<void> {
    this.client.disconnect();
    await Promise.all(this.rigs.map((rig) => rig.dispose()));
  }

  /** What is in an inbox once both have sent what they have to. */
  async inbox(agent: string): Promise<string[]> {
    for (const { link } of this.rigs) {
      await link.caughtUp();
      // It goes the same way, behind all that was sent before.
      await link.calls('').inbox('nobody', '', 1);
    }
    return (await this.rigs[0].link.calls('').inbox(agent, '', 100)).map(({ text }) => text);
  }

  cli(...args: string[]): void {
    this.rigs[0].cli(...args);
  }
}

describe('what goes wrong in a run', () => {
  const scene = new Scene();
  before(() => scene.begin());
  after(() => scene.end());
  const both = (what: string, holds: (rig: Rig) => boolean): Promise<unknown> =>
    Promise.all(scene.rigs.map((rig) => rig.until(what, () => holds(rig))));

  it('reaches the parent exactly once, whoever else watches: a new plan that is wanted', async () => {
    scene.cli('PUBLISH', 'agent:events', '{"kind":"replan","agent":"lead/a","detail":"no tests"}');
    await both('it is heard', ({ model }) => model.attention.some(({ failed }) => failed === 'plan'));
    assert.deepEqual(await scene.inbox('lead'), ['lead/a asks for a new plan: no tests. Decide how to go on.']);
  });

  it('reaches who leads exactly once: a new plan of nobody, and a run that fails', async () => {
    const state = '{"agent_id":"main","state":{"task":"all","status":"working","ver":1}}';
    scene.cli('PUBLISH', 'agent:state:sync', state);
    scene.cli('SET', 'task:status', 'running');
    await both('the run is seen', ({ model }) => model.run.length === 1 && model.agents.length > 0);
    scene.cli('PUBLISH', 'agent:events', 'replan:the schema is wrong');
    scene.cli('SET', 'task:status', 'failed');
    await both('both are seen', ({ model }) => {
      const failed = new Set(model.attention.map((item) => item.detail));
      return failed.has('task:status') && failed.has('the schema is wrong');
    });
    assert.deepEqual((await scene.inbox('main')).sort(), [
      'An agent asks for a new plan: the schema is wrong. Decide how to go on.',
      'The run failed: task:status is "failed". Decide how to go on.',
    ]);
  });

  it('reaches the parent exactly once: a plain agent that fails', async () => {
    const say = (status: string, ver: number): void => {
      const state = { agent_id: 'kid', parent: 'lead', state: { task: 'parse', status, ver } };
      scene.cli('PUBLISH', 'agent:state:sync', JSON.stringify(state));
    };
    say('working', 1);
    await both('it works', ({ model }) => model.agents.some(({ id }) => id === 'kid'));
    say('failed', 2);
    say('failed', 3);
    await both('it has failed', ({ model }) => model.agentById('', 'kid')?.ver === 3);
    const told = (await scene.inbox('lead')).filter((text) => text.startsWith('kid'));
    assert.deepEqual(told, ['kid has failed at parse. Decide what becomes of its work.']);
  });

  it('counts a step that begins too early, with its key', async () => {
    const [{ model, events }] = scene.rigs;
    scene.cli('MSET', 'pipeline:step1:status', 'running', 'pipeline:step2:status', 'waiting');
    await both('the pipeline is seen', (rig) => rig.model.run.some(({ kind }) => kind === 'pipeline'));
    assert.ok(model.measuresPremature);
    scene.cli('SET', 'pipeline:step2:status', 'running');
    await both('it is counted', (rig) => rig.model.counts.premature === 1);
    const early = events.filter(({ kind }) => kind === 'premature');
    assert.deepEqual(
      early.map(({ resource, reason }) => [resource, reason]),
      [['pipeline:step2:status', 'began before step1 was done']],
    );
  });

  it('is listed by agent, and what is acknowledged leaves the list in Redis as it was', async () => {
    const [{ model }] = scene.rigs;
    const errors = (): Errors | undefined => model.run.find((item) => item.kind === 'errors');
    scene.cli('LPUSH', 'errors:list', 'Agent 2: File not found - config.ts');
    scene.cli('LPUSH', 'errors:list', 'Agent 3: Syntax error in utils.ts');
    await both('they are seen', (rig) =>
      rig.model.attention.some(({ kind, count }) => kind === 'error' && count === 2),
    );
    assert.deepEqual(
      errors()?.groups.map(({ agent }) => agent),
      ['Agent 3', 'Agent 2'],
    );
    model.acknowledge(['errors']);
    assert.ok(!model.attention.some(({ kind }) => kind === 'error'));
    assert.equal(scene.rigs[0].cli('LLEN', 'errors:list'), '2');
    scene.cli('LPUSH', 'errors:list', 'Agent 3: Syntax error in utils.ts');
    await both('the same again is new', (rig) =>
      rig.model.run.some((item) => item.kind === 'errors' && item.count === 3),
    );
    assert.equal(errors()?.fresh, 1);
  });

  it('is shown whole, if it is no longer than anybody reads', async () => {
    const [{ model }] = scene.rigs;
    scene.cli('LPUSH', 'build:errors', `first ${'x'.repeat(1_494)}`, `second ${'y'.repeat(4_993)}`);
    const lengths = (): number[] =>
      model.run.flatMap((item) =>
        item.kind !== 'errors'
          ? []
          : item.groups.flatMap(({ errors }) =>
              errors.filter(({ list }) => list === 'build:errors').map(({ text }) => text.length),
            ),
      );
    await scene.rigs[0].until('they are seen', () => lengths().length === 2);
    assert.deepEqual(lengths(), [2_000, 1_500]);
  });
});
