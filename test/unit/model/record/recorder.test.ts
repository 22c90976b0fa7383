import assert from 'node:assert/strict';
import fc from 'fast-check';
import * as v from 'valibot';
import { keyOf } from '../../../../src/model/sorting.ts';
import { Histogram } from '../../../../src/protocol/histogram.ts';
import { line } from '../../../../src/protocol/panel/line.ts';
import { toPage, type View } from '../../../../src/protocol/panel/messages.ts';
import {
  conflictKinds,
  harmful,
  hotFile,
  latencySeries,
  now,
  second,
  type Now,
} from '../../../../src/protocol/panel/picture.ts';
import type { FeedMessage } from '../../../../src/protocol/messages.ts';
import type { Brief } from '../libraryNews.ts';
import { RecordRig } from './recordRig.ts';
import { listSeen, listsSeen } from '../../../support/queueSeen.ts';

const all: View = { agent: null, range: 3_600 };
const of = (agent: string): View => ({ agent: keyOf('', agent), range: 3_600 });
const sum = (numbers: readonly number[]): number => numbers.reduce((total, each) => total + each, 0);
const byKind = (seconds: readonly { conflicts: readonly number[] }[]): number[] =>
  conflictKinds.map((_, i) => sum(seconds.map(({ conflicts }) => conflicts[i]!)));

/** How many durations a series has in these seconds, and their median. */
function timed(
  seconds: readonly { latency: readonly (readonly number[])[] }[],
  series: number,
): [number, number | null] {
  const histogram = new Histogram();
  for (const { latency } of seconds) histogram.merge(latency[series]!);
  return [histogram.total, histogram.quantile(0.5)];
}
const near = (told: number | null, exact: number): void =>
  assert.ok(told !== null && Math.abs(told - exact) <= exact * 0.011, `${told} for ${exact}`);

describe('the recorder', () => {
  it('has the figures of the status', () => {
    const rig = new RecordRig();
    rig.accept('a', { ver: 1, status: 'working', task: 't' });
    rig.accept('b', { ver: 1, status: 'working', task: 't' });
    rig.change({ kind: 'claim', agent: 'a', resource: 'x' });
    rig.change({ kind: 'wait', agent: 'b', resources: ['x'], holder: 'a' });
    rig.feed({
      kind: 'queues',
      ns: '',
      queues: listsSeen({ 'agent:tasks': 4, 'x:queue': 3 }),
      complete: true,
    });
    rig.feed({ kind: 'rtt', ms: 1.5 });
    rig.change({ kind: 'unclaimed', agent: 'b' });
    rig.pass(200);
    const status = rig.model.status();
    const figures = rig.recorder.now();
    assert.deepEqual(
      [figures.agents, figures.claims, figures.queued, figures.tasks, figures.malformed],
      [
        status.agents.length,
        status.claims.length,
        sum(status.queues.map(({ waiting }) => waiting)),
        status.counts.tasks,
        status.counts.malformed,
      ],
    );
    assert.deepEqual(
      [figures.queued, figures.silent, figures.contested, figures.you, figures.youMs],
      [7, 2, 1, 0, null],
    );
    assert.deepEqual([figures.conflicts, figures.conflictsPerMinute], [2, 0]);
    assert.deepEqual(figures.connection, {
      state: 'live',
      url: 'redis://h:1',
      server: null,
      library: '1.0.0',
      rttMs: 1.5,
      reason: null,
      namespaces: [''],
    });
    const last = rig.recorder.seconds(all).at(-1)!;
    assert.deepEqual([last.agents, last.claims, last.you, last.queued], [2, 1, 0, 7]);
  });

  it('counts conflicts as the picture does, whatever comes', () => {
    const kinds: Brief['kind'][] = ['claim', 'denied', 'deadlock', 'unclaimed', 'release', 'hello', 'wait', 'other'];
    const agent = fc.constantFrom('a', 'b', 'c');
    const step = fc.oneof(
      fc.record({
        do: fc.constant('change' as const),
        kind: fc.constantFrom(...kinds),
        agent,
        recovered: fc.boolean(),
      }),
      fc.record({ do: fc.constant('accept' as const), agent, ver: fc.nat(5), x: fc.nat(2), recovered: fc.boolean() }),
      fc.record({ do: fc.constant('publish' as const), agent, ver: fc.nat(5), x: fc.nat(2) }),
      fc.record({ do: fc.constant('pass' as const), seconds: fc.nat(5) }),
      fc.record({ do: fc.constant('bad' as const), text: fc.string() }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const rig = new RecordRig();
        for (const each of steps) {
          if (each.do === 'change')
            rig.change({ kind: each.kind, agent: each.agent }, 1, { recovered: each.recovered });
          else if (each.do === 'pass') rig.pass(each.seconds);
          else if (each.do === 'bad') {
            rig.feed({ kind: 'malformed', ns: '', channel: 'c', reason: each.text, sample: each.text });
          } else {
            const state = {
              ver: each.ver,
              x: each.x,
              task: 't',
              status: 'working',
              tasks: [{ id: 't', needs: ['u'] }],
            };
            if (each.do === 'accept') rig.accept(each.agent, state, 1, { recovered: each.recovered });
            else rig.publish(each.agent, state);
          }
        }
        // Without the model, which may find duplicates as time passes.
        rig.clock.advance(1_000);
        rig.recorder.tick();
        const expected = conflictKinds.map((kind) => rig.model.counts[kind]);
        assert.deepEqual(byKind(rig.recorder.seconds(all)), expected);
        const figures = rig.recorder.now();
        assert.deepEqual(figures.byKind, expected);
        assert.equal(figures.conflicts, sum([...harmful].map((kind) => rig.model.counts[kind])));
        assert.equal(figures.malformed, rig.model.counts.malformed);
      }),
      { numRuns: 100 },
    );
  });

  it('has its figures anew after each change', () => {
    const rig = new RecordRig();
    const counted = () => {
      const { agents, claims, contested, measuresPremature } = rig.recorder.now();
      return [agents, claims, contested, measuresPremature];
    };
    assert.deepEqual(counted(), [0, 0, 0, false]);
    rig.publish('a', { ver: 1 });
    assert.deepEqual(counted(), [1, 0, 0, false]);
    rig.change({ kind: 'claim', agent: 'a', resource: 'x' });
    assert.deepEqual(counted(), [1, 1, 0, false]);
    rig.publish('a', { ver: 2, tasks: [{ id: 't', status: 'working', needs: ['u'] }] });
    assert.deepEqual(counted(), [1, 1, 0, true]);
  });

  it('counts duplicate work as that of both, and not as a clash over a file', () => {
    const rig = new RecordRig();
    for (const agent of ['a', 'b', 'c'])
      rig.publish(agent, { ver: 1, task: agent === 'c' ? 'x' : 't', status: 'working' });
    rig.pass(5);
    assert.deepEqual(
      ['a', 'b', 'c'].map((agent) => byKind(rig.recorder.seconds(of(agent)))[2]),
      [1, 1, 0],
    );
    assert.deepEqual(rig.recorder.hot(all), []);
  });

  it('puts each latency into its series', () => {
    const rig = new RecordRig();
    rig.accept('a', { ver: 1 }, 10);
    rig.change({ kind: 'wait', agent: 'b', waitId: 'w' }, 20);
    rig.pass(3);
    rig.change({ kind: 'claim', agent: 'b', waitId: 'w' }, 20);
    rig.change({ kind: 'denied', agent: 'c' }, 40);
    rig.change({ kind: 'release', agent: 'b' }, 5_000, { recovered: true });
    rig.feed({ kind: 'probe', ms: 2, way: 'broadcast' });
    rig.publish('plain', { ver: 1 });
    rig.pass(1);
    const seconds = rig.recorder.seconds(all);
    const [messages, claims, waits, probe] = latencySeries.map((_, i) => timed(seconds, i));
    assert.deepEqual([messages![0], claims![0], waits![0], probe![0]], [4, 2, 1, 1]);
    near(claims![1], 20);
    near(waits![1], 3_000);
    near(probe![1], 2);
    const { measure, p95Ms, p95Of } = rig.recorder.now();
    near(p95Ms, 40);
    assert.deepEqual(
      [p95Of, measure.clock, measure.byServer, measure.unmeasured, measure.probe],
      ['messages', 'estimated', 4, 1, 'broadcast'],
    );
    rig.pass(60);
    rig.feed({ kind: 'probe', ms: 3, way: 'ping' });
    const later = rig.recorder.now();
    near(later.p95Ms, 3);
    assert.deepEqual([later.p95Of, later.measure.probe], ['probe', 'ping']);
  });

  it('tells what one agent did, and the gauges of all', () => {
    const rig = new RecordRig();
    for (let i = 1; i <= 10; i++) {
      rig.accept('a', { ver: i }, 10);
      if (i % 2 === 0) rig.change({ kind: 'denied', agent: 'b', resource: 'f', holder: 'a' }, 100);
      rig.feed({ kind: 'probe', ms: 2, way: 'broadcast' });
      rig.pass(1);
    }
    const [a, b, none] = ['a', 'b', 'nobody'].map((agent) => rig.recorder.seconds(of(agent)));
    for (const seconds of [a!, b!, none!]) {
      assert.deepEqual(
        seconds.map(({ at, agents }) => [at, agents]),
        rig.recorder.seconds(all).map(({ at, agents }) => [at, agents]),
      );
      assert.equal(timed(seconds, 3)[0], 10);
    }
    assert.deepEqual(
      [a!, b!, none!].map((seconds) => sum(seconds.map(({ messages }) => messages))),
      [10, 5, 0],
    );
    assert.deepEqual([byKind(a!)[4], byKind(b!)[4], timed(a!, 1)[0], timed(b!, 1)[0]], [0, 5, 0, 5]);
    // Both took part.
    assert.deepEqual(
      ['a', 'b', 'c'].map((agent) => rig.recorder.hot(of(agent)).map(({ resource, count }) => [resource, count])),
      [[['f', 5]], [['f', 5]], []],
    );
  });

  it('gives the range that is asked for, and what ended since', () => {
    const rig = new RecordRig();
    for (let i = 0; i < 200; i++) {
      if (i === 100) rig.change({ kind: 'denied', resource: 'early', holder: 'x' });
      rig.pass(1);
    }
    const view = { agent: null, range: 60 };
    const seconds = rig.recorder.seconds(view);
    assert.equal(seconds.length, 60);
    assert.equal(seconds.at(-1)!.at, rig.clock.now() - 1_000);
    assert.deepEqual(rig.recorder.lastSeconds(view, seconds.at(-1)!.at), []);
    rig.pass(2);
    assert.deepEqual(rig.recorder.lastSeconds(view, seconds.at(-1)!.at), rig.recorder.seconds(view).slice(-2));
    assert.deepEqual([rig.recorder.hot(view).length, rig.recorder.hot({ agent: null, range: 300 }).length], [0, 1]);
  });

  it('does not pass off as silence what it did not keep of an agent', () => {
    const rig = new RecordRig();
    for (let i = 0; i < 64; i++) rig.publish(`agent${i}`, { ver: 1 });
    rig.publish('late', { ver: 1 });
    rig.pass(10);
    assert.equal(rig.recorder.seconds(of('agent0')).length, 10);
    assert.equal(rig.recorder.seconds(of('late')).length, 9);
    rig.publish('late', { ver: 2 });
    rig.pass(1);
    assert.deepEqual(
      rig.recorder.seconds(of('late')).map(({ messages }) => messages),
      [...Array.from({ length: 9 }, () => 0), 1],
    );
  });

  it('tells how fast queues become shorter', () => {
    const rig = new RecordRig();
    for (let i = 0; i <= 30; i++) {
      rig.feed({ kind: 'queues', ns: '', queues: [listSeen('agent:tasks', 100 - 2 * i)], complete: true });
      rig.pass(1);
    }
    const [queue] = rig.recorder.now().queues;
    assert.deepEqual([queue!.name, queue!.waiting], ['agent:tasks', 40]);
    assert.ok(Math.abs(queue!.donePerSecond - 60 / 31) < 1e-9);
    assert.equal(sum(rig.recorder.seconds(all).map(({ done }) => done)), 60);
  });

  it('counts broadcasts, and neither what it noticed nor what others listen to', () => {
    const rig = new RecordRig();
    for (let i = 0; i < 10; i++) {
      rig.publish('a', { ver: i });
      rig.publish('a', { ver: i });
      rig.feed({ kind: 'heard', channel: 'x', text: 'y' });
      rig.change({ kind: 'claim' }, 1, { recovered: true });
      rig.feed({ kind: 'gap', ms: 10, reason: null });
      rig.pass(1);
    }
    assert.equal(rig.recorder.now().messagesPerSecond, 2);
    assert.equal(sum(rig.recorder.seconds(all).map(({ messages }) => messages)), 20);
  });

  it('lists those of whom there is something, also when they are gone', () => {
    const rig = new RecordRig();
    rig.publish('agent-10', { ver: 1 });
    rig.publish('agent-2', { ver: 1 }, { name: 'Second\u202e' });
    assert.equal(rig.recorder.now().agentNames.length, 2);
    rig.change({ kind: 'denied', agent: 'ghost', holder: 'x' });
    assert.deepEqual(rig.recorder.now().agentNames, [
      { key: keyOf('', 'agent-10'), label: 'agent-10', isGone: false },
      { key: keyOf('', 'ghost'), label: 'ghost', isGone: true },
      { key: keyOf('', 'agent-2'), label: 'Second\u{fffd}', isGone: false },
    ]);
    rig.publish('agent-2', { ver: 1 }, {}, 'shop:');
    assert.deepEqual(
      rig.recorder.now().agentNames.map(({ label }) => label),
      ['agent-2 (shop:)', 'agent-10 ()', 'ghost ()', 'Second\u{fffd} ()'],
    );
  });

  it('forgets everything with another server, and nothing with the same', () => {
    const rig = new RecordRig();
    let cleared = 0;
    rig.recorder.onDidClear(() => cleared++);
    const fill = (): void => {
      rig.change({ kind: 'denied', agent: 'a' });
      rig.pass(2);
    };
    const size = () => {
      const { recorder } = rig;
      return [recorder.lines.kept, recorder.seconds(all).length, recorder.hot(all).length, cleared];
    };
    fill();
    const before = size();
    rig.feed({ kind: 'opened', url: 'redis://h:1', namespaces: [''] });
    assert.deepEqual([before, size()], [[1, 2, 1, 0], before]);
    rig.feed({ kind: 'opened', url: 'redis://h:1', namespaces: ['shop:'] });
    assert.deepEqual(size(), [0, 0, 0, 1]);
    assert.deepEqual([rig.recorder.now().measure.clock, rig.recorder.now().agentNames], ['none', []]);
  });

  it('keeps everything where the connection is given up, and how things stood, until there is one again', () => {
    const rig = new RecordRig();
    rig.publish('a', { ver: 1, status: 'waiting_for_user' });
    rig.change({ kind: 'denied', agent: 'a' });
    rig.feed({ kind: 'queues', ns: '', queues: [listSeen('agent:tasks', 7)], complete: true });
    rig.pass(2);
    const before = rig.recorder.now();
    const tiles = ({ agents, claims, you, attention, queued, byKind, queues }: Now) => [
      [agents, claims, you, attention, queued, byKind],
      queues.map(({ name, waiting }) => [name, waiting]),
    ];
    const live = () => rig.recorder.seconds(all).map(({ isLive, agents, queued }) => [isLive, agents, queued]);
    rig.feed({ kind: 'connection', state: 'unconfigured', reason: null });
    rig.pass(2);
    assert.deepEqual([rig.model.agents.length, rig.recorder.now().connection.state], [0, 'unconfigured']);
    assert.deepEqual(tiles(rig.recorder.now()), tiles(before));
    assert.ok(before.agents === 1 && before.queued === 7 && before.byKind[4] === 1);
    rig.feed({ kind: 'opened', url: 'redis://h:1', namespaces: [''] });
    rig.feed({ kind: 'connection', state: 'connecting', reason: null });
    rig.pass(1);
    rig.feed({ kind: 'connection', state: 'live', reason: null });
    rig.pass(1);
    assert.deepEqual(live(), [
      [true, 1, 7],
      [true, 1, 7],
      [false, 1, 7],
      [false, 1, 7],
      [false, 1, 7],
      [true, 0, 0],
    ]);
    assert.deepEqual(
      rig.lines().map(({ kind }) => kind),
      ['state', 'denied', 'connection', 'connection', 'connection'],
    );
    rig.feed({ kind: 'connection', state: 'unconfigured', reason: null });
    rig.feed({ kind: 'opened', url: 'redis://other:1', namespaces: [''] });
    assert.deepEqual([rig.recorder.lines.kept, rig.recorder.now().agents], [0, 0]);
  });

  it('does not count as done in a second what was done while the connection was away', () => {
    const rig = new RecordRig();
    const sweep = (length: number): void => {
      rig.feed({ kind: 'queues', ns: '', queues: [listSeen('agent:tasks', length)], complete: true });
      rig.pass(1);
    };
    for (const length of [50, 49]) sweep(length);
    rig.feed({ kind: 'connection', state: 'reconnecting', reason: null });
    rig.pass(18);
    rig.feed({ kind: 'connection', state: 'live', reason: null });
    for (const length of [31, 30]) sweep(length);
    assert.equal(sum(rig.recorder.seconds(all).map(({ done }) => done)), 2);
    assert.equal(rig.recorder.now().queues[0]!.donePerSecond, 0.5);
  });

  it('goes on with a clock that was set back, and one that says nothing', () => {
    const rig = new RecordRig();
    rig.publish('a', { ver: 1 });
    rig.pass(100);
    rig.publish('a', { ver: 2 });
    rig.change({ kind: 'denied', agent: 'a', resource: 'future' });
    const told = rig.clock.now();
    rig.clock.now = () => told - 50_000;
    rig.recorder.tick();
    assert.deepEqual(rig.recorder.hot(all), []);
    assert.equal(rig.recorder.seconds(of('a')).length, 0);
    assert.equal(rig.recorder.seconds(all).at(-1)!.at, told - 51_000);
    rig.clock.now = () => told - 40_000;
    assert.equal(rig.recorder.tick(), 10);
    rig.clock.now = () => Number.NaN;
    assert.equal(rig.recorder.tick(), 0);
    rig.recorder.apply({ kind: 'heard', channel: 'c', text: 't' });
    assert.equal(rig.lines().at(-1)!.at, told - 40_000);
    assert.ok(v.is(now, rig.recorder.now()));
  });

  it('gives what the page takes, whatever agents write and clocks do', () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 20 }),
      fc.constantFrom('x'.repeat(16_000), '\ud800'.repeat(3_000), '', '\u0000', '__proto__'),
    );
    const odd = fc.oneof(fc.double(), fc.integer(), fc.constantFrom(-1, Infinity, Number.NaN, 2 ** 53));
    const message: fc.Arbitrary<FeedMessage> = fc.oneof(
      fc.record({ kind: fc.constant('heard' as const), channel: text, text }),
      fc.record({ kind: fc.constant('probe' as const), ms: odd, way: fc.constantFrom('ping', 'broadcast') }),
      fc.record({ kind: fc.constant('clock' as const), skewMs: odd }),
      fc.record({ kind: fc.constant('rtt' as const), ms: odd }),
      fc.record({ kind: fc.constant('library' as const), version: fc.option(text) }),
      fc.record({ kind: fc.constant('malformed' as const), ns: text, channel: text, reason: text, sample: text }),
      fc.record({
        kind: fc.constant('queues' as const),
        ns: text,
        queues: fc
          .array(fc.tuple(text, fc.nat()), { maxLength: 3 })
          .map((all) => all.map(([name, length]) => listSeen(name, length))),
        complete: fc.boolean(),
      }),
      fc.record({
        kind: fc.constant('connection' as const),
        state: fc.constantFrom('connecting', 'refused', 'live'),
        reason: fc.option(fc.record({ code: fc.constant('other' as const), detail: text })),
      }),
      fc.record({ kind: fc.constant('opened' as const), url: text, namespaces: fc.array(text, { maxLength: 3 }) }),
    );
    const step = fc.record({
      message,
      agent: text,
      resource: text,
      jump: fc.integer({ min: -9_000, max: 9_000 }),
      age: odd,
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 20 }), (steps) => {
        const rig = new RecordRig();
        let keys = 0;
        for (const { message: each, agent, resource, jump, age } of steps) {
          rig.clock.advance(jump);
          rig.feed(each);
          rig.publish(agent || 'a', { ver: 1, task: resource }, { ts: rig.clock.now() - age, host: 'here' });
          rig.publish('b', { ver: keys++ % 3, task: resource, status: 'working' }, { ts: age, host: agent });
          rig.change({ kind: 'denied', agent, resource, holder: agent }, Number.isFinite(age) ? age % 1e12 : 1);
          rig.pass(1);
          const figures = rig.recorder.now();
          assert.ok(
            v.is(now, figures),
            JSON.stringify(v.safeParse(now, figures).issues?.map((issue) => issue.message)),
          );
          for (const view of [all, of('b'), of(agent)]) {
            assert.ok(rig.recorder.seconds(view).every((item) => v.is(second, item)));
            assert.ok(rig.recorder.hot(view).every((item) => v.is(hotFile, item)));
          }
        }
        assert.ok(rig.lines().every((item) => v.is(line, item)));
        const { kept, dropped } = rig.recorder.lines;
        assert.ok(v.is(toPage, { kind: 'lines', lines: rig.recorder.lines.since(-Infinity, 2_000), kept, dropped }));
      }),
      { numRuns: 100 },
    );
  });
});
